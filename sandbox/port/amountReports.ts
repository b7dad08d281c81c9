import { workingOf } from "../../lambda/agreements/amountWorking";
import type { LogLine } from "../aws/logs";
import type { Journal } from "../aws/types";
import type { DeclaredAmount } from "./amountSpecs";
import { objectIn } from "./triggersDeclared";
import type { AmountReport } from "./types";

const MOST_REPORTS = 5_000;
/** How far back the balances that an amount was computed from may lie in the journal: they are read right before. */
const ENTRIES_BACK = 400;

/** Every answer of the amount functions, to whoever asked, with its working. */
export class AmountReports {
  /** The latest 5,000, the oldest first. */
  readonly all: AmountReport[] = [];

  constructor(
    private readonly journal: Journal,
    private readonly amounts: () => readonly DeclaredAmount[],
  ) {}

  /** Reads a line that arrived. */
  note({ at, group, message }: LogLine): void {
    // Most lines are none, and needn't be parsed.
    if (!message.includes('"event":"amount.answered"') && !message.includes('"event":"amount.failed"')) return;
    const line = objectIn(message);
    if (typeof line.amount !== "string") return;
    this.all.push({ at, name: line.amount, awsRequestId: String(line.awsRequestId), ...this.result(line, group) });
    if (this.all.length > MOST_REPORTS) this.all.splice(0, MOST_REPORTS / 10);
  }

  private result(line: Record<string, unknown>, group: string): Partial<AmountReport> {
    if (line.event === "amount.failed") return { code: String(line.code), reason: messageOf(line.error) };
    const cents = Number(line.cents);
    const sameName = this.amounts().filter(({ name }) => name === line.amount);
    const declared = sameName.find(({ logGroup }) => logGroup === group) ?? sameName[0];
    if (!declared) return { amountInCents: cents };
    const { spec } = declared;
    const account = "account" in spec ? spec.account : undefined;
    const balanceCents = account === undefined ? undefined : this.balanceRead(account, line.sequenceRequestId);
    const computedCents = Number(line.computedCents);
    const reducedBy = Array.isArray(line.reducedBy) ? line.reducedBy.map(String) : [];
    return {
      amountInCents: cents,
      working: workingOf(spec, { computedCents, reducedBy, balanceCents }),
      ...(balanceCents === undefined ? {} : { balanceCents }),
    };
  }

  private balanceRead(account: string, requestId: unknown): number | undefined {
    const { entries } = this.journal;
    for (let index = entries.length - 1; index >= Math.max(0, entries.length - ENTRIES_BACK); index--) {
      const entry = entries[index];
      if (entry?.kind !== "sequence.accountsRead" || entry.requestId !== requestId) continue;
      return (entry.balances as Record<string, number | undefined>)[account];
    }
    return undefined;
  }
}

function messageOf(error: unknown): string {
  const { message, cause } = (error ?? {}) as { message?: unknown; cause?: unknown };
  const why = cause === undefined ? "" : messageOf(cause);
  const own = typeof message === "string" ? message : "";
  return why === "" || own.includes(why) ? own : `${own}: ${why}`;
}
