import type { TriggerFunctionConfig } from "../../agreements/triggerConfig";
import { type Outcome, SequenceError } from "../../client/errors";
import type { TriggerReceipt } from "../../client/types";
import { keyForgottenAt, lastTryBy } from "./decide";
import { failed, type GivenUp } from "./givenUp";
import { changed, type LedgerItem, SETTLING_MS } from "./ledgerItem";
import type { Occurrence } from "./request";

/** The result of one call to Sequence. */
export type TryResult =
  | { readonly accepted: true; readonly receipt: TriggerReceipt }
  | { readonly accepted: false; readonly failure: TryFailure };

/** A call that was not accepted. */
export interface TryFailure {
  readonly code: string;
  /** HTTP status, 0 if there was no answer. */
  readonly status: number;
  readonly requestId: string | undefined;
  readonly reason: string;
  /** Whether this call can have been executed. */
  readonly outcome: Outcome;
  readonly retryAfterMs: number | undefined;
  readonly course: Course;
}

/**
 * What is done about a failure.
 * - `retry`: it may go away by itself.
 * - `repair`: tried again too, but a mail asks at once for a repair, which helps if it comes before the age limit.
 * - `final`: repeating the call can't succeed, so the failure is told at once.
 */
type Course = "retry" | "repair" | "final";

/** Sequence's code of a 429. */
export const TOO_MANY_REQUESTS = "TOO_MANY_REQUESTS";

/** By error code. The client's `retryable` decides about the others. docs/triggers.md gives the reasons. */
const COURSES: Readonly<Record<string, Course>> = {
  [TOO_MANY_REQUESTS]: "retry",
  INVALID_REQUEST: "final",
  INVALID_API_SECRET: "repair",
  NO_CREDENTIAL: "repair",
  SECRET_UNFILLED: "repair",
  SECRET_FIELD_MISSING: "repair",
  SECRET_MALFORMED: "repair",
  SECRET_UNREADABLE: "retry",
  REDIRECTED: "repair",
  UNEXPECTED_STATUS: "repair",
};

/** Reads what the client threw. */
export function failureOf(error: unknown): TryFailure {
  if (!(error instanceof SequenceError)) return bug(error);
  const { status, requestId, outcome, retryAfterMs, message, retryable } = error;
  const { code, reason } = secretProblem(error) ?? { code: error.code, reason: message };
  const course = COURSES[code] ?? (retryable ? "retry" : "final");
  return { code, status, requestId, reason, outcome, retryAfterMs, course };
}

/** An unforeseen error may have happened after the request was sent, so the outcome is unknown. */
function bug(error: unknown): TryFailure {
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    code: "INTERNAL_ERROR",
    status: 0,
    requestId: undefined,
    reason,
    outcome: "unknown",
    retryAfterMs: undefined,
    course: "final",
  };
}

/** The client's error wraps the one of the secret's source, which says how to fill the secret. */
function secretProblem(error: SequenceError): { code: string; reason: string } | undefined {
  const { cause } = error;
  if (error.code !== "NO_CREDENTIAL" || !(cause instanceof Error) || !("code" in cause)) return undefined;
  return typeof cause.code === "string" && cause.code.startsWith("SECRET_")
    ? { code: cause.code, reason: cause.message }
    : undefined;
}

/** A try that has ended, and the claim under which it was made. */
export interface EndedTry {
  readonly claim: LedgerItem;
  readonly result: TryResult;
  /** How long it took. */
  readonly ms: number;
}

/** What follows from a try. */
export interface Conclusion {
  /** The item to write, or undefined to leave the stored one alone. */
  readonly item: LedgerItem | undefined;
  /** Absent if there is no further try. */
  readonly retryInMs?: number;
}

/** How soon a message comes back when another delivery has taken over its occurrence. */
const LOOK_AGAIN_MS = 30_000;

/**
 * What becomes of the stored item after a try.
 *
 * Another delivery may have changed the item since the claim, because it takes an occurrence over when the lease ends. An execution is
 * recorded even then, and nothing takes it back. A try that may have been executed makes the outcome unknown even then.
 */
export function conclude(
  stored: LedgerItem | undefined,
  { claim, result }: Omit<EndedTry, "ms">,
  occurrence: Occurrence,
  at: { readonly config: TriggerFunctionConfig; readonly now: number; readonly delayMs: number },
): Conclusion {
  const item = stored ?? { ...claim, version: 0 };
  if (item.state === "executed" || (item.state === "test-mode" && item.owner === claim.owner))
    return { item: undefined };
  if (result.accepted && !result.receipt.testMode) return { item: executed(item, claim, result.receipt, at.now) };
  if (item.owner !== claim.owner || item.state !== "claimed") return superseded(item, result, at.now);
  if (result.accepted) return { item: inTestMode(item, result.receipt, at.now) };
  return afterFailure(item, result.failure, occurrence, at);
}

type Receipt = Extract<TryResult, { accepted: true }>["receipt"];

function executed(item: LedgerItem, { owner }: LedgerItem, receipt: Receipt, now: number): LedgerItem {
  // Why an earlier try failed no longer matters.
  const { code: _code, status: _status, reason: _reason, told: _told, ...ended } = endedTry(item, now);
  const by = owner === undefined ? {} : { owner };
  return changed({ ...ended, ...by }, { state: "executed", outcome: "executed", ...answerOf(receipt) }, now);
}

function inTestMode(item: LedgerItem, receipt: Receipt, now: number): LedgerItem {
  // Unknown, because we only guess from the answer's words that no money moved.
  const changes = { state: "test-mode", outcome: "unknown", told: false, ...answerOf(receipt) } as const;
  return changed(endedTry(item, now), changes, now);
}

/** `item` without its lease, because the call has ended. */
function endedTry({ leaseUntil: _, ...item }: LedgerItem, now: number): LedgerItem {
  return { ...item, lastTriedAt: new Date(now).toISOString() };
}

function answerOf({ requestId, message }: Receipt): Pick<LedgerItem, "requestId" | "answer"> {
  return { answer: message.slice(0, 500), ...(requestId === undefined ? {} : { requestId }) };
}

/** Another delivery has taken over and decides. This one only adds that the outcome may be unknown. */
function superseded(item: LedgerItem, result: TryResult, now: number): Conclusion {
  const adds = !result.accepted && result.failure.outcome === "unknown" && item.outcome !== "unknown";
  const marked = adds ? changed(item, { outcome: "unknown", updatedAt: item.updatedAt }, now) : undefined;
  return { item: marked, retryInMs: LOOK_AGAIN_MS };
}

function afterFailure(
  item: LedgerItem,
  failure: TryFailure,
  occurrence: Occurrence,
  at: Parameters<typeof conclude>[3],
): Conclusion {
  const { code, status, reason, requestId, course } = failure;
  const tried = {
    ...endedTry(item, at.now),
    outcome: failure.outcome === "unknown" ? "unknown" : item.outcome,
    ...(requestId === undefined ? {} : { requestId }),
  } as const;
  const retryInMs = nextTryIn(tried, occurrence, failure, at);
  if (retryInMs !== undefined) {
    const warned = item.warned === true || course === "repair";
    return { item: changed(tried, { state: "waiting", code, status, reason, warned }, at.now), retryInMs };
  }
  const given: GivenUp = { executed: tried.outcome === "unknown" ? "unknown" : "no", code, status, reason };
  return { item: failed(tried, given, at.now) };
}

/** With less time than this left, a further try isn't worth waiting for. */
const LEAST_WAIT_MS = 30_000;
/** Messages come back a little late. This much earlier, the last try is still in time. */
const EARLY_MS = 15_000;

/** How long to wait before the next try of `item`, or undefined if there is none in time. `delayMs` is the backoff. */
export function nextTryIn(
  item: LedgerItem,
  occurrence: Occurrence,
  failure: Pick<TryFailure, "course" | "retryAfterMs">,
  at: { readonly config: TriggerFunctionConfig; readonly now: number; readonly delayMs: number },
): number | undefined {
  if (failure.course === "final") return undefined;
  const unknown = item.outcome === "unknown";
  const end = lastTryBy(occurrence, at.config);
  const leftMs = (unknown ? Math.min(end, keyForgottenAt(item, at.config)) : end) - at.now;
  const leastMs = unknown ? SETTLING_MS : 0;
  if (leftMs < Math.max(LEAST_WAIT_MS, leastMs + EARLY_MS)) return undefined;
  const wanted = Math.max(at.delayMs, failure.retryAfterMs ?? 0, leastMs);
  return Math.min(wanted, leftMs - EARLY_MS);
}
