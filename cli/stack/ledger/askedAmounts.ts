import { FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { OWN_QUESTION_FIELD } from "../../../lambda/agreements/amountCheck";
import { fieldsOf } from "../../../lambda/aws";
import { formatCents } from "../../../lambda/client/money";
import { type LedgerItem, msOf } from "../../../lambda/triggers/lifecycle/ledgerItem";
import type { Clients } from "../aws/clients";

/** A rule has asked by then, if it asks at all, as the daily check has it. */
const ASKED_WITHIN_MS = 2 * 3_600_000;
/** The clocks of two functions differ a little, and a rule asks within milliseconds of its try. */
const SKEW_MS = 2_000;
const MOST_PAGES = 10;
const PATTERN = `{ ($.event = "amount.answered") || ($.event = "amount.failed") || ($.event = "amount.checked") }`;

/**
 * What Sequence was first answered after an occurrence was tried: `rent 1,500.00, buffer not asked`. Undefined if the log can't tell,
 * because it isn't kept that long, say. An occurrence that didn't ask, and one within two hours that did, can't be told apart.
 */
export async function askedText(
  { logs }: Pick<Clients, "logs">,
  logGroupName: string,
  asks: readonly string[],
  item: LedgerItem,
): Promise<string | undefined> {
  const startTime = msOf(item.firstTriedAt) - SKEW_MS;
  const endTime = msOf(item.lastTriedAt ?? item.firstTriedAt) + ASKED_WITHIN_MS;
  const answers = new Map<string, { readonly at: number; readonly text: string }>();
  let isKept = false;
  let nextToken: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const input = { logGroupName, filterPattern: PATTERN, startTime, endTime, ...(nextToken ? { nextToken } : {}) };
    const read = await logs.send(new FilterLogEventsCommand(input));
    for (const { message = "", timestamp: at = 0 } of read.events ?? []) {
      const { event, amount, cents, code, [OWN_QUESTION_FIELD]: own } = fieldsOf(message);
      isKept = true;
      if (event === "amount.checked" || own === true || typeof amount !== "string") continue;
      // After the first answer another occurrence may have asked.
      if (at >= (answers.get(amount)?.at ?? Number.POSITIVE_INFINITY)) continue;
      const text = typeof cents === "number" ? formatCents(cents).replace("$", "") : `failed (${code})`;
      answers.set(amount, { at, text });
    }
    nextToken = read.nextToken;
    if (nextToken === undefined) break;
  }
  if (!isKept || nextToken !== undefined) return undefined;
  return asks.map((name) => `${name} ${answers.get(name)?.text ?? "not asked"}`).join(", ");
}
