import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** An error in the form of the Runtime API. */
export interface RuntimeApiError {
  readonly type: string;
  readonly message: string;
  readonly trace?: readonly string[];
}

/** How one invocation, or an init phase that failed, ended. */
export type Ended = { readonly payload: unknown } | { readonly error: RuntimeApiError };

export interface Invocation {
  readonly requestId: string;
  /** JSON. */
  readonly event: string;
}

/** What the process tells through its Runtime API. */
export interface RuntimeApiEvents {
  /** It waits for work; the first time, this ends its init phase. */
  onReady(): void;
  /** The handler's result. */
  onResponse(payload: unknown): void;
  onError(error: RuntimeApiError): void;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 6 MB, and 100 bytes more for an answer. */
export const MAX_REQUEST_BYTES = 6_291_456;
const MAX_RESPONSE_BYTES = 6_291_556;
const PREFIX = "/2018-06-01/runtime/";

/** The Lambda Runtime API of one execution environment, on a loopback port of its own. */
export class RuntimeApi {
  private readonly server = createServer((request, response) => void this.route(request, response));
  private waiting: ServerResponse | undefined;
  private currentRequestId: string | undefined;

  constructor(private readonly events: RuntimeApiEvents) {}

  /** Resolves with host and port. */
  async listen(): Promise<string> {
    // The process waits for its next invocation for as long as it takes.
    this.server.requestTimeout = 0;
    this.server.keepAliveTimeout = 0;
    await new Promise<void>((resolve, reject) => {
      this.server.once("error", reject).listen(0, "127.0.0.1", resolve);
    });
    return this.authority;
  }

  /** Hands an invocation to the process, which must be ready. */
  dispatch(requestId: string, headers: Record<string, string>, event: string): void {
    this.currentRequestId = requestId;
    this.waiting?.writeHead(200, {
      "content-type": "application/json",
      "lambda-runtime-aws-request-id": requestId,
      ...headers,
    });
    this.waiting?.end(event);
    this.waiting = undefined;
  }

  /** A web page can make a browser send requests here, and would take the event in the process's place: but with these headers, or by another name. */
  private isFromProcess({ headers }: IncomingMessage): boolean {
    const isFromBrowser = headers.origin !== undefined || headers["sec-fetch-site"] !== undefined;
    return headers.host === this.authority && !isFromBrowser;
  }

  private get authority(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo | null)?.port}`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.isFromProcess(request)) {
      response.writeHead(403).end();
      return;
    }
    const url = request.url ?? "";
    const path = url.startsWith(PREFIX) ? url.slice(PREFIX.length) : "";
    if (request.method === "GET" && path === "invocation/next") {
      this.waiting = response;
      return this.events.onReady();
    }
    const body = await readBody(request, MAX_RESPONSE_BYTES);
    const [, requestId, kind] = /^invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    const known = path === "init/error" || (kind !== undefined && requestId === this.currentRequestId);
    response.writeHead(known ? 202 : 400, { "content-type": "application/json" }).end('{"status":"OK"}');
    if (!known) return;
    this.currentRequestId = undefined;
    if (body === undefined) return this.events.onError(TOO_LARGE);
    const json = parseJson(body);
    if (json === undefined) this.events.onError(NOT_JSON);
    else if (kind === "response") this.events.onResponse(json.value);
    else this.events.onError(errorOf(json.value));
  }
}

const TOO_LARGE: RuntimeApiError = {
  type: "Function.ResponseSizeTooLarge",
  message: `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
};

const NOT_JSON: RuntimeApiError = {
  type: "Runtime.InvalidResponse",
  message: "the function's process answered no JSON",
};

/** The body, or undefined if it is longer than allowed or breaks off. */
async function readBody(request: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes <= maxBytes) chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  return bytes > maxBytes ? undefined : Buffer.concat(chunks).toString();
}

function parseJson(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function errorOf(reported: unknown): RuntimeApiError {
  const { errorType, errorMessage, trace } = (reported ?? {}) as Record<string, unknown>;
  return {
    type: String(errorType),
    message: String(errorMessage),
    ...(Array.isArray(trace) && { trace: trace.map(String) }),
  };
}
