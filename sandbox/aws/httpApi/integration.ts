import type { Functions } from "../functions";
import { AwsError, type CreateRequest, type InvocationResult } from "../types";
import type { Integrated } from "./accessLog";
import { type ApiResponse, gatewayResponse, readResult } from "./response";

/** A declared integration: the function that answers. */
export interface Integration {
  readonly id: string;
  readonly functionArn: string;
  readonly timeoutMs: number;
}

/** What the function answered, or HTTP API in its place. */
export interface IntegrationAnswer {
  readonly response: ApiResponse;
  readonly integrated: Integrated;
}

const UNSUPPORTED_INPUTS = [
  "requestParameters",
  "responseParameters",
  "credentialsArn",
  "connectionId",
  "integrationSubtype",
];

export function readIntegration({ name, inputs }: CreateRequest, id: string): Integration {
  const unsupported = UNSUPPORTED_INPUTS.filter((input) => inputs[input] !== undefined);
  if (inputs.integrationType !== "AWS_PROXY" || inputs.payloadFormatVersion !== "2.0" || unsupported.length > 0)
    throw new AwsError(
      "BadRequestException",
      `integration "${name}": the sandbox runs integrationType AWS_PROXY with payloadFormatVersion "2.0", without ${UNSUPPORTED_INPUTS.join(", ")}; ` +
        `given: ${inputs.integrationType}, ${JSON.stringify(inputs.payloadFormatVersion)}${unsupported.map((input) => `, ${input}`).join("")}`,
    );
  const uri = String(inputs.integrationUri);
  const functionArn = /^arn:aws[\w-]*:lambda:[^:]+:\d+:function:[^/]+$/.test(uri)
    ? uri
    : /functions\/(arn:.+)\/invocations$/.exec(uri)?.[1];
  if (!functionArn)
    throw new AwsError(
      "BadRequestException",
      `Invalid function ARN or invalid uri: ${JSON.stringify(inputs.integrationUri)}`,
    );
  const timeoutMs = Number(inputs.timeoutMilliseconds ?? 30_000);
  if (!Number.isInteger(timeoutMs) || timeoutMs < 50 || timeoutMs > 30_000)
    throw new AwsError(
      "BadRequestException",
      `Timeout should be between 50 ms and 30000 ms: ${inputs.timeoutMilliseconds}`,
    );
  return { id, functionArn, timeoutMs };
}

/** Asks the function and turns what comes of it into HTTP API's answer. Never rejects. */
export async function integrate(
  functions: Functions,
  integration: Integration,
  event: unknown,
): Promise<IntegrationAnswer> {
  const startedAt = performance.now();
  const answer = (response: ApiResponse, error?: string, requestId?: string): IntegrationAnswer => ({
    response,
    integrated: { error, requestId, status: response.status, latencyMs: Math.round(performance.now() - startedAt) },
  });
  try {
    const result = await withinTime(functions.invoke(integration.functionArn, event), integration.timeoutMs);
    if (!result) return answer(gatewayResponse(503, "Service Unavailable"), "The integration timed out.");
    const error = result.error
      ? `The Lambda function returned the following error: ${result.error.message}. Check your Lambda function code and try again.`
      : "The response from the Lambda function doesn't match the format that API Gateway expects. Check your Lambda function code and try again.";
    const response = result.error ? undefined : readResult(result.payload);
    if (response) return answer(response, undefined, result.requestId);
    return answer(gatewayResponse(500, "Internal Server Error"), error, result.requestId);
  } catch (thrown) {
    return answer(responseToRefusal(thrown), thrown instanceof Error ? thrown.message : String(thrown));
  }
}

/** What the client sees when Lambda doesn't take the request. */
function responseToRefusal(thrown: unknown): ApiResponse {
  const code = thrown instanceof AwsError ? thrown.code : undefined;
  if (code === "RequestTooLargeException") return gatewayResponse(413, "Request Entity Too Large");
  if (code === "TooManyRequestsException") return gatewayResponse(503, "Service Unavailable");
  return gatewayResponse(500, "Internal Server Error");
}

/** The result, or undefined after the time is over. The function runs on, as in AWS. */
function withinTime(work: Promise<InvocationResult>, limitMs: number): Promise<InvocationResult | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(undefined), limitMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
