import { given } from "../../agreements/given";
import { utcSeconds } from "../../agreements/instant";

/**
 * Where an occurrence stands.
 * - `claimed`: a handler calls Sequence, or died while it did.
 * - `waiting`: its last try failed, and another one follows; or there was none yet, because an amount isn't known.
 * - `executed`: Sequence accepted it.
 * - `test-mode`: Sequence accepted it, but the answer reads as if the rule were in test mode and no money moved.
 * - `dry-run`: a dry run left the call out.
 * - `failed`: given up.
 * - `skipped`: its time ended while the triggers were paused. Certainly not executed.
 */
type OccurrenceState = "claimed" | "waiting" | "executed" | "test-mode" | "dry-run" | "failed" | "skipped";

/**
 * What is known after all tries. `unknown` stays until Sequence accepts a try, or a person confirms that nothing was executed: a later
 * refusal says nothing about an earlier try.
 */
type OccurrenceOutcome = "executed" | "not-executed" | "unknown";

/** What the ledger knows of one occurrence. Times are ISO 8601, UTC. */
export interface LedgerItem {
  /** The idempotency key. */
  readonly key: string;
  /** Counts the changes; every write is conditional on the version that it changes. */
  readonly version: number;
  readonly state: OccurrenceState;
  readonly outcome: OccurrenceOutcome;
  /** The trigger's name when it was last tried. */
  readonly trigger: string;
  readonly ruleId: string;
  readonly scheduledTime?: string;
  /** The text of a deliberate extra occurrence. */
  readonly occurrence?: string;
  /** The text of an event. */
  readonly event?: string;
  /** The body of the first try, which every later one repeats. */
  readonly body: string;
  /** Which delivery claimed it last. */
  readonly owner?: string;
  /** Until when its owner may be calling. Removed when the call's result is recorded. */
  readonly leaseUntil?: string;
  /** How many deliveries called Sequence. */
  readonly attempts: number;
  readonly firstTriedAt?: string;
  /** When the last try was answered or given up. While it is under way, when it began. */
  readonly lastTriedAt?: string;
  /** When `state` last changed. */
  readonly updatedAt: string;
  /** Sequence's, of the last answer that had one. */
  readonly requestId?: string;
  /** Sequence's words when it accepted. */
  readonly answer?: string;
  /** Why the last try failed, or why it was given up. */
  readonly code?: string;
  readonly status?: number;
  readonly reason?: string;
  /** The amounts that the rule was expected to ask for, as they could be answered before the first try: `rent 1,500.00`. */
  readonly expected?: string;
  /** People know: a failed occurrence is in the failure queue, one in test mode has its metric and mail, a skipped one is in the next daily mail. */
  readonly told?: boolean;
  /** A mail has said that it waits for a person to repair something. */
  readonly warned?: boolean;
  /**
   * Scheduler ran this occurrence at an unexpected time, in place of the occurrence that was expected at `standsFor`. ISO 8601, UTC.
   */
  readonly standsFor?: string;
  /** Seconds since the epoch; the table's TTL. */
  readonly expiresAt: number;
}

/** Longer than a year, so that a yearly occurrence's predecessor can still be looked up. */
const KEPT_SECONDS = 400 * 86_400;

/** `item` with `changes`, as the next version. `updatedAt` becomes `now` unless it is among the changes. */
export function changed(
  item: LedgerItem,
  changes: Partial<Omit<LedgerItem, "key" | "version">>,
  now: number,
): LedgerItem {
  return {
    ...item,
    updatedAt: new Date(now).toISOString(),
    expiresAt: Math.ceil(now / 1000) + KEPT_SECONDS,
    ...changes,
    version: item.version + 1,
  };
}

/** An item that is not in the ledger yet: version 0, nothing tried. */
export function newItem(
  occurrence: Pick<LedgerItem, "key" | "trigger" | "ruleId" | "scheduledTime" | "occurrence" | "event" | "body">,
  now: number,
): LedgerItem {
  const { key, trigger, ruleId, scheduledTime, body } = occurrence;
  return {
    key,
    version: 0,
    state: "dry-run",
    outcome: "not-executed",
    trigger,
    ruleId,
    ...(scheduledTime === undefined ? {} : { scheduledTime }),
    ...given({ occurrence: occurrence.occurrence, event: occurrence.event }),
    body,
    attempts: 0,
    updatedAt: new Date(now).toISOString(),
    expiresAt: Math.ceil(now / 1000) + KEPT_SECONDS,
  };
}

export function isLeased(item: LedgerItem, now: number): boolean {
  return item.state === "claimed" && now < msOf(item.leaseUntil);
}

/** Whether an earlier try may have been executed without our knowing it. */
export function mayHaveBeenExecuted(item: LedgerItem): boolean {
  return item.outcome === "unknown" || item.state === "claimed";
}

/** How long Sequence may still work on a request that we gave up. A second one with its key might be executed meanwhile (contract section 1). */
export const SETTLING_MS = 60_000;

/** From when on no earlier request can still be at work at Sequence. A handler that died may have called until its lease ended. */
export function settledAt(item: LedgerItem): number {
  return Math.max(msOf(item.lastTriedAt), msOf(item.leaseUntil)) + SETTLING_MS;
}

/** `settledAt` for people, rounded up to a second: from then on Sequence shows whether it was executed. */
export function settledTime(item: LedgerItem): string {
  return utcSeconds(settledAt(item) + 999);
}

/** Milliseconds since the epoch, 0 if there is no time. */
export function msOf(time: string | undefined): number {
  return time === undefined ? 0 : Date.parse(time);
}
