import { createHash } from "node:crypto";
import { occurrencesBetween } from "../schedule";
import type { CheckRecord, Watched } from "./checkRecord";
import type { TriggerSpec } from "./config";
import { FIRST_TRY_GRACE_MS, failed, type GivenUp } from "./decide";
import { type FailureMessage, occurrenceFailure, titleOf } from "./failure";
import { utcSeconds } from "./instant";
import { occurrenceKey } from "./key";
import { instant, isLeased, type LedgerItem, mayHaveBeenExecuted, unheardOf } from "./ledgerItem";
import { OccurrenceLedger } from "./occurrenceLedger";
import type { Delivery, TriggerDeps } from "./ports";
import { bareRuleId } from "./ruleId";
import { markTold } from "./tell";

export interface MissedReport {
  readonly missed: readonly { readonly title: string; readonly failure: FailureMessage }[];
  readonly problems: readonly string[];
  /** How many occurrences were looked up. */
  readonly checked: number;
  /** False if time ran out; what was checked is recorded, and the next run goes on from there. */
  readonly complete: boolean;
}

/** An occurrence this much older than its last automatic try is over: deliveries, leases and clocks take their time. */
const SLACK_MS = 45 * 60_000;
/** Scheduler may take a minute to act on a change. */
const CHANGE_SLACK_MS = 2 * 60_000;
/** A check that was away for longer doesn't look back any further. */
const LONGEST_LOOK_BACK_MS = 35 * 86_400_000;
/** Before its first check, a ledger is not taken to know everything: it may have replaced another. */
const FIRST_LOOK_BACK_MS = 36 * 3_600_000;
/** An occurrence tried this recently is still being worked on, by hand for example. */
const IN_PROGRESS_MS = 60 * 60_000;
const LEAST_TIME_MS = 8_000;

type Standing = "accounted" | "in-progress" | "missed";

interface Reached {
  /** Every occurrence until then is accounted for. */
  readonly until: number;
  /** False if time ran out. */
  readonly complete: boolean;
}

/** Finds the occurrences that were due and of which the ledger has neither an execution nor a failure that was told. */
export class MissedOccurrences {
  private readonly ledger: OccurrenceLedger;
  private readonly missed: { title: string; failure: FailureMessage }[] = [];
  private readonly problems: string[] = [];
  private checked = 0;

  constructor(
    private readonly deps: TriggerDeps,
    private readonly delivery: Delivery,
  ) {
    this.ledger = new OccurrenceLedger(deps.ledger, deps.sleep);
  }

  /** `changedAt` says when a trigger's schedule was made or last changed, if that is known. */
  async find(changedAt: (trigger: string) => number | undefined): Promise<MissedReport> {
    const record = await this.deps.ledger.readCheck();
    const watched: Record<string, Watched> = {};
    let complete = true;
    for (const [trigger, spec] of Object.entries(this.deps.config.triggers)) {
      const from = this.startOf(record, trigger, spec, changedAt(trigger));
      const reached = await this.check(trigger, spec, from, record === undefined);
      watched[trigger] = { expects: expectationOf(spec), checkedUntil: new Date(reached.until).toISOString() };
      complete &&= reached.complete;
    }
    const written = await this.deps.ledger.writeCheck({ version: (record?.version ?? 0) + 1, watched });
    if (!written) this.deps.logger.info("heartbeat.overtaken");
    return { missed: this.missed, problems: this.problems, checked: this.checked, complete };
  }

  /** A trigger that is new, or expects something new, starts when its schedule was made or changed: nothing was due before. */
  private startOf(
    record: CheckRecord | undefined,
    trigger: string,
    spec: TriggerSpec,
    changedAt: number | undefined,
  ): number {
    const now = this.deps.now();
    const known = record && Object.hasOwn(record.watched, trigger) ? record.watched[trigger] : undefined;
    if (known?.expects === expectationOf(spec))
      return Math.max(Date.parse(known.checkedUntil), now - LONGEST_LOOK_BACK_MS);
    return Math.max((changedAt ?? now) + CHANGE_SLACK_MS, now - FIRST_LOOK_BACK_MS);
  }

  private async check(trigger: string, spec: TriggerSpec, from: number, isFirst: boolean): Promise<Reached> {
    const { config, now } = this.deps;
    const until = now() - Math.max(config.maxAgeMinutes * 60_000, FIRST_TRY_GRACE_MS) - SLACK_MS;
    if (until <= from) return { until: from, complete: true };
    if (!spec.schedule.enabled) return { until, complete: true };
    let unsettled: number | undefined;
    for (const due of this.due(trigger, spec, from, until)) {
      if (this.delivery.remainingMs() < LEAST_TIME_MS) return { until: (unsettled ?? due) - 1, complete: false };
      const standing = await this.look(trigger, spec, due, isFirst);
      if (standing === "in-progress") unsettled ??= due;
    }
    return { until: unsettled === undefined ? until : unsettled - 1, complete: true };
  }

  private due(trigger: string, { schedule }: TriggerSpec, from: number, until: number): number[] {
    try {
      return occurrencesBetween(schedule, from, until);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.problems.push(
        `The occurrences of trigger "${trigger}" since ${utcSeconds(from)} were not checked: ${reason}`,
      );
      return [];
    }
  }

  /** Looks one occurrence up, and tells of it if it was missed. */
  private async look(trigger: string, spec: TriggerSpec, due: number, isFirst: boolean): Promise<Standing> {
    const now = this.deps.now();
    const ruleId = bareRuleId(spec.ruleId);
    const key = occurrenceKey({ ruleId, scheduledTime: due });
    const item = await this.ledger.read(key);
    this.checked += 1;
    const standing = standingOf(item, now);
    if (standing !== "missed") return standing;
    const body = JSON.stringify(spec.payload ?? {});
    const occurrence = { key, trigger, ruleId, scheduledTime: utcSeconds(due), body };
    const given = givenUp(item, isFirst);
    const next = failed(item ?? unheardOf(occurrence, now), given, now);
    // Another handler has just taken it up.
    if (!(await this.ledger.commit(next))) return "in-progress";
    const failure = occurrenceFailure(this.deps, occurrence, next, given);
    await this.deps.failureQueue.send(failure);
    await markTold(this.deps, next);
    this.missed.push({ title: titleOf(occurrence), failure });
    return "missed";
  }
}

function standingOf(item: LedgerItem | undefined, now: number): Standing {
  if (item === undefined) return "missed";
  if (item.state === "failed" && item.told) return "accounted";
  if (item.state !== "claimed" && item.state !== "waiting" && item.state !== "failed") return "accounted";
  return isLeased(item, now) || now - instant(item.updatedAt) < IN_PROGRESS_MS ? "in-progress" : "missed";
}

function givenUp(item: LedgerItem | undefined, isFirst: boolean): GivenUp {
  const code = "OCCURRENCE_MISSED";
  if (item === undefined && isFirst)
    return {
      executed: "unknown",
      code,
      reason: "It was due, and the ledger, which was checked for the first time, knows nothing of it.",
    };
  if (item === undefined)
    return {
      executed: "no",
      code,
      reason:
        "It was due, and the ledger knows nothing of it: no message of it has come, or it lay outside the dates that were deployed then.",
    };
  const executed = mayHaveBeenExecuted(item) ? "unknown" : "no";
  const last = item.reason ? ` The last failure: ${item.reason}` : "";
  return { executed, code, reason: `It was tried, but neither was it executed, nor was anybody told.${last}` };
}

/** A short text that differs when something else is expected of a trigger. */
function expectationOf({ ruleId, schedule }: TriggerSpec): string {
  const { name, expression, timezone, startDate, endDate, enabled } = schedule;
  const expected = [bareRuleId(ruleId), name, expression, timezone, startDate, endDate, enabled];
  return createHash("sha256").update(JSON.stringify(expected)).digest("hex").slice(0, 16);
}
