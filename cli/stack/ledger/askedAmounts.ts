import { plainDollars } from "../../../lambda/agreements/dollars";
import { AMOUNT_EVENTS, askedAmount } from "../../../lambda/triggers/aws/amountLog";
import { ASKED_WITHIN_MS } from "../../../lambda/triggers/check/asked";
import { type LedgerItem, msOf } from "../../../lambda/triggers/lifecycle/ledgerItem";
import type { Clients } from "../aws/clients";
import { logLines } from "../aws/logLines";

/** The clocks of two functions differ a little, and a rule asks within milliseconds of its try. */
const SKEW_MS = 2_000;
const MOST_PAGES = 10;

/**
 * What Sequence was first answered after an occurrence was tried: `rent 1,500.00, buffer not asked`. Undefined if the log can't tell,
 * because it isn't kept that long, say. An occurrence that didn't ask, and one within two hours that did, can't be told apart.
 */
export async function askedText(
  clients: Pick<Clients, "logs">,
  group: string,
  asks: readonly string[],
  { firstTriedAt, lastTriedAt = firstTriedAt }: LedgerItem,
): Promise<string | undefined> {
  const { lines, isWhole } = await logLines(clients, {
    ...{ group, events: AMOUNT_EVENTS, mostPages: MOST_PAGES },
    since: msOf(firstTriedAt) - SKEW_MS,
    until: msOf(lastTriedAt) + ASKED_WITHIN_MS,
  });
  if (lines.length === 0 || !isWhole) return undefined;
  const answers = new Map<string, { readonly at: number; readonly text: string }>();
  for (const line of lines) {
    const amount = askedAmount(line);
    // After the first answer another occurrence may have asked.
    if (amount === undefined || line.at >= (answers.get(amount)?.at ?? Number.POSITIVE_INFINITY)) continue;
    const { at, cents, code } = line;
    const text = typeof cents === "number" ? plainDollars(cents) : `failed (${code})`;
    answers.set(amount, { at, text });
  }
  return asks.map((name) => `${name} ${answers.get(name)?.text ?? "not asked"}`).join(", ");
}
