import type { FailureMessage } from "../../agreements/failureMessage";
import { utcSeconds } from "../../agreements/instant";
import type { JsonObject } from "../../agreements/json";
import { triggerMetrics } from "../../agreements/metrics";
import { ruleIdOf } from "../../agreements/ruleId";
import { isScheduled } from "../../agreements/triggerConfig";
import { isOccurrence, type Schedule } from "../../schedule";
import { failed, type GivenUp, givenUpOf, lost, MISSED, neverSeen } from "../lifecycle/givenUp";
import { occurrenceKey } from "../lifecycle/key";
import { changed, isLeased, type LedgerItem, msOf, newItem } from "../lifecycle/ledgerItem";
import { specOf } from "../lifecycle/request";
import type { OccurrenceLedger } from "../occurrenceLedger";
import type { TriggerDeps } from "../ports";
import type { Unclear } from "../telling/checkMails";
import { occurrenceFailure, titleOf } from "../telling/failure";
import { type Sighting, stateAt } from "./record";
import { ranInstead } from "./shifted";

export interface Missed {
  readonly title: string;
  readonly failure: FailureMessage;
  readonly item: LedgerItem;
}

/** One trigger that is checked. */
export interface Target {
  /** Its name now, if there is still one of its rule. */
  readonly trigger: string;
  /** Its name when the occurrences were due, if that was another. */
  readonly formerly?: string;
  readonly ruleId: string;
  readonly schedule: Schedule;
  readonly payload: JsonObject | undefined;
  readonly seen: readonly Sighting[];
}

/** Looks at occurrences that were due, one by one, and collects those that were missed or may have been. */
export class Findings {
  /** Already in the failure queue, but not yet marked as told. */
  readonly missed: Missed[] = [];
  /** By trigger, change, and whether a command runs them. */
  readonly unclear = new Map<string, Unclear>();
  checked = 0;
  /** When the ledger was checked for the first time. An earlier ledger may know of what was due before. */
  ledgerSince = 0;

  constructor(
    private readonly deps: TriggerDeps,
    private readonly ledger: OccurrenceLedger,
  ) {}

  /** Looks at one occurrence, and tells of it if it was missed. False if the next check has to look at it again. */
  async look(target: Target, due: number, item: LedgerItem | undefined): Promise<boolean> {
    this.checked += 1;
    if (item === undefined) return this.lookAtUnknown(target, due);
    switch (standingOf(item, this.deps.now())) {
      case "accounted":
        return true;
      case "in-progress":
        return false;
      case "untold":
        // Two triggers of one rule at one time are one occurrence.
        if (this.missed.some(({ item: { key } }) => key === item.key)) return true;
        await this.tell(target, due, item, givenUpOf(item));
        return true;
      case "lost":
        return this.giveUp(target, due, item, lost(item));
    }
  }

  /** The ledger doesn't know the occurrence: it was missed, unless its schedule was off or Scheduler ran it at another time. */
  private async lookAtUnknown(target: Target, due: number): Promise<boolean> {
    const state = stateAt(target.seen, due);
    if (state.is === "off") return true;
    const since = state.is === "on" ? state.since : Number.NEGATIVE_INFINITY;
    const instead = await ranInstead(this.ledger, this.deps.config, target, { due, since });
    const standing = instead && standingOf(instead, this.deps.now());
    if (standing === "in-progress") return false;
    if (instead && standing === "accounted") return this.excuse(instead, due);
    if (state.is === "on") {
      const isNewLedger = due < this.ledgerSince;
      return this.giveUp(target, due, undefined, instead ? lost(instead) : neverSeen(isNewLedger));
    }
    const { trigger } = target;
    const runnable = this.isRunnable(target, due);
    const group = `${trigger} ${state.changedAt} ${runnable}`;
    const unclear = this.unclear.get(group) ?? { trigger, changedAt: state.changedAt, runnable, times: [] };
    unclear.times.push(utcSeconds(due));
    this.unclear.set(group, unclear);
    return true;
  }

  /** Whether a message by hand with that time is carried out: the ledger doesn't know it, so the deployed schedule must. */
  private isRunnable({ trigger, ruleId }: Target, due: number): boolean {
    const spec = specOf(this.deps.config, trigger);
    return isScheduled(spec) && ruleIdOf(spec.ruleId) === ruleId && isOccurrence(spec.schedule, utcSeconds(due));
  }

  private async excuse(instead: LedgerItem, due: number): Promise<boolean> {
    const standsFor = utcSeconds(due);
    const { trigger, ruleId, scheduledTime, updatedAt } = instead;
    this.deps.logger.warn("occurrence.shifted", { trigger, ruleId, scheduledTime, expected: standsFor });
    if (instead.standsFor === standsFor) return true;
    return this.ledger.commit(changed(instead, { standsFor, updatedAt }, this.deps.now()));
  }

  private async giveUp(target: Target, due: number, item: LedgerItem | undefined, given: GivenUp): Promise<boolean> {
    const now = this.deps.now();
    const next = failed(item ?? newItem(occurrenceOf(target, due), now), given, now);
    // Another handler has just taken the occurrence up.
    if (!(await this.ledger.commit(next))) return false;
    await this.tell(target, due, next, given);
    return true;
  }

  private async tell(target: Target, due: number, item: LedgerItem, given: GivenUp): Promise<void> {
    const occurrence = occurrenceOf(target, due);
    const failure = occurrenceFailure(this.deps, occurrence, item, given);
    await this.deps.failureQueue.send(failure);
    this.deps.logger.metric(triggerMetrics.failed, 1);
    this.missed.push({ title: titleOf(occurrence), failure, item });
  }
}

export function keyOf({ ruleId }: Target, due: number): string {
  return occurrenceKey({ ruleId, scheduledTime: due });
}

function occurrenceOf(target: Target, due: number) {
  const { trigger, ruleId, payload } = target;
  const body = JSON.stringify(payload ?? {});
  return { key: keyOf(target, due), trigger, ruleId, scheduledTime: utcSeconds(due), body };
}

/**
 * What the daily check makes of the ledger's item of an occurrence that should be over.
 * - `accounted`: executed, in test mode, a dry run, or failed or skipped and told.
 * - `in-progress`: somebody is still at work on it.
 * - `untold`: an earlier check gave it up, and ended before it had told of it.
 * - `lost`: its message got lost between two tries.
 */
type Standing = "accounted" | "in-progress" | "untold" | "lost";

/** An occurrence tried this recently is still being worked on, by hand for example. */
const IN_PROGRESS_MS = 60 * 60_000;

/** Nothing follows, and nobody has to be told. */
const ENDED: ReadonlySet<LedgerItem["state"]> = new Set(["executed", "test-mode", "dry-run"]);

function standingOf(item: LedgerItem, now: number): Standing {
  if ((item.state === "failed" || item.state === "skipped") && item.told) return "accounted";
  if (item.state === "failed" && item.code === MISSED) return "untold";
  if (ENDED.has(item.state)) return "accounted";
  return isLeased(item, now) || now - msOf(item.updatedAt) < IN_PROGRESS_MS ? "in-progress" : "lost";
}
