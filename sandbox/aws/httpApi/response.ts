/** What is sent to the client. */
export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: Buffer;
}

/** HTTP API's own answer, such as `{"message":"Not Found"}`. */
export function gatewayResponse(status: number, message: string): ApiResponse {
  return json(status, JSON.stringify({ message }));
}

/** Header names and values that Node would refuse to send, or that belong to the connection. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const CONNECTION_HEADERS = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
  "trailer",
]);

/**
 * What a function's result means to HTTP API in payload format 2.0; undefined if it means nothing. A result without
 * `statusCode` is the body of a 200 answer in JSON.
 */
export function readResult(result: unknown): ApiResponse | undefined {
  if (typeof result !== "object" || result === null || !("statusCode" in result))
    return json(200, typeof result === "string" ? result : JSON.stringify(result ?? null));
  const { statusCode, headers, cookies, body, isBase64Encoded } = result as Record<string, unknown>;
  if (!Number.isInteger(statusCode) || (statusCode as number) < 200 || (statusCode as number) > 599) return undefined;
  if (body !== undefined && body !== null && typeof body !== "string") return undefined;
  const readable = readHeaders(headers ?? {});
  if (!readable || !(cookies === undefined || cookies === null || isCookies(cookies))) return undefined;
  return {
    status: statusCode as number,
    headers: { "content-type": "text/plain;charset=UTF-8", ...readable },
    cookies: (cookies as string[] | undefined) ?? [],
    body: Buffer.from(body ?? "", isBase64Encoded === true ? "base64" : "utf8"),
  };
}

function readHeaders(headers: unknown): Record<string, string> | undefined {
  if (typeof headers !== "object" || headers === null || Array.isArray(headers)) return undefined;
  const read: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!["string", "number", "boolean"].includes(typeof value)) return undefined;
    if (!HEADER_NAME.test(name) || !HEADER_VALUE.test(String(value))) return undefined;
    if (!CONNECTION_HEADERS.has(name.toLowerCase())) read[name.toLowerCase()] = String(value);
  }
  return read;
}

function isCookies(cookies: unknown): boolean {
  return Array.isArray(cookies) && cookies.every((cookie) => typeof cookie === "string" && HEADER_VALUE.test(cookie));
}

function json(status: number, body: string): ApiResponse {
  return { status, headers: { "content-type": "application/json" }, cookies: [], body: Buffer.from(body) };
}
