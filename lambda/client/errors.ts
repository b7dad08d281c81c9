import { inspect } from "node:util";

/** What went wrong. The first five are Sequence's own, the others are the client's. */
export type SequenceErrorCode =
  /** 401 to a trigger. */
  | "INVALID_API_SECRET"
  /** 401 to the accounts call. */
  | "INVALID_ACCESS_TOKEN"
  /** 400: the rule is unknown, or not set to be triggered remotely. */
  | "INVALID_REQUEST"
  /** 429. */
  | "TOO_MANY_REQUESTS"
  /** 500, or another 5xx. */
  | "UNEXPECTED_ERROR"
  /** A status that Sequence's contract doesn't know. */
  | "UNEXPECTED_STATUS"
  /** A redirect. It is not followed: the credential must not travel. */
  | "REDIRECTED"
  /** A success whose body is not the contract's answer, or is larger than `maxAnswerBytes`. */
  | "MALFORMED_ANSWER"
  /** No connection, or it was lost before the answer was whole. */
  | "NO_RESPONSE"
  /** A try took longer than `timeoutMs`, or the call longer than `deadlineMs`. */
  | "TIMEOUT"
  /** The caller's `signal` ended the call. */
  | "ABORTED"
  /** The credential is missing, unusable as a header, or its source failed. */
  | "NO_CREDENTIAL"
  /** An option or argument is not allowed. Nothing was sent. */
  | "INVALID_ARGUMENT"
  /** No account has that id or name. */
  | "NO_SUCH_ACCOUNT"
  /** Several accounts have that id or name. */
  | "AMBIGUOUS_ACCOUNT"
  /** A bug in the client, the transport or another function given to it. Never tried again. */
  | "INTERNAL_ERROR";

/**
 * Whether the rule can have been executed. `not-executed`: certainly not, by no try. `unknown`: it may have been. A call that
 * moves no money is always `not-executed`.
 */
export type Outcome = "not-executed" | "unknown";

/** What a `SequenceError` is made of beside its message. */
export interface SequenceErrorDetails {
  readonly code: SequenceErrorCode;
  /** HTTP status of the last answer. Defaults to 0, no response. */
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  /** Defaults to 0. */
  readonly attempts?: number | undefined;
  /** Defaults to false. */
  readonly retryable?: boolean | undefined;
  readonly retryAfterMs?: number | undefined;
  /** Defaults to `unknown`, the answer that is safe to assume. */
  readonly outcome?: Outcome | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly cause?: unknown;
  /** Takes the credentials out of the message and everything below `cause`. Defaults to leaving text as it is. */
  readonly redact?: (text: string) => string;
}

/** The one error that the client throws. It carries no credential, wherever it is looked at. */
export class SequenceError extends Error {
  readonly code: SequenceErrorCode;
  /** HTTP status of the last answer, 0 if there was none. */
  readonly status: number;
  /** For Sequence's support. */
  readonly requestId: string | undefined;
  /** How many tries were made; 0 if nothing was sent. */
  readonly attempts: number;
  /** The same call, with the same idempotency key, may succeed later. */
  readonly retryable: boolean;
  /** How long Sequence asked to wait, in milliseconds, at most one hour. */
  readonly retryAfterMs: number | undefined;
  /** Whether the rule can have been executed. */
  readonly outcome: Outcome;
  /** The key that every try of a trigger carried: use it to repeat the call safely. */
  readonly idempotencyKey: string | undefined;

  constructor(message: string, details: SequenceErrorDetails) {
    const redact = details.redact ?? ((text: string) => text);
    super(redact(message), details.cause === undefined ? undefined : { cause: redactedCause(details.cause, redact) });
    this.code = details.code;
    this.status = details.status ?? 0;
    this.requestId = details.requestId === undefined ? undefined : redact(details.requestId);
    this.attempts = details.attempts ?? 0;
    this.retryable = details.retryable ?? false;
    this.retryAfterMs = details.retryAfterMs;
    this.outcome = details.outcome ?? "unknown";
    this.idempotencyKey = details.idempotencyKey;
  }

  toJSON(): Record<string, unknown> {
    const { name, message, code, status, requestId, attempts, retryable, retryAfterMs, outcome, idempotencyKey } = this;
    const fields = {
      name,
      message,
      code,
      status,
      requestId,
      attempts,
      retryable,
      retryAfterMs,
      outcome,
      idempotencyKey,
    };
    return this.cause === undefined ? fields : { ...fields, cause: String(this.cause) };
  }
}

// On the prototype, as with built-in errors, so that it isn't printed as one of the fields.
Object.defineProperty(SequenceError.prototype, "name", { value: "SequenceError", configurable: true, writable: true });

/** Deep enough for any real chain; ends a circular one. */
const LONGEST_CAUSE_CHAIN = 8;
const LONGEST_CAUSE_TEXT = 10_000;

/** A copy that holds text only: the original may carry a request with the credential in it, and belongs to its owner. */
function redactedCause(cause: unknown, redact: (text: string) => string, depth = 1): Error | string {
  if (!(cause instanceof Error)) return redact(textOf(cause));
  const copy = new Error(redact(String(cause.message).slice(0, LONGEST_CAUSE_TEXT)));
  copy.stack = redact(String(cause.stack).slice(0, LONGEST_CAUSE_TEXT));
  hidden(copy, "name", redact(String(cause.name)));
  const code: unknown = "code" in cause ? cause.code : undefined;
  if (typeof code === "string") Object.assign(copy, { code: redact(code) });
  if (depth >= LONGEST_CAUSE_CHAIN) return copy;
  if (cause.cause !== undefined) hidden(copy, "cause", redactedCause(cause.cause, redact, depth + 1));
  if (cause instanceof AggregateError)
    hidden(
      copy,
      "errors",
      cause.errors.slice(0, LONGEST_CAUSE_CHAIN).map((error) => redactedCause(error, redact, depth + 1)),
    );
  return copy;
}

function textOf(value: unknown): string {
  const text = typeof value === "string" ? value : inspect(value, { depth: 2, maxStringLength: 1000 });
  return text.slice(0, LONGEST_CAUSE_TEXT);
}

function hidden(target: Error, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, configurable: true, writable: true });
}
