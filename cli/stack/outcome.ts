import { setTimeout as delay } from "node:timers/promises";
import { given } from "../../lambda/agreements/given";
import type { LedgerItem } from "../../lambda/triggers/lifecycle/ledgerItem";
import { reasonOf } from "./aws/explain";
import { type Exit, StackError } from "./exit";
import { stateText, whyText } from "./ledger/occurrenceText";
import { type LedgerTable, readOccurrence } from "./ledger/readLedger";
import { beyondRecall, waiting } from "./tell";

const ASK_EVERY_MS = 500;
const LONGEST_WAIT_S = 3_600;
const ENDED: ReadonlySet<LedgerItem["state"]> = new Set(["executed", "test-mode", "dry-run", "failed", "skipped"]);

const GOES_ON =
  "It was sent and runs by itself: Ctrl+C ends only the wait for it. A mail tells how it ends, and history shows it.";

/** The number of seconds that `--wait` says. */
export function waitSeconds(typed: string): number {
  const seconds = Number(typed);
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= LONGEST_WAIT_S) return seconds;
  throw new StackError(
    "usage",
    `--wait is "${typed}"; it must be a whole number of seconds from 0 to ${LONGEST_WAIT_S}`,
  );
}

/** What became of an occurrence that was sent, as far as the ledger could be read. */
export interface Outcome {
  /** Absent if the ledger has nothing new. */
  readonly item?: LedgerItem;
  /** Why the ledger could not be read. */
  readonly unseen?: string;
}

/** What the ledger says of an occurrence once it has ended after version `after`, or when the time is up. It was sent, so nothing is thrown. */
export async function awaitOutcome(
  table: LedgerTable,
  key: string,
  { after, seconds }: { readonly after: number; readonly seconds: number },
): Promise<Outcome> {
  const look = async () => {
    const until = Date.now() + seconds * 1_000;
    for (;;) {
      const item = await readOccurrence(table, key);
      const isNew = (item?.version ?? 0) > after;
      if (isNew && item && ENDED.has(item.state)) return item;
      if (Date.now() >= until) return isNew ? item : undefined;
      await delay(Math.min(ASK_EVERY_MS, Math.max(1, until - Date.now())));
    }
  };
  try {
    const item = beyondRecall(GOES_ON, waiting(`Waiting up to ${seconds} s for what becomes of it`, look()));
    return given({ item: await item });
  } catch (error) {
    return { unseen: reasonOf(error) };
  }
}

/** The outcome as lines and exit code. */
export function outcomeText(
  { item, unseen }: Outcome,
  { now, seconds }: { readonly now: number; readonly seconds: number },
): { readonly exit: Exit; readonly lines: readonly string[] } {
  if (unseen !== undefined)
    return {
      exit: "unseen",
      lines: [
        `It was sent and runs by itself; what becomes of it can't be seen: ${unseen}.`,
        "A mail tells how it ends, and history shows it.",
      ],
    };
  if (!item)
    return {
      exit: "problem",
      lines: [
        `The ledger says nothing new after ${seconds} s: the message waits in its queue, or it was refused. A mail tells how it ends, and history shows it.`,
      ],
    };
  const why = whyText(item);
  const request = item.requestId === undefined ? "" : ` (Sequence's request ${item.requestId})`;
  const isOver = ENDED.has(item.state);
  return {
    exit: item.state === "executed" || item.state === "dry-run" ? "fine" : "problem",
    lines: [
      `Outcome: ${stateText(item, now)}${request}.`,
      ...(item.state === "executed" ? ["Accepted does not mean that the money has moved yet."] : []),
      ...(why === undefined ? [] : [`Why: ${why}`]),
      ...(isOver ? [] : ["It goes on by itself; a mail tells how it ends, and history shows it."]),
    ],
  };
}
