/** Keys of the ledger's table that are no occurrence's: those are UUIDs. */
export const ledgerNotes = {
  /** What the daily checks have looked at. */
  check: "daily-check",
  /** The stop switch: as long as there is an item with this key, whatever else is in it, no rule is triggered. */
  pause: "pause",
  /** What was skipped because of the stop switch, for the next daily check to mail. */
  skipped: "skipped",
  /** Which amounts a mail said that no rule asked for. */
  unasked: "unasked",
  /** The month of the last digest, and until when it counted. */
  digest: "digest",
  /** Executed events, one of a trigger, for the next daily check to look whether their rules asked for amounts. */
  accepted: "accepted-events",
} as const;

const PACE = "pace ";

/** The key of a rule's pace: until when its calls wait. */
export function paceNote(ruleId: string): string {
  return PACE + ruleId;
}

/** Whether an item is one of these, and not an occurrence. */
export function isNote(key = ""): boolean {
  return key.startsWith(PACE) || Object.values<string>(ledgerNotes).includes(key);
}
