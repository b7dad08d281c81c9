import { namedBy } from "./subject";

/** Which scheduled occurrences wait because Sequence has answered 429: their rule's events are to come after them. */
export class Turns {
  /** By rule. */
  private readonly waiting = new Map<string, Set<string>>();

  /** Sequence has answered 429 for it, or it came while its rule had to wait. */
  waits(subject: string): void {
    const named = namedBy(subject);
    if (named?.scheduledTime === undefined) return;
    const ofRule = this.waiting.get(named.ruleId) ?? new Set();
    this.waiting.set(named.ruleId, ofRule.add(subject));
  }

  /** It is called, or its message is done with. */
  waitsNoMore(subject: string): void {
    this.waiting.get(namedBy(subject)?.ruleId ?? "")?.delete(subject);
  }

  /** Whether an event is called although it should wait. */
  isBeforeItsTurn(subject: string): boolean {
    const named = namedBy(subject);
    return named?.event !== undefined && (this.waiting.get(named.ruleId)?.size ?? 0) > 0;
  }
}
