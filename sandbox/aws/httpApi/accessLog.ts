import { AwsError } from "../types";
import { commonLogTime, DEFAULT_STAGE } from "./event";
import type { ApiRequest } from "./request";

/** How a request ended, for its line in the access log. */
export interface Outcome {
  readonly routeKey: string | undefined;
  readonly status: number;
  readonly responseBytes: number;
  readonly latencyMs: number;
  readonly integration: Integrated | undefined;
  /** HTTP API's own message, if it answered itself. */
  readonly gatewayMessage: string | undefined;
}

/** What the integration did. */
export interface Integrated {
  readonly requestId?: string | undefined;
  readonly latencyMs: number;
  readonly status: number;
  /** HTTP API's words for what went wrong. */
  readonly error?: string | undefined;
}

export interface LogFormat {
  readonly logGroup: string;
  /** With `$context` variables. */
  readonly format: string;
}

type Source = { accountId: string; apiId: string; domainName: string };

/** Reads a stage's `accessLogSettings`. */
export function readLogSettings(settings: { destinationArn?: string; format?: string }): LogFormat {
  const logGroup = /^arn:aws[\w-]*:logs:[^:]*:\d*:log-group:([^:]+)(:\*)?$/.exec(settings.destinationArn ?? "")?.[1];
  if (!logGroup)
    throw new AwsError(
      "BadRequestException",
      `accessLogSettings.destinationArn is ${JSON.stringify(settings.destinationArn)}; it must be the ARN of a log group`,
    );
  const format = settings.format ?? "";
  if (!/\$context\.(requestId|extendedRequestId)\b/.test(format) || /[\r\n]/.test(format))
    throw new AwsError(
      "BadRequestException",
      "accessLogSettings.format must be a single line and include at least $context.requestId",
    );
  return { logGroup, format };
}

/** The access log's line for a request. What has no value is a dash. */
export function accessLogLine(
  format: string,
  request: Omit<ApiRequest, "body">,
  source: Source,
  outcome: Outcome,
): string {
  const values = contextVariables(request, source, outcome);
  return format.replace(/\$context\.([A-Za-z.]*[A-Za-z])/g, (_, name: string) => {
    const value = values[name];
    // Clients choose some of the values, and must not be able to end the line or a quoted text with them.
    return value === undefined || value === "" ? "-" : String(value).replace(/[\\"\p{Cc}]/gu, escapeCharacter);
  });
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html */
function contextVariables(
  request: Omit<ApiRequest, "body">,
  source: Source,
  { integration, ...outcome }: Outcome,
): Record<string, string | number | undefined> {
  return {
    accountId: source.accountId,
    apiId: source.apiId,
    domainName: source.domainName,
    domainPrefix: source.apiId,
    "error.message": outcome.gatewayMessage,
    "error.messageString": outcome.gatewayMessage && JSON.stringify(outcome.gatewayMessage),
    extendedRequestId: request.id,
    httpMethod: request.method,
    "identity.sourceIp": request.sourceIp,
    "identity.userAgent": request.headers["user-agent"],
    "integration.error": integration?.error,
    "integration.integrationStatus": integration?.status,
    "integration.latency": integration?.latencyMs,
    "integration.requestId": integration?.requestId,
    "integration.status": integration && 200,
    integrationErrorMessage: integration?.error,
    integrationLatency: integration?.latencyMs,
    integrationStatus: integration?.status,
    path: request.path,
    protocol: request.protocol,
    requestId: request.id,
    requestTime: commonLogTime(request.at),
    requestTimeEpoch: request.at,
    responseLatency: outcome.latencyMs,
    responseLength: outcome.responseBytes,
    routeKey: outcome.routeKey,
    stage: DEFAULT_STAGE,
    status: outcome.status,
  };
}

function escapeCharacter(character: string): string {
  return JSON.stringify(character).slice(1, -1);
}
