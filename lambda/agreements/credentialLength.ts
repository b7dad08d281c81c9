/**
 * Every credential of Sequence is longer. A shorter value was cut off when it was copied, and removing one or two letters wherever
 * they occur would make logs and errors unreadable.
 */
export const SHORTEST_CREDENTIAL = 8;

/** Servers refuse longer headers. */
export const LONGEST_CREDENTIAL = 4096;

/** What is said of such a value, after its name. */
export function tooShort(credential: string): string {
  return `is too short, ${credential.length} of at least ${SHORTEST_CREDENTIAL} characters: copy the whole value from Sequence`;
}
