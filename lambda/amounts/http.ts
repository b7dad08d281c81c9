import type { AmountRequest } from "./context";
import { type AmountError, amountErrors } from "./error";

/**
 * What the handler reads of an event of API Gateway's HTTP API, payload format 2.0. Any part may be missing, so
 * nothing relies on it.
 */
export interface AmountEvent {
  readonly pathParameters?: { readonly name?: string; readonly token?: string };
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/** The part of an event that a custom amount may see: not its path, which holds the URL's token. */
export function requestOf(event: AmountEvent, awsRequestId: string): AmountRequest {
  const text = () => {
    if (typeof event.body !== "string") return undefined;
    return event.isBase64Encoded === true ? Buffer.from(event.body, "base64").toString("utf8") : event.body;
  };
  const json = (): unknown => {
    try {
      return JSON.parse(text() ?? "");
    } catch {
      return undefined;
    }
  };
  return { awsRequestId, headers: { ...event.headers }, text, json };
}

/** An answer to API Gateway's HTTP API, payload format 2.0. */
export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: { readonly "content-type": "application/json" };
  readonly body: string;
}

function json(statusCode: number, body: unknown): HttpAnswer {
  return { statusCode, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

/** The one place where an `amountInCents` is written. Throws for anything but a whole number of cents, 0 or more. */
export function amountAnswer(cents: number, ceilingCents: number = Number.MAX_SAFE_INTEGER): HttpAnswer {
  if (!Number.isSafeInteger(cents) || cents < 0 || cents > ceilingCents) throw new Error(`${cents} is no valid amount`);
  return json(200, { amountInCents: cents });
}

/** Names the kind of error, but no account, balance or cause: anyone who knows the URL can read the answer. */
export function errorAnswer(error: AmountError, amount: string, requestId: string): HttpAnswer {
  return json(error.status, {
    error: { code: error.code, message: amountErrors[error.code].answer, amount, requestId },
  });
}

/** Byte for byte the answer of HTTP API itself to an unknown route. */
export function notFoundAnswer(): HttpAnswer {
  return json(404, { message: "Not Found" });
}
