/**
 * Why there is no amount, by code: the status of the answer, and what the caller is told. The answer is the same for every
 * cause of a code; the cause is in the function's log.
 */
export const amountErrors = {
  /** A balance is not known. */
  BALANCE_UNKNOWN: { status: 503, answer: "The balance that the amount depends on is not known." },
  /** Sequence lists no such account, or could not read it. */
  ACCOUNT_NOT_FOUND: { status: 503, answer: "The account that the amount depends on was not found." },
  /** Several accounts have the name. */
  ACCOUNT_AMBIGUOUS: { status: 503, answer: "Several accounts have the name that the amount depends on." },
  /** Sequence can't be reached, or didn't answer with accounts. */
  SEQUENCE_UNAVAILABLE: { status: 503, answer: "The accounts could not be read from Sequence." },
  /** The secret with the access token can't be used. */
  ACCESS_TOKEN_UNAVAILABLE: { status: 503, answer: "The access token for Sequence is not available." },
  /** The amount was not there in time. */
  AMOUNT_TIMEOUT: { status: 503, answer: "The amount could not be computed in time." },
  /** For custom amounts to throw: what the amount depends on is not known at the moment. */
  AMOUNT_UNKNOWN: { status: 503, answer: "The amount is not known at the moment." },
  /** The amount has `paused: true`. */
  AMOUNT_PAUSED: { status: 503, answer: "The amount is paused." },
  /** The account is external, or of an unknown type, and the amount doesn't allow that. */
  EXTERNAL_BALANCE_REFUSED: { status: 500, answer: "The amount depends on an external account without allowing it." },
  /** The amount is above `ceilingCents`. */
  OVER_CEILING: { status: 500, answer: "The amount is above the ceiling." },
  /** The amounts module has no such function, or fails to load. */
  CUSTOM_AMOUNT_MISSING: { status: 500, answer: "The custom amount could not be loaded." },
  /** The custom amount threw. */
  CUSTOM_AMOUNT_FAILED: { status: 500, answer: "The custom amount failed." },
  /** The custom amount returned something other than a non-negative whole number of cents. */
  CUSTOM_AMOUNT_INVALID: { status: 500, answer: "The custom amount is not a whole number of cents." },
  /** A defect of this package. */
  INTERNAL: { status: 500, answer: "The amount could not be computed." },
} as const;

export type AmountErrorCode = keyof typeof amountErrors;

/**
 * There is no amount. Custom amounts throw it with the code `AMOUNT_UNKNOWN` to say so themselves; anything else that they
 * throw counts as a defect.
 */
export class AmountError extends Error {
  override readonly name = "AmountError";
  constructor(
    readonly code: AmountErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }

  /** 503: not known now. 500: someone has to change something. */
  get status(): 500 | 503 {
    return amountErrors[this.code].status;
  }
}

/** Of the errors that are 503, those that don't pass by themselves. */
const NEED_A_PERSON: readonly AmountErrorCode[] = [
  "ACCOUNT_NOT_FOUND",
  "ACCOUNT_AMBIGUOUS",
  "ACCESS_TOKEN_UNAVAILABLE",
];

/** Whether only a person can mend what `error` tells of. A secret that couldn't be read mostly can be, a little later. */
export function needsAPerson(error: AmountError): boolean {
  const causes = causesOf(error);
  if (causes.some((cause) => textOf(cause, "code") === "SECRET_UNREADABLE")) return false;
  return error.status === 500 || NEED_A_PERSON.includes(error.code);
}

/** How long Sequence asked to wait, if it did. */
export function retryAfterMsOf(error: AmountError): number | undefined {
  // By name, like below.
  const cause = causesOf(error).find((each) => textOf(each, "name") === "SequenceError");
  const ms = (cause as { readonly retryAfterMs?: unknown } | undefined)?.retryAfterMs;
  return typeof ms === "number" ? ms : undefined;
}

/** An amount's error, its cause, that one's cause and so on. */
function causesOf(error: Error): Error[] {
  const causes: Error[] = [];
  for (let next: unknown = error; next instanceof Error && causes.length < 5; next = next.cause) causes.push(next);
  return causes;
}

/** `error` as an `AmountError`: itself, or the one for what the client and the secrets throw, or one with the code `otherwise`. */
export function amountErrorOf(error: unknown, otherwise: AmountErrorCode): AmountError {
  if (error instanceof AmountError) return error;
  const given = textOf(error, "code");
  const name = textOf(error, "name");
  // By name: the bundle of the custom amounts has copies of these classes of its own.
  let code = otherwise;
  if (name === "AmountError" && Object.hasOwn(amountErrors, given)) code = given as AmountErrorCode;
  else if (name === "SecretError") code = "ACCESS_TOKEN_UNAVAILABLE";
  else if (name === "SequenceError") code = CLIENT_ERRORS[given] ?? "SEQUENCE_UNAVAILABLE";
  const message = error instanceof Error ? textOf(error, "message") : "something that is no Error was thrown";
  return new AmountError(code, message, { cause: error });
}

/** The client's errors that don't mean that Sequence is unavailable. */
const CLIENT_ERRORS: Readonly<Record<string, AmountErrorCode | undefined>> = {
  NO_SUCH_ACCOUNT: "ACCOUNT_NOT_FOUND",
  AMBIGUOUS_ACCOUNT: "ACCOUNT_AMBIGUOUS",
  NO_CREDENTIAL: "ACCESS_TOKEN_UNAVAILABLE",
  INVALID_ACCESS_TOKEN: "ACCESS_TOKEN_UNAVAILABLE",
  INVALID_ARGUMENT: "INTERNAL",
  INTERNAL_ERROR: "INTERNAL",
};

/** A property of something thrown, which can be anything. */
function textOf(thrown: unknown, property: "name" | "message" | "code"): string {
  try {
    return String((thrown as Record<string, unknown>)[property]);
  } catch {
    return "unreadable";
  }
}
