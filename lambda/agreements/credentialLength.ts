/**
 * Shorter than any credential of Sequence. What is shorter was cut off on its way, and taking every occurrence of one or two letters
 * out of logs and errors would make them unreadable.
 */
export const SHORTEST_CREDENTIAL = 8;

/** What is said of such a value, after its name. */
export function tooShort(credential: string): string {
  return `is too short, ${credential.length} of at least ${SHORTEST_CREDENTIAL} characters: copy the whole value from Sequence`;
}
