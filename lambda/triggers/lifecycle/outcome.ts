import type { Occurrence } from "../message";
import type { TriggerDeps } from "../ports";
import { failed, type GivenUp, nextTryIn } from "./decide";
import { changed, type LedgerItem } from "./ledgerItem";
import type { TryFailure, TryResult } from "./tryResult";

/** A try that has ended, and the claim under which it was made. */
export interface EndedTry {
  readonly claim: LedgerItem;
  readonly result: TryResult;
  /** How long it took. */
  readonly ms: number;
}

/** What the ledger is to say after a try, and when the next one is, if there is one. */
export interface Conclusion {
  /** The item to write, or undefined to leave the stored one alone. */
  readonly item: LedgerItem | undefined;
  readonly retryInMs?: number;
}

/** How soon a message comes back when another delivery has taken over its occurrence. */
const LOOK_AGAIN_MS = 30_000;

/**
 * What becomes of `stored` after a try. The stored item may have moved on since the claim: another delivery takes an occurrence
 * over when a lease has ended. An execution is recorded all the same and is never taken back, and a try that may have been
 * executed leaves its mark.
 */
export function conclude(
  stored: LedgerItem | undefined,
  { claim, result }: Omit<EndedTry, "ms">,
  occurrence: Occurrence,
  at: { readonly config: TriggerDeps["config"]; readonly now: number; readonly delayMs: number },
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
  const by = owner === undefined ? {} : { owner };
  const ended = {
    ...endedTry(item, now),
    ...by,
    code: undefined,
    status: undefined,
    reason: undefined,
    told: undefined,
  };
  return changed(ended, { state: "executed", outcome: "executed", ...answerOf(receipt) }, now);
}

function inTestMode(item: LedgerItem, receipt: Receipt, now: number): LedgerItem {
  // That it moved no money is a guess from the answer's words.
  const changes = { state: "test-mode", outcome: "unknown", told: false, ...answerOf(receipt) } as const;
  return changed(endedTry(item, now), changes, now);
}

/** The call under the lease has ended. */
function endedTry({ leaseUntil: _, ...item }: LedgerItem, now: number): LedgerItem {
  return { ...item, lastTriedAt: new Date(now).toISOString() };
}

function answerOf({ requestId, message }: Receipt): Pick<LedgerItem, "requestId" | "answer"> {
  return { answer: message.slice(0, 500), ...(requestId === undefined ? {} : { requestId }) };
}

/** Another delivery decides; this one only adds what it knows. */
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
