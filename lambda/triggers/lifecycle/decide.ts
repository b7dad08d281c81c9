import { DEFAULT_KEY_MEMORY_MINUTES, type TriggerFunctionConfig } from "../../agreements/triggerConfig";
import { utcSeconds } from "../../schedule/instant";
import type { Occurrence, Refusal } from "../message";
import {
  changed,
  isLeased,
  type LedgerItem,
  mayHaveBeenExecuted,
  msOf,
  newItem,
  SETTLING_MS,
  settledAt,
  settledTime,
} from "./ledgerItem";
import type { TryFailure } from "./tryResult";

/** What to do with an occurrence that a message asks for. */
export type NextStep =
  /** It has ended already. */
  | { readonly do: "nothing"; readonly item: LedgerItem }
  /** Another handler may be calling, or a request that was given up may still be at work at Sequence. */
  | { readonly do: "wait"; readonly ms: number }
  /** Call Sequence once `claim` is written. */
  | { readonly do: "call"; readonly claim: LedgerItem }
  /** Log what would be called. `item` to be written, if anything is. */
  | { readonly do: "dry-run"; readonly item: LedgerItem | undefined }
  /** It ends here: write `item` (not for a message that changes nothing), then tell. */
  | { readonly do: "give-up"; readonly item: LedgerItem | undefined; readonly given: GivenUp }
  /** It ended earlier, but nobody was told. */
  | { readonly do: "tell"; readonly item: LedgerItem };

/** Why an occurrence is given up, and what may have become of it. */
export interface GivenUp {
  readonly executed: "no" | "unknown";
  readonly code: string;
  readonly reason: string;
  readonly status?: number;
}

export interface Circumstances {
  readonly config: TriggerFunctionConfig;
  readonly now: number;
  /** Names this delivery. */
  readonly owner: string;
  /** Until when this delivery may be calling. */
  readonly leaseUntil: number;
}

/** A first try is made even after `maxAgeMinutes`, if it comes within this time: Scheduler fires up to a minute late. */
export const FIRST_TRY_GRACE_MS = 15 * 60_000;

const MINUTE_MS = 60_000;

/** The whole lifecycle of an occurrence, but for the result of the call. Pure: docs/triggers.md shows it as a table. */
export function decide(
  item: LedgerItem | undefined,
  occurrence: Occurrence,
  refusal: Refusal | undefined,
  at: Circumstances,
): NextStep {
  if (item && isLeased(item, at.now)) return { do: "wait", ms: msOf(item.leaseUntil) - at.now };
  if (item?.state === "executed") return { do: "nothing", item };
  const reopens = item !== undefined && occurrence.byHand && msOf(item.updatedAt) < occurrence.ageFrom;
  if ((item?.state === "failed" || item?.state === "test-mode") && !reopens)
    return { do: item.told ? "nothing" : "tell", item };
  if (refusal) return refused(item, occurrence, refusal, at.now);
  if (at.config.dryRun) return dryRun(item, occurrence, at.now);
  return tryOrGiveUp(item, occurrence, at);
}

function tryOrGiveUp(item: LedgerItem | undefined, occurrence: Occurrence, at: Circumstances): NextStep {
  const { config, now } = at;
  const unknown = item !== undefined && mayHaveBeenExecuted(item) && !isConfirmed(item, occurrence);
  // A person who repeats an occurrence that was given up doesn't change what the ledger says of it by failing to.
  const record = item?.state !== "failed";
  if (unknown && now >= keyForgottenAt(item, config))
    return giveUp(item, occurrence, now, forgotten(item, occurrence), record);
  if (!isInTime(item, occurrence, at)) {
    return giveUp(item, occurrence, now, tooOld(item, occurrence, unknown, at), record);
  }
  // Whoever asks, by hand too: two requests at once might both be executed.
  if (item && mayHaveBeenExecuted(item) && now < settledAt(item)) return { do: "wait", ms: settledAt(item) - now };
  const base = item && item.state !== "dry-run" ? item : { ...newItem(occurrence, now), version: item?.version ?? 0 };
  const claim = changed(
    base,
    {
      state: "claimed",
      outcome: unknown ? "unknown" : "not-executed",
      trigger: occurrence.trigger,
      owner: at.owner,
      leaseUntil: new Date(at.leaseUntil).toISOString(),
      attempts: base.attempts + 1,
      firstTriedAt: base.firstTriedAt ?? new Date(now).toISOString(),
      lastTriedAt: new Date(now).toISOString(),
      told: undefined,
    },
    now,
  );
  return { do: "call", claim };
}

/** No request that the ledger knows of could be executed any more at the time until which a person has looked. */
function isConfirmed(item: LedgerItem, { confirmedUntil }: Occurrence): boolean {
  return confirmedUntil !== undefined && settledAt(item) <= confirmedUntil;
}

function isInTime(item: LedgerItem | undefined, occurrence: Occurrence, { config, now }: Circumstances): boolean {
  if (now <= lastTryBy(occurrence, config)) return true;
  const triedForThis = occurrence.byHand ? msOf(item?.lastTriedAt) >= occurrence.ageFrom : (item?.attempts ?? 0) > 0;
  return !triedForThis && now <= occurrence.ageFrom + FIRST_TRY_GRACE_MS;
}

function dryRun(item: LedgerItem | undefined, occurrence: Occurrence, now: number): NextStep {
  if (item?.state === "dry-run" && !occurrence.byHand) return { do: "nothing", item };
  // Its tries were real, and a dry run won't end them.
  if (item?.state === "claimed" || item?.state === "waiting") {
    const executed = mayHaveBeenExecuted(item) ? "unknown" : "no";
    const reason = "It was still being tried when dryRun was switched on.";
    return giveUp(item, occurrence, now, { executed, code: "DRY_RUN", reason }, true);
  }
  const base = item ?? newItem(occurrence, now);
  return { do: "dry-run", item: base.state === "dry-run" ? changed(base, { state: "dry-run" }, now) : undefined };
}

/**
 * For a message that the deployed configuration doesn't allow (any more). A scheduled occurrence is recorded as given up even if it
 * was never tried: people are told that it wasn't executed, so that no other message of it may execute it afterwards.
 */
function refused(item: LedgerItem | undefined, occurrence: Occurrence, refusal: Refusal, now: number): NextStep {
  const given: GivenUp = { executed: item && mayHaveBeenExecuted(item) ? "unknown" : "no", ...refusal };
  // A message by hand is what was refused, and not the occurrence that it may have meant.
  if (occurrence.byHand) return { do: "give-up", item: undefined, given };
  if (item?.state === "claimed" || item?.state === "waiting")
    return { do: "give-up", item: failed(item, given, now), given };
  if (item && item.state !== "dry-run") return { do: "give-up", item: undefined, given };
  const unheard = { ...newItem(occurrence, now), version: item?.version ?? 0 };
  return { do: "give-up", item: failed(unheard, given, now), given };
}

function giveUp(
  item: LedgerItem | undefined,
  occurrence: Occurrence,
  now: number,
  given: GivenUp,
  record: boolean,
): NextStep {
  return { do: "give-up", item: record ? failed(item ?? newItem(occurrence, now), given, now) : undefined, given };
}

/** `item` as given up. */
export function failed(item: LedgerItem, given: GivenUp, now: number): LedgerItem {
  const { code, reason, status } = given;
  const outcome = given.executed === "unknown" ? "unknown" : "not-executed";
  return changed(
    item,
    { state: "failed", outcome, code, reason, told: false, ...(status === undefined ? {} : { status }) },
    now,
  );
}

/** Why a failed item was given up. */
export function givenUpOf(item: LedgerItem): GivenUp {
  const { outcome, code = "UNKNOWN", reason = "", status } = item;
  return {
    executed: outcome === "unknown" ? "unknown" : "no",
    code,
    reason,
    ...(status === undefined ? {} : { status }),
  };
}

/** The end of automatic tries by age. */
export function lastTryBy(occurrence: Occurrence, config: TriggerFunctionConfig): number {
  return occurrence.ageFrom + config.maxAgeMinutes * MINUTE_MS;
}

/** From when on Sequence may have forgotten the key. Counted from the first try of all, which may be when Sequence first saw it. */
export function keyForgottenAt(item: LedgerItem, config: TriggerFunctionConfig): number {
  return msOf(item.firstTriedAt) + (config.keyMemoryMinutes ?? DEFAULT_KEY_MEMORY_MINUTES) * MINUTE_MS;
}

function forgotten(item: LedgerItem, { confirmedUntil }: Occurrence): GivenUp {
  const confirmation =
    confirmedUntil === undefined
      ? ""
      : ` The confirmation covers the time until ${utcSeconds(confirmedUntil)}; it must be sent after ${settledTime(item)} and cover the time until then.`;
  return {
    ...lastFailure(item, "OUTCOME_UNKNOWN"),
    executed: "unknown",
    reason:
      `An earlier try may have been executed, and Sequence may not remember its key any more. ` +
      `So it is not tried again without a person's word.${confirmation}${lastReason(item)}`,
  };
}

function tooOld(
  item: LedgerItem | undefined,
  occurrence: Occurrence,
  unknown: boolean,
  { config, now }: Circumstances,
): GivenUp {
  const minutes = Math.floor((now - occurrence.ageFrom) / MINUTE_MS);
  const since = occurrence.byHand ? "the message was sent" : "its scheduled time";
  return {
    ...lastFailure(item, "TOO_OLD"),
    executed: unknown ? "unknown" : "no",
    reason: `${minutes} minutes have passed since ${since}; automatic tries end after ${config.maxAgeMinutes}.${lastReason(item)}`,
  };
}

function lastFailure(item: LedgerItem | undefined, code: string): { code: string; status?: number } {
  if (!item?.code) return { code };
  return { code: item.code, ...(item.status === undefined ? {} : { status: item.status }) };
}

function lastReason(item: LedgerItem | undefined): string {
  return item?.reason ? ` The last failure: ${item.reason}` : "";
}

/** With less time than this left, a further try isn't worth waiting for. */
const LEAST_WAIT_MS = 30_000;
/** A message comes back a little later than it should; the last try is to be in time. */
const EARLY_MS = 15_000;

/** How long to wait before the next try of `item`, or undefined if there is none in time. `delayMs` is the backoff. */
export function nextTryIn(
  item: LedgerItem,
  occurrence: Occurrence,
  failure: TryFailure,
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
