import { being, shown } from "./shown";

/**
 * What the trigger function sends to the amount function to learn whether amounts can be answered. Exactly this: every event of the HTTP
 * API has other members, so that no request of the internet can be one.
 */
export interface AmountCheck {
  readonly check: readonly string[];
}

/** A question of our own, of a person who tries a URL with our tools, has this header, with any value. It doesn't count as Sequence's. */
export const OWN_QUESTION_HEADER = "x-sequence-remote-api-question";
/** The field of its log line that says so. */
export const OWN_QUESTION_FIELD = "ownQuestion";

/** What is known of one amount at the moment. */
export type CheckedAmount =
  | { readonly cents: number }
  | {
      /** The code of the error that would be answered. */
      readonly code: string;
      readonly reason: string;
      /** Only a person can mend it. */
      readonly repair: boolean;
      /** How long Sequence asked to wait. */
      readonly retryAfterMs?: number;
    };

/** By the amount's name. */
export type CheckedAmounts = { readonly [name: string]: CheckedAmount };

/** The amount function's answer to a check. */
export interface CheckAnswer {
  readonly amounts: CheckedAmounts;
}

/** Whether an event of the amount function is a check and nothing else. */
export function isCheck(event: unknown): event is AmountCheck {
  if (typeof event !== "object" || event === null || Array.isArray(event)) return false;
  const { check, ...others } = event as Record<string, unknown>;
  return (
    Object.keys(others).length === 0 && Array.isArray(check) && check.every((name: unknown) => typeof name === "string")
  );
}

/**
 * What the amount function answered about `names`. Throws for anything else than a check's answer about all of them: an earlier version
 * of the function takes a check for a request without a token.
 */
export function checkedAmounts(body: string, names: readonly string[]): CheckedAmounts {
  const answered = membersOf(membersOf(parsed(body)).amounts);
  const amounts = names.map((name): [string, CheckedAmount] => {
    const amount = Object.hasOwn(answered, name) ? answered[name] : undefined;
    if (!isChecked(amount)) throw new Error(`the amount function's answer about ${shown(name)} ${being(amount)}`);
    return [name, amount];
  });
  return Object.fromEntries(amounts);
}

function isChecked(value: unknown): value is CheckedAmount {
  const { cents, code, reason, repair, retryAfterMs } = membersOf(value);
  if (cents !== undefined) return Number.isSafeInteger(cents) && (cents as number) >= 0;
  const wait = retryAfterMs === undefined || (Number.isFinite(retryAfterMs) && (retryAfterMs as number) >= 0);
  return typeof code === "string" && typeof reason === "string" && typeof repair === "boolean" && wait;
}

function membersOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
