import type { IncomingMessage } from "node:http";

/** An HTTP request, read. */
export interface ApiRequest {
  readonly method: string;
  /** Without the query, and as it was sent: the function gets it decoded. */
  readonly path: string;
  readonly rawQuery: string;
  /** Lower-case names; the values of repeated ones joined by commas. Without cookies. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: Buffer;
  readonly sourceIp: string;
  readonly protocol: string;
  readonly id: string;
  /** The sandbox's time, milliseconds since the epoch. */
  readonly at: number;
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** Meant for the connection, not for the function. */
const CONNECTION_HEADERS = new Set([
  "connection",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
  "te",
  "trailer",
  "expect",
]);

/** Reads the whole body; undefined if it is larger than HTTP API takes. Rejects if it breaks off. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // The rest is read and dropped, so that the client can finish sending and sees the answer.
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return bytes <= MAX_BODY_BYTES ? Buffer.concat(chunks) : undefined;
}

/** What is known of a request before its body is read. */
export function readHead(request: IncomingMessage, id: string, at: number): Omit<ApiRequest, "body"> {
  const url = request.url ?? "/";
  const queryAt = url.indexOf("?");
  const sourceIp = request.socket.remoteAddress ?? "127.0.0.1";
  return {
    method: request.method ?? "GET",
    path: queryAt < 0 ? url : url.slice(0, queryAt),
    rawQuery: queryAt < 0 ? "" : url.slice(queryAt + 1),
    headers: {
      ...joinedHeaders(request),
      "x-forwarded-for": sourceIp,
      "x-forwarded-port": String(request.socket.localPort),
      "x-forwarded-proto": "http",
    },
    cookies: (request.headers.cookie ?? "").split("; ").filter((cookie) => cookie !== ""),
    sourceIp,
    protocol: `HTTP/${request.httpVersion}`,
    id,
    at,
  };
}

function joinedHeaders(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(request.headersDistinct)) {
    if (name !== "cookie" && !CONNECTION_HEADERS.has(name) && values) headers[name] = values.join(",");
  }
  return headers;
}
