import { type LedgerItem, msOf } from "./lifecycle/ledgerItem";

/** Reads all of a ledger. */
export interface LedgerReader {
  all(): AsyncIterable<LedgerItem>;
}

export interface HistoryOptions {
  /** Only this trigger's. */
  readonly trigger?: string;
  /** How many at most. Defaults to 100. */
  readonly limit?: number;
}

/** The ledger's occurrences, newest first: by scheduled time, extra ones by when they were first tried. */
export async function history(reader: LedgerReader, options: HistoryOptions = {}): Promise<LedgerItem[]> {
  const { trigger, limit = 100 } = options;
  const found: LedgerItem[] = [];
  for await (const item of reader.all()) if (trigger === undefined || item.trigger === trigger) found.push(item);
  return found.sort((a, b) => timeOf(b) - timeOf(a) || a.key.localeCompare(b.key)).slice(0, limit);
}

/** By what occurrences are ordered, milliseconds since the epoch. */
export function timeOf(item: LedgerItem): number {
  return msOf(item.scheduledTime ?? item.firstTriedAt ?? item.updatedAt);
}
