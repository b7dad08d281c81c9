import type { Account, JsonValue } from "../../lambda/client/types";

/** An HTTP answer. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function json(status: number, body: JsonValue, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    body: JSON.stringify(body),
  };
}

// The texts are those of Sequence's page (contract sections 1 and 3). Where the page has none, ours imitate them.

export function triggered(ruleId: string, requestId: string, testMode: boolean): Answer {
  const message = `Rule with id ${ruleId} has been triggered${testMode ? " in test mode" : ""}`;
  return json(200, { code: "OK", message, data: { requestId } });
}

export function invalidApiSecret(): Answer {
  return json(401, { code: "INVALID_API_SECRET", message: "Unauthorized" });
}

export function invalidRequest(): Answer {
  return json(400, { code: "INVALID_REQUEST", message: "Invalid request" });
}

export function tooManyRequests(ruleId: string, retryAfter?: string): Answer {
  const message = `Rule with id ${ruleId} has been triggered too many times. Please try again later.`;
  return json(
    429,
    { code: "TOO_MANY_REQUESTS", message },
    retryAfter === undefined ? {} : { "retry-after": retryAfter },
  );
}

export function unexpectedError(status = 500): Answer {
  return json(status, { code: "UNEXPECTED_ERROR", message: "Unexpected error" });
}

export function accountList(
  accounts: readonly Account[],
  requestId: string,
  { unknownBalance, errors }: { unknownBalance: "error" | "null"; errors: readonly string[] },
): Answer {
  const balanceOf = ({ balance }: Account): JsonValue => {
    if (balance.known) return { amountInDollars: balance.cents / 100, error: null };
    return unknownBalance === "null" ? null : { amountInDollars: null, error: balance.reason };
  };
  const entries = accounts.map((account) => {
    const { id, name, type } = account;
    return { id, name, balance: balanceOf(account), type };
  });
  return json(200, { message: "OK", requestId, data: { accounts: entries, errors: [...errors] } });
}

export function invalidAccessToken(): Answer {
  return json(401, { code: "INVALID_ACCESS_TOKEN", message: "Unauthorized" });
}

export function notFound(): Answer {
  return json(404, { statusCode: 404, message: "Not Found" });
}

export function methodNotAllowed(): Answer {
  return json(405, { statusCode: 405, message: "Method Not Allowed" }, { allow: "POST" });
}

export function tooLarge(): Answer {
  return json(413, { statusCode: 413, message: "Payload Too Large" });
}
