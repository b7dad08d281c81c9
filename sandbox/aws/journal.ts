import type { Clock } from "../clock";
import type { Journal, JournalEntry } from "./types";

/** Enough for some years of schedules, and a few megabytes. */
const LONGEST_JOURNAL = 50_000;

/** A journal that keeps the latest `maxEntries` entries (50,000 unless given). */
export function createJournal(clock: Pick<Clock, "now">, maxEntries: number = LONGEST_JOURNAL): Journal {
  const entries: JournalEntry[] = [];
  const listeners = new Set<(entry: JournalEntry) => void>();
  return {
    entries,
    record(kind, detail = {}) {
      const entry: JournalEntry = Object.freeze({ ...detail, at: clock.now(), kind });
      entries.push(entry);
      // Dropping a tenth at a time keeps a full journal from moving every entry at every record.
      if (entries.length > maxEntries) entries.splice(0, Math.ceil(maxEntries / 10));
      for (const listener of [...listeners]) listener(entry);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
