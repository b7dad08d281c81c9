import type { CheckedAmounts } from "../../agreements/amountCheck";
import { plainDollars } from "../../agreements/dollars";
import type { TriggerFunctionConfig } from "../../agreements/triggerConfig";
import { nextTryIn } from "./afterTry";
import type { NextStep } from "./decide";
import { failed } from "./givenUp";
import { changed, type LedgerItem } from "./ledgerItem";
import type { Occurrence } from "./request";

/** An amount that can't be answered at the moment, or all of them if the amount function couldn't be asked. */
export interface Trouble {
  /** As a sentence begins: `buffer`, or `the amounts`. */
  readonly what: string;
  readonly code: string;
  readonly reason: string;
  /** Only a person can mend it. */
  readonly repair: boolean;
  readonly retryAfterMs?: number;
  /** The rule isn't triggered while this lasts. */
  readonly holds: boolean;
}

/** The code of an occurrence that is held back, in the ledger and in failures. */
const NOT_KNOWN = "AMOUNT_NOT_KNOWN";

/** What a check found wrong with the amounts of `asks`. */
export function troublesOf(
  amounts: CheckedAmounts | Error,
  asks: readonly string[],
  holdUntilKnown: readonly string[],
): Trouble[] {
  if (amounts instanceof Error) {
    const { name, message: reason } = amounts;
    const code = name === "Error" ? "NOT_CHECKED" : name;
    return [{ what: "the amounts", code, reason, repair: false, holds: holdUntilKnown.length > 0 }];
  }
  return asks.flatMap((what) => {
    const amount = amounts[what];
    return amount === undefined || "cents" in amount ? [] : [{ ...amount, what, holds: holdUntilKnown.includes(what) }];
  });
}

/** `rent 1,500.00, buffer not known`; undefined if the amount function couldn't be asked. */
export function expectedOf(amounts: CheckedAmounts | Error, asks: readonly string[]): string | undefined {
  if (amounts instanceof Error) return undefined;
  const texts = asks.map((name) => {
    const amount = amounts[name];
    return `${name} ${amount && "cents" in amount ? plainDollars(amount.cents) : "not known"}`;
  });
  return texts.join(", ");
}

/** The ledger's item, a failure and a mail have no room for hundreds: a reason has up to a thousand characters. */
const MOST_TOLD = 20;

/** `buffer can't be answered (BALANCE_UNKNOWN: the balance is not known); rent can't be ...`. */
export function troublesText(troubles: readonly Trouble[]): string {
  const texts = troubles
    .slice(0, MOST_TOLD)
    .map(({ what, code, reason }) => `${what} can't be answered (${code}: ${reason})`);
  const more = troubles.length - texts.length;
  return [...texts, ...(more > 0 ? [`and ${more} more`] : [])].join("; ");
}

/**
 * What follows from a check: the call of `claim`, or its occurrence held back. That has had no attempt, and waits for the amount as
 * for a refusal that may pass, until the age limit.
 */
export function held(
  claim: LedgerItem,
  occurrence: Occurrence,
  troubles: readonly Trouble[],
  at: {
    readonly config: TriggerFunctionConfig;
    readonly now: number;
    readonly delayMs: number;
    readonly expected: string | undefined;
  },
): NextStep {
  const expected = at.expected === undefined ? {} : { expected: at.expected };
  const holding = troubles.filter(({ holds }) => holds);
  // The mails about a call tell of other repairs than the one about its amounts.
  if (holding.length === 0) return { do: "call", claim: { ...claim, ...expected, warned: false } };
  const { owner: _, leaseUntil: __, firstTriedAt: ___, lastTriedAt: ____, ...untried } = claim;
  const reason = `${troublesText(holding)}.`;
  const base = { ...untried, ...expected, version: claim.version - 1, attempts: 0, outcome: "not-executed" } as const;
  const retryAfterMs = Math.max(0, ...holding.map((trouble) => trouble.retryAfterMs ?? 0));
  const ms = nextTryIn(base, occurrence, { course: "retry", retryAfterMs }, at);
  if (ms === undefined) {
    const given = { executed: "no", code: NOT_KNOWN, reason } as const;
    return { do: "give-up", item: failed(base, given, at.now), given };
  }
  const warned = claim.warned === true || troubles.some(({ repair }) => repair);
  return {
    do: "await-amounts",
    item: changed(base, { state: "waiting", code: NOT_KNOWN, reason, warned }, at.now),
    ms,
  };
}
