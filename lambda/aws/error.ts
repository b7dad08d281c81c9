import type { TransportResponse } from "../client/transport";

/** What a service of AWS answered in place of a result; `name` is AWS's own name for it. */
export class AwsServiceError extends Error {
  constructor(
    override readonly name: string,
    message: string,
    readonly retry: "throttled" | "transient" | "never",
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const THROTTLED = /Throttl|TooManyRequests|RequestLimitExceeded|BandwidthLimitExceeded|SlowDown/;

/** `skewed`: the request was signed at another time than AWS's. */
export function errorIn({ status, headers, body }: TransportResponse, skewed: boolean): AwsServiceError {
  const fields = fieldsOf(body);
  const type = String(headers["x-amzn-errortype"] ?? fields.__type ?? fields.code ?? `HTTP status ${status}`);
  // Such as "com.amazonaws.secretsmanager#ResourceNotFoundException" and "ValidationException:http://internal.amazon.com/…".
  const name = type.replace(/:.*$/s, "").replace(/^.*#/s, "");
  const throttled = status === 429 || THROTTLED.test(name);
  const message = String(fields.message ?? fields.Message ?? "");
  // Whatever a request is refused for that was signed at another time than AWS's: the next is signed at AWS's.
  return new AwsServiceError(name, message, throttled ? "throttled" : status >= 500 || skewed ? "transient" : "never");
}

/** The fields of an answer in JSON; none if it isn't any. */
export function fieldsOf(body: string): Record<string, unknown> {
  try {
    return (JSON.parse(body) ?? {}) as Record<string, unknown>;
  } catch {
    return {};
  }
}
