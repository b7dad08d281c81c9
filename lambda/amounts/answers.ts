import { type AmountError, amountErrors } from "./error";

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

/** Says what kind of trouble it is, and no account, balance or cause: whoever knows the URL can read it. */
export function errorAnswer(error: AmountError, amount: string, requestId: string): HttpAnswer {
  return json(error.status, {
    error: { code: error.code, message: amountErrors[error.code].answer, amount, requestId },
  });
}

/** What HTTP API itself answers for an unknown route, to the byte. */
export function notFoundAnswer(): HttpAnswer {
  return json(404, { message: "Not Found" });
}
