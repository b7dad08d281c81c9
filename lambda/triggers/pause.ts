import { ledgerNotes } from "../agreements/ledgerNotes";
import type { WorkMessage } from "../agreements/workMessage";
import type { Occurrence } from "./lifecycle/request";
import { LedgerUnavailable } from "./occurrenceLedger";
import type { Ledger, Note } from "./ports";
import { messageByHand, titleOf } from "./telling/failure";

/** An occurrence whose time ended during a pause, as the next daily check mails it. */
interface Skipped {
  readonly title: string;
  /** The message that runs it by hand. */
  readonly message: WorkMessage;
}

/** What was skipped since the last mail. */
export interface SkippedNote {
  readonly version: number;
  /** By idempotency key. */
  readonly occurrences: { readonly [key: string]: Skipped };
  /** How many more there were. */
  readonly more: number;
}

const MOST_LISTED = 200;
const MAX_RACES = 20;

/** Whether the stop switch is on. Read anew each time, because a person who stops everything means now. */
export async function isPaused(ledger: Ledger): Promise<boolean> {
  return (await ledger.readNote(ledgerNotes.pause)) !== undefined;
}

/** Leaves a skipped occurrence to the next daily check's mail. Rejects if it can't be noted. */
export async function noteSkipped(ledger: Ledger, occurrence: Occurrence): Promise<void> {
  const { key } = occurrence;
  const skipped: Skipped = { title: titleOf(occurrence), message: messageByHand(occurrence) };
  for (let race = 0; race < MAX_RACES; race += 1) {
    const { version, occurrences, more } = await readSkipped(ledger);
    const isFull = Object.keys(occurrences).length >= MOST_LISTED && !Object.hasOwn(occurrences, key);
    const next = isFull ? { occurrences, more: more + 1 } : { occurrences: { ...occurrences, [key]: skipped }, more };
    if (await writeSkipped(ledger, { ...next, version: version + 1 })) return;
  }
  throw new LedgerUnavailable(`the note of what was skipped was written by others ${MAX_RACES} times in a row`);
}

export async function readSkipped(ledger: Ledger): Promise<SkippedNote> {
  const note = await ledger.readNote(ledgerNotes.skipped);
  if (!note) return { version: 0, occurrences: {}, more: 0 };
  const occurrences = JSON.parse(String(note.occurrences)) as SkippedNote["occurrences"];
  return { version: note.version, occurrences, more: Number(note.more) };
}

/** Call this once the mail is sent: after a crash it may be sent twice, but never not at all. What was noted meanwhile stays. */
export async function forgetSkipped(ledger: Ledger, mailed: SkippedNote): Promise<void> {
  for (let race = 0; race < MAX_RACES; race += 1) {
    const { version, occurrences, more } = await readSkipped(ledger);
    const left = Object.entries(occurrences).filter(([key]) => !Object.hasOwn(mailed.occurrences, key));
    const next = { occurrences: Object.fromEntries(left), more: Math.max(0, more - mailed.more) };
    if (await writeSkipped(ledger, { ...next, version: version + 1 })) return;
  }
}

function writeSkipped(ledger: Ledger, { occurrences, ...rest }: SkippedNote): Promise<boolean> {
  const note: Note = { ...rest, occurrences: JSON.stringify(occurrences) };
  return ledger.writeNote(ledgerNotes.skipped, note);
}
