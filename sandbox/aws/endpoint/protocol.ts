import type { IncomingHttpHeaders } from "node:http";
import { NotRunError } from "../notRun";
import { type AwsApi, AwsError, PayloadOutput } from "../types";
import { type Authorization, parseAuthorization } from "./signature";
import { toXml } from "./xml";

/** A request as it came. */
export interface WireRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A call of an operation, whatever protocol it came by. */
export interface Call {
  readonly operation: string;
  readonly input: Record<string, unknown>;
}

type Protocol = AwsApi["protocol"];

/** Which operation a request calls, and with what input. */
export function readCall(api: AwsApi, request: WireRequest): Call {
  if (api.protocol === "awsJson") return readJson(request);
  if (api.protocol === "awsQuery") return readQuery(request);
  return readRest(api, request);
}

/** The protocol that a request seems to speak: for answers before the service is known. */
export function guessProtocol(request: WireRequest): Protocol {
  if (request.headers["x-amz-target"]) return "awsJson";
  return request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") ? "awsQuery" : "restJson";
}

/** Such as `GetSecretValue`, for messages about a request that can't be served. */
export function operationName(request: WireRequest): string | undefined {
  return request.headers["x-amz-target"]?.toString().split(".").at(-1);
}

export function requireAuthorization(request: WireRequest): Authorization {
  const authorization = parseAuthorization(request.headers.authorization);
  if (!authorization) throw new AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", 403);
  return authorization;
}

export function writeOutput(
  protocol: Protocol,
  call: Call,
  output: unknown,
  request: WireRequest,
  requestId: string,
): WireResponse {
  if (protocol === "awsQuery") {
    const body = toXml(`${call.operation}Response`, {
      [`${call.operation}Result`]: output ?? {},
      ResponseMetadata: { RequestId: requestId },
    });
    return { status: 200, headers: { "content-type": "text/xml" }, body };
  }
  const type = { "content-type": jsonType(protocol, request) };
  if (output instanceof PayloadOutput)
    return { status: 200, headers: { ...type, ...output.headers }, body: JSON.stringify(output.payload) };
  return { status: 200, headers: type, body: JSON.stringify(output ?? {}) };
}

export function writeError(
  { protocol, queryErrorCodes }: Pick<AwsApi, "protocol" | "queryErrorCodes">,
  request: WireRequest,
  error: AwsError,
  requestId: string,
): WireResponse {
  const { code, message, status } = error;
  const fault = status < 500 ? "Sender" : "Receiver";
  if (protocol === "awsQuery") {
    const body = toXml("ErrorResponse", { Error: { Type: fault, Code: code, Message: message }, RequestId: requestId });
    return { status, headers: { "content-type": "text/xml" }, body };
  }
  return {
    status,
    headers: {
      "content-type": jsonType(protocol, request),
      "x-amzn-errortype": code,
      ...(queryErrorCodes && { "x-amzn-query-error": `${queryErrorCodes[code] ?? code};${fault}` }),
    },
    body: JSON.stringify({ __type: code, message, ...(protocol === "restJson" && { Message: message }) }),
  };
}

function readJson(request: WireRequest): Call {
  const operation = operationName(request);
  if (!operation) throw new AwsError("UnknownOperationException", "The request has no X-Amz-Target header", 404);
  return { operation, input: parseBody(request.body) };
}

function readQuery(request: WireRequest): Call {
  const {
    Action,
    Version: _version,
    ...input
  } = Object.fromEntries(new URLSearchParams(request.body.toString("utf8")));
  if (!Action) throw new AwsError("MissingAction", "The request has no Action parameter");
  return { operation: Action, input };
}

function readRest(api: AwsApi, request: WireRequest): Call {
  const url = new URL(request.url, "http://sandbox");
  const routed = api.route?.(request.method, url.pathname, url.searchParams, request.headers);
  if (!routed) throw new NotRunError(`${api.signingName}: ${request.method} ${url.pathname}`);
  const body = parseBody(request.body);
  return {
    operation: routed.operation,
    input: { ...(routed.bodyAs ? { [routed.bodyAs]: body } : body), ...routed.input },
  };
}

function parseBody(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString("utf8"));
  } catch {
    // Without V8's message, which quotes the body.
    throw new AwsError("SerializationException", "The request's body is not valid JSON");
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed))
    throw new AwsError("SerializationException", "The request's body is not a JSON object");
  return parsed as Record<string, unknown>;
}

function jsonType(protocol: Protocol, request: WireRequest): string {
  if (protocol === "restJson") return "application/json";
  return request.headers["content-type"] ?? "application/x-amz-json-1.0";
}
