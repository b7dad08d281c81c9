import { didYouMean } from "../../../lambda/agreements/didYouMean";
import { timeOf } from "../../../lambda/triggers/history";
import { type LedgerItem, mayHaveBeenExecuted, msOf } from "../../../lambda/triggers/lifecycle/ledgerItem";
import { table, timeIn } from "../../format";
import { reasonOf } from "../aws/explain";
import { type Call, type StackCommand, withTriggers } from "../command";
import { StackError } from "../exit";
import type { LiveStack, LiveTriggers } from "../find/live";
import { askedText } from "../ledger/askedAmounts";
import { occurrenceText, stateText, whyText, zoneOf } from "../ledger/occurrenceText";
import { ledgerOf, readLedger } from "../ledger/readLedger";
import { within } from "../ledger/when";
import { waiting } from "../tell";

interface Options {
  readonly trigger?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit: string;
}

/** CloudWatch Logs allows an account few such calls a second. */
const MOST_LOOKED_UP = 20;

/** The ledger as a table, newest first. */
export const history: StackCommand = {
  name: "history",
  declare: (command) =>
    command
      .option("--trigger <name>", "only this trigger's")
      .option("--since <time>", "from this date in the trigger's zone, or this time with a zone, on")
      .option("--until <time>", "until this date, the whole day included, or this time")
      .option("--limit <number>", "how many at most, the newest", "50"),
  examples: [
    ["history", "what happened, newest first"],
    ["history --trigger payday --since 2026-12-01", "one trigger, from a day on"],
    ["history --limit 1000 --json", "for another program"],
  ],
  async run(call: Call<Options>) {
    const { trigger, since, until } = call.options;
    const limit = limitOf(call.options.limit);
    const isWithin = within(since, until);
    const stack = await call.stack();
    const triggers = withTriggers(stack);
    const { config, ledgerTable } = triggers;
    const wanted = (item: LedgerItem) =>
      (trigger === undefined || item.trigger === trigger) && isWithin(timeOf(item), zoneOf(config, item.trigger));
    const began = performance.now();
    const found = await waiting("Reading the ledger", readLedger(ledgerOf(stack, triggers), wanted));
    const seconds = (performance.now() - began) / 1000;
    const newest = [...found.items].sort((a, b) => timeOf(b) - timeOf(a) || a.key.localeCompare(b.key)).slice(0, limit);
    const { asked, unseen } = await waiting("Looking up what was asked for", askedOf(stack, triggers, newest));
    return {
      exit: unseen === undefined ? "fine" : "unseen",
      lines: [
        ...(newest.length > 0 ? linesOf(newest, asked, triggers, stack.now()) : [nothingFound(trigger, triggers)]),
        "",
        `${newest.length} of ${found.items.length} ${found.items.length === 1 ? "occurrence" : "occurrences"}; ${found.read} items of ${ledgerTable} were read in ${seconds.toFixed(1)} s` +
          (found.isWhole ? "." : ", and there are more that weren't."),
        ...(found.foreign.length > 0
          ? [
              `Items that are not this package's: ${found.foreign.slice(0, 3).join(", ")}${found.foreign.length > 3 ? ` and ${found.foreign.length - 3} more` : ""}.`,
            ]
          : []),
        ...(unseen === undefined ? [] : [`What Sequence asked for can't be looked up: ${unseen}.`]),
        ...(newest.length < found.items.length ? ["--limit, --since and --until show others."] : []),
      ],
      json: {
        occurrences: newest.map((item) => ({ ...plain(item), asked: asked.get(item.key) })),
        found: found.items.length,
        itemsRead: found.read,
        isWhole: found.isWhole,
        foreignKeys: found.foreign,
        unseen,
      },
    };
  },
};

/** Without what only the function needs. */
function plain(item: LedgerItem) {
  const { owner: _, leaseUntil: __, expiresAt: ___, ...rest } = item;
  return { ...rest, executed: item.state === "executed" ? "yes" : mayHaveBeenExecuted(item) ? "unknown" : "no" };
}

function limitOf(typed: string): number {
  const limit = Number(typed);
  if (Number.isInteger(limit) && limit >= 1) return limit;
  throw new StackError("usage", `--limit is "${typed}"; it must be a whole number from 1 on`);
}

interface Asked {
  /** By key. */
  readonly asked: ReadonlyMap<string, string>;
  /** Why not all could be looked up. */
  readonly unseen?: string;
}

/** What Sequence asked for after the newest executions of triggers that say what their rule asks for. */
async function askedOf(
  { clients, amounts }: LiveStack,
  { config }: LiveTriggers,
  items: readonly LedgerItem[],
): Promise<Asked> {
  const asking = items.flatMap((item) => {
    const asks = Object.hasOwn(config.triggers, item.trigger) ? config.triggers[item.trigger]?.asks : undefined;
    const mayAsk = item.firstTriedAt !== undefined && (item.state === "executed" || mayHaveBeenExecuted(item));
    return asks && asks.length > 0 && mayAsk ? [{ item, asks }] : [];
  });
  const asked = new Map<string, string>();
  if (!amounts) return { asked };
  try {
    for (const { item, asks } of asking.slice(0, MOST_LOOKED_UP)) {
      const text = await askedText(clients, amounts.logGroup, asks, item);
      if (text !== undefined) asked.set(item.key, text);
    }
    return { asked };
  } catch (error) {
    return { asked, unseen: reasonOf(error) };
  }
}

/** A row for each, and below it what is longer than a column. */
function linesOf(
  items: readonly LedgerItem[],
  asked: ReadonlyMap<string, string>,
  { config }: LiveTriggers,
  now: number,
): string[] {
  const [head = "", ...rows] = table(
    [
      ["occurrence", "trigger", "state", "tries", "request id"],
      ...items.map((item) => [
        occurrenceText(item, zoneOf(config, item.trigger)),
        item.trigger,
        stateText(item, now),
        String(item.attempts),
        item.requestId ?? "-",
      ]),
    ],
    [3],
  );
  const details = (item: LedgerItem) =>
    [
      ["in place of", item.standsFor && timeIn(msOf(item.standsFor), zoneOf(config, item.trigger))],
      ["expected before the first try", item.expected],
      ["asked", asked.get(item.key)],
      ["why", whyText(item)],
    ].flatMap(([name, text]) => (text === undefined ? [] : [`    ${name}: ${text}`]));
  return [head, ...items.flatMap((item, index) => [rows[index] as string, ...details(item)])];
}

function nothingFound(trigger: string | undefined, { config }: LiveTriggers): string {
  const names = Object.keys(config.triggers);
  if (trigger === undefined || names.includes(trigger)) return "Nothing has happened then.";
  return `The ledger has nothing of a trigger "${trigger}". Deployed are ${names.join(", ")}${didYouMean(trigger, names)}`;
}
