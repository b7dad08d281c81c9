import { type LedgerItem, msOf } from "./lifecycle/ledgerItem";
import type { Ledger } from "./ports";

/** The ledger could not be read or written. */
export class LedgerUnavailable extends Error {
  override readonly name = "LedgerUnavailable";
}

const MAX_RACES = 8;
const MAX_PERSIST_TRIES = 5;

/** Reads and writes the ledger safely when writers race or an answer gets lost. */
export class OccurrenceLedger {
  constructor(
    private readonly ledger: Ledger,
    private readonly sleep: (ms: number) => Promise<void>,
  ) {}

  read(key: string): Promise<LedgerItem | undefined> {
    return available(() => this.ledger.read(key));
  }

  /** Writes `next` unless another writer was faster. Returns whether `next` is stored. */
  async commit(next: LedgerItem): Promise<boolean> {
    if (await available(() => this.ledger.write(next))) return true;
    // The SDK repeats a write whose answer got lost. The table refuses the repetition, because the first write took place.
    const stored = await this.read(next.key);
    return stored !== undefined && sameWrite(stored, next);
  }

  /** Writes what `merge` makes of the stored item, and merges again if another writer was faster. Returns what is stored then. */
  async update(key: string, merge: (stored: LedgerItem | undefined) => LedgerItem | undefined): Promise<LedgerItem> {
    for (let race = 0; race < MAX_RACES; race += 1) {
      const stored = await this.read(key);
      const next = merge(stored);
      if (next === undefined && stored !== undefined) return stored;
      if (next === undefined) throw new LedgerUnavailable(`occurrence ${key} is not in the ledger any more`);
      if (await this.commit(next)) return next;
    }
    throw new LedgerUnavailable(`occurrence ${key} was written by others ${MAX_RACES} times in a row`);
  }

  /** Like `update`, but tries again while there is time, because the change must not get lost. */
  async persist(
    key: string,
    merge: (stored: LedgerItem | undefined) => LedgerItem | undefined,
    hasTime: () => boolean,
  ): Promise<LedgerItem> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.update(key, merge);
      } catch (error) {
        if (!(error instanceof LedgerUnavailable) || attempt >= MAX_PERSIST_TRIES || !hasTime()) throw error;
        await this.sleep(250 * attempt);
      }
    }
  }
}

function sameWrite(stored: LedgerItem, next: LedgerItem): boolean {
  return (
    stored.version === next.version &&
    stored.owner === next.owner &&
    stored.state === next.state &&
    msOf(stored.updatedAt) === msOf(next.updatedAt)
  );
}

/** The result of `operation`, whose every error is a `LedgerUnavailable`. */
export async function available<T>(operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    throw new LedgerUnavailable(`${name}: ${message}`, { cause: error });
  }
}
