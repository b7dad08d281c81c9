/** One HTTP request, as a transport is given it. */
export interface TransportRequest {
  readonly method: "POST";
  readonly url: string;
  /** Lower-case names. One of the values is a credential: it must not be logged. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** A larger answer is to be cut off, not collected. */
  readonly maxAnswerBytes: number;
  /** Aborts when the try has used up its time or the caller ends the call. */
  readonly signal: AbortSignal;
}

/** The beginning of an answer. */
export interface ResponseHead {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A whole answer. */
export interface TransportResponse extends ResponseHead {
  readonly body: string;
}

/**
 * Sends one request and reads the whole answer, whatever its status; follows no redirect and tries nothing twice. A failure of
 * the network rejects with `TransportError`; anything else that is thrown counts as a bug and is not tried again.
 */
export interface Transport {
  (request: TransportRequest): Promise<TransportResponse>;
  /** Begins to connect for the next request to `url`. A failure shows only at that request, if at all. */
  preconnect?(url: string): void;
}

/** What is known about a request that got no whole answer. */
export interface TransportFailure {
  /** Whether any of the request can have left this machine. Defaults to true, the answer that is safe to assume. */
  readonly sent?: boolean;
  /** A kept-alive connection turned out to be closed before any of the answer came. Defaults to false. */
  readonly staleSocket?: boolean;
  /** The answer was cut off because it is larger than `maxAnswerBytes`. Defaults to false. */
  readonly tooLarge?: boolean;
  /** The beginning of the answer, if that much came. */
  readonly head?: ResponseHead | undefined;
  readonly cause?: unknown;
}

/** A request that got no whole answer. */
export class TransportError extends Error {
  override readonly name = "TransportError";
  readonly sent: boolean;
  readonly staleSocket: boolean;
  readonly tooLarge: boolean;
  readonly head: ResponseHead | undefined;

  constructor(message: string, failure: TransportFailure = {}) {
    super(message, failure.cause === undefined ? undefined : { cause: failure.cause });
    this.sent = failure.sent ?? true;
    this.staleSocket = failure.staleSocket ?? false;
    this.tooLarge = failure.tooLarge ?? false;
    this.head = failure.head;
  }
}
