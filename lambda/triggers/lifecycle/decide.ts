import { isDeepStrictEqual } from "node:util";
import { DEFAULT_KEY_MEMORY_MINUTES, type TriggerFunctionConfig } from "../../agreements/triggerConfig";
import { happensAt, isOccurrence } from "../../schedule";
import { endedByDryRun, failed, forgotten, type GivenUp, skippedByPause, tooOld, withoutLedger } from "./givenUp";
import { changed, isLeased, type LedgerItem, mayHaveBeenExecuted, msOf, newItem, settledAt } from "./ledgerItem";
import { refusalOf } from "./refusal";
import type { Occurrence, OccurrenceRequest, Refusal } from "./request";

/** What to do with an occurrence that a message asks for. */
export type NextStep =
  /** It lies outside its schedule's dates, or on a day that its calendar leaves out, so it doesn't happen. */
  | { readonly do: "skip" }
  /** It has ended already. */
  | { readonly do: "nothing"; readonly item: LedgerItem }
  /** The ledger knows the event with another payload. */
  | { readonly do: "conflict"; readonly item: LedgerItem }
  /** Another handler may be calling, or a request that was given up may still be at work at Sequence. */
  | { readonly do: "wait"; readonly ms: number }
  /** The triggers are paused: it comes back later. */
  | { readonly do: "hold" }
  /** The rule's pace doesn't allow a call yet. */
  | { readonly do: "pace"; readonly ms: number }
  /** Its time ended while the triggers were paused. Write `item` first, if there is one, then note it for the daily mail. */
  | { readonly do: "skip-paused"; readonly item: LedgerItem | undefined }
  /** An amount without which it isn't to be called is not known. Write `item` first, then come back in `ms`. */
  | { readonly do: "await-amounts"; readonly item: LedgerItem; readonly ms: number }
  /** Call Sequence once `claim` is written. */
  | { readonly do: "call"; readonly claim: LedgerItem }
  /** Log what would be called. Write `item` first, if there is one. */
  | { readonly do: "dry-run"; readonly item: LedgerItem | undefined }
  /** It ends here. Write `item` first, if there is one, then tell. */
  | { readonly do: "give-up"; readonly item: LedgerItem | undefined; readonly given: GivenUp }
  /** It ended earlier, but nobody was told. */
  | { readonly do: "tell"; readonly item: LedgerItem };

export interface Circumstances {
  readonly config: TriggerFunctionConfig;
  readonly now: number;
  /** Whether the stop switch is on. */
  readonly paused: boolean;
  /** Until when the rule's calls wait, milliseconds since the epoch. */
  readonly notBefore: number;
  /** Names this delivery. */
  readonly owner: string;
  /** Until when this delivery may be calling. */
  readonly leaseUntil: number;
}

/** A first try may be this late even if `maxAgeMinutes` is shorter, because Scheduler fires up to a minute late. */
export const FIRST_TRY_GRACE_MS = 15 * 60_000;

const MINUTE_MS = 60_000;

/** Decides what follows from a message. `item` is what the ledger knows. docs/triggers.md shows this function as a table. */
export function decide(item: LedgerItem | undefined, request: OccurrenceRequest, at: Circumstances): NextStep {
  const occurrence = withKnownBody(request.occurrence, item);
  if (!item && isOutsideDates(request)) return { do: "skip" };
  if (item && isConflict(item, occurrence)) return { do: "conflict", item };
  if (item && isLeased(item, at.now)) return { do: "wait", ms: msOf(item.leaseUntil) - at.now };
  if (item?.state === "executed") return { do: "nothing", item };
  const reopens = item !== undefined && occurrence.byHand && msOf(item.updatedAt) < occurrence.ageFrom;
  if ((item?.state === "failed" || item?.state === "test-mode" || item?.state === "skipped") && !reopens)
    return { do: item.told ? "nothing" : "tell", item };
  const refusal = refusalOf(item, request);
  if (refusal) return refused(item, occurrence, refusal, at.now);
  if (at.config.dryRun) return dryRun(item, occurrence, at.now);
  return tryOrGiveUp(item, occurrence, at);
}

/** By hand, an event has the body of its first try. */
function withKnownBody(occurrence: Occurrence, item: LedgerItem | undefined): Occurrence {
  return item && occurrence.byHand && occurrence.event !== undefined ? { ...occurrence, body: item.body } : occurrence;
}

/** A message without a payload of its own can't differ: the trigger's payload may have been changed since the first try. */
function isConflict(item: LedgerItem, { payload }: Occurrence): boolean {
  return payload !== undefined && item.state !== "dry-run" && !isDeepStrictEqual(JSON.parse(item.body), payload);
}

/** The same while the ledger can't be read or written: undefined to wait for it, because nothing is called without a claim. */
export function decideWithoutLedger(
  request: OccurrenceRequest,
  problem: string,
  { config, now }: Pick<Circumstances, "config" | "now">,
): GivenUp | undefined {
  // Most likely nothing was due, so there is nothing to tell; but only the ledger knows whether it was tried before its day was left out.
  if (isOutsideDates(request)) return undefined;
  const { occurrence } = request;
  const end = Math.max(lastTryBy(occurrence, config), occurrence.ageFrom + FIRST_TRY_GRACE_MS);
  return now < end ? undefined : withoutLedger(problem);
}

/** Whether Scheduler sent a message for a time that we don't expect, as when AWS and Node.js disagree about a time zone. */
export function isUnexpected(
  request: OccurrenceRequest,
): request is Extract<OccurrenceRequest, { kind: "occurrence" }> {
  if (request.kind === "refused" || request.occurrence.byHand || !request.spec.schedule) return false;
  return !isOccurrence(request.spec.schedule, request.occurrence.scheduledTime ?? "");
}

/**
 * The function keeps to the dates itself: EventBridge Scheduler takes no date that has passed, so what was deployed once could not be
 * deployed again. It doesn't know every other week, or days that are skipped, at all.
 */
function isOutsideDates(request: OccurrenceRequest): boolean {
  if (request.kind === "refused" || request.occurrence.byHand || !request.spec.schedule) return false;
  return !happensAt(request.spec.schedule, request.occurrence.ageFrom);
}

function tryOrGiveUp(item: LedgerItem | undefined, occurrence: Occurrence, at: Circumstances): NextStep {
  const { config, now } = at;
  const unknown = item !== undefined && mayHaveBeenExecuted(item) && !isConfirmed(item, occurrence);
  // A manual retry that fails leaves the `failed` record as it was.
  const giveUp = (given: GivenUp): NextStep => ({
    do: "give-up",
    item: item?.state === "failed" ? undefined : failed(item ?? newItem(occurrence, now), given, now),
    given,
  });
  if (unknown && now >= keyForgottenAt(item, config)) return giveUp(forgotten(item, occurrence));
  if (!isInTime(item, occurrence, at)) {
    if (!at.paused || unknown) return giveUp(tooOld(item, occurrence, unknown, at));
    const isFailed = item?.state === "failed";
    return { do: "skip-paused", item: isFailed ? undefined : skippedByPause(item ?? newItem(occurrence, now), now) };
  }
  if (at.paused) return { do: "hold" };
  if (now < at.notBefore) return { do: "pace", ms: at.notBefore - now };
  // This binds messages by hand too: Sequence might execute both of two requests that it has at the same time.
  if (item && mayHaveBeenExecuted(item) && now < settledAt(item)) return { do: "wait", ms: settledAt(item) - now };
  const { told: _, ...base } =
    item && item.state !== "dry-run" ? item : { ...newItem(occurrence, now), version: item?.version ?? 0 };
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
    },
    now,
  );
  return { do: "call", claim };
}

/** Whether a person has looked at a time when no request that the ledger knows of could be executed any more. */
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
  // Its earlier tries were real, and a dry run makes no further one that could end it.
  if (item?.state === "claimed" || item?.state === "waiting") {
    const given = endedByDryRun(item);
    return { do: "give-up", item: failed(item, given, now), given };
  }
  const base = item ?? newItem(occurrence, now);
  return { do: "dry-run", item: base.state === "dry-run" ? changed(base, { state: "dry-run" }, now) : undefined };
}

/**
 * For a message that the deployed configuration doesn't allow. A scheduled occurrence is recorded as given up even if it was never
 * tried: people are told that it wasn't executed, so no later message may execute it.
 */
function refused(item: LedgerItem | undefined, occurrence: Occurrence, refusal: Refusal, now: number): NextStep {
  // An event that the ledger doesn't know may still lie in the event queue.
  const mayRun = item ? mayHaveBeenExecuted(item) : occurrence.event !== undefined;
  const given: GivenUp = { executed: mayRun ? "unknown" : "no", ...refusal };
  // Only the message was refused: the occurrence that it names may still be tried by others.
  if (occurrence.byHand) return { do: "give-up", item: undefined, given };
  if (item?.state === "claimed" || item?.state === "waiting")
    return { do: "give-up", item: failed(item, given, now), given };
  if (item && item.state !== "dry-run") return { do: "give-up", item: undefined, given };
  const untried = { ...newItem(occurrence, now), version: item?.version ?? 0 };
  return { do: "give-up", item: failed(untried, given, now), given };
}

/** The end of automatic tries by age. */
export function lastTryBy(occurrence: Occurrence, config: TriggerFunctionConfig): number {
  return occurrence.ageFrom + config.maxAgeMinutes * MINUTE_MS;
}

/** From when on Sequence may have forgotten the key. Counted from the first try, when Sequence may have seen it first. */
export function keyForgottenAt(item: LedgerItem, config: TriggerFunctionConfig): number {
  return msOf(item.firstTriedAt) + (config.keyMemoryMinutes ?? DEFAULT_KEY_MEMORY_MINUTES) * MINUTE_MS;
}
