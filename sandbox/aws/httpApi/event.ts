import type { ApiRequest } from "./request";

/** The name of the one stage that an API has here. */
export const DEFAULT_STAGE = "$default";

/** Where a request arrived. */
export interface EventSource {
  readonly accountId: string;
  readonly apiId: string;
  readonly domainName: string;
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>> | undefined;
}

/**
 * The event of payload format 2.0, for a request whose path is decoded: HTTP API decodes it, also in `rawPath`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function buildEvent(request: ApiRequest, source: EventSource): Record<string, unknown> {
  const isText = isTextual(request.headers["content-type"]);
  const queryStringParameters = readQuery(request.rawQuery);
  return {
    version: "2.0",
    routeKey: source.routeKey,
    rawPath: request.path,
    rawQueryString: request.rawQuery,
    ...(request.cookies.length > 0 && { cookies: request.cookies }),
    headers: request.headers,
    ...(queryStringParameters && { queryStringParameters }),
    requestContext: requestContext(request, source),
    ...(source.pathParameters && { pathParameters: source.pathParameters }),
    ...(request.body.length > 0 && { body: request.body.toString(isText ? "utf8" : "base64") }),
    isBase64Encoded: request.body.length > 0 && !isText,
  };
}

/** `22/Nov/2026:17:25:05 +0000`: the time format of logs and events, in UTC. */
export function commonLogTime(at: number): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+) GMT$/.exec(new Date(at).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}

function requestContext(request: ApiRequest, source: EventSource): Record<string, unknown> {
  return {
    accountId: source.accountId,
    apiId: source.apiId,
    domainName: source.domainName,
    domainPrefix: source.apiId,
    http: {
      method: request.method,
      path: request.path,
      protocol: request.protocol,
      sourceIp: request.sourceIp,
      userAgent: request.headers["user-agent"] ?? "",
    },
    requestId: request.id,
    routeKey: source.routeKey,
    stage: DEFAULT_STAGE,
    time: commonLogTime(request.at),
    timeEpoch: request.at,
  };
}

function readQuery(rawQuery: string): Record<string, string> | undefined {
  if (rawQuery === "") return undefined;
  const values = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(rawQuery)) values.set(name, [...(values.get(name) ?? []), value]);
  return Object.fromEntries([...values].map(([name, all]) => [name, all.join(",")]));
}

/** Bodies of these types arrive as text, all others (also forms, and bodies of no type) in base64. */
function isTextual(contentType: string | undefined): boolean {
  const type = contentType?.split(";")[0]?.trim().toLowerCase() ?? "";
  return /^(text\/.+|application\/(json|javascript|xml|.+\+json|.+\+xml))$/.test(type);
}
