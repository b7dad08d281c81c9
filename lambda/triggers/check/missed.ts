import { createHash } from "node:crypto";
import { utcSeconds } from "../../agreements/instant";
import { ruleIdOf } from "../../agreements/ruleId";
import type { TriggerSpec } from "../../agreements/triggerConfig";
import { occurrencesBetween, ScheduleError } from "../../schedule";
import { FIRST_TRY_GRACE_MS } from "../lifecycle/decide";
import { msOf } from "../lifecycle/ledgerItem";
import { OccurrenceLedger } from "../occurrenceLedger";
import type { Delivery, DeployedSchedule, TriggerDeps } from "../ports";
import type { Unclear } from "../telling/mails";
import { markTold } from "../telling/tell";
import { Findings, keyOf, type Missed, type Target } from "./findings";
import {
  CHANGE_SLACK_MS,
  type CheckRecord,
  type Sighting,
  seenUntil,
  stillNeeded,
  type Watched,
  withSighting,
} from "./record";
import { concurrently, type Deployed } from "./schedules";
import { SHIFT_MS } from "./shifted";

export interface MissedReport {
  /** They are in the failure queue. The mail is still to be sent. */
  readonly missed: readonly Missed[];
  readonly unclear: readonly Unclear[];
  /** What could not be looked at, as sentences. */
  readonly problems: readonly string[];
  /** How many occurrences were looked up. */
  readonly checked: number;
  /** False if time ran out or an error came. The next run goes on from what is recorded. */
  readonly complete: boolean;
  readonly error?: unknown;
}

interface Reached {
  /** Every occurrence until then is accounted for. */
  readonly until: number;
  readonly complete: boolean;
}

/** Added to the time of the last automatic try before an occurrence counts as over: deliveries and leases take their time. */
const SLACK_MS = 45 * 60_000;
const DAY_MS = 86_400_000;
/** However long no check ran, a check looks back no further. */
const LONGEST_LOOK_BACK_MS = 35 * DAY_MS;
/** How far the first check of a trigger looks back. The ledger may be newer than the trigger. */
const FIRST_LOOK_BACK_MS = 1.5 * DAY_MS;
/** Kept at the end of the function's time for one more occurrence, the mail and the record. */
const LEAST_TIME_MS = 20_000;
/** How many occurrences are read at a time. */
const SLICE = 25;
/** The next run tells of the others, so that this one has time to record what it told. */
const MOST_TOLD = 500;
const MARKED_AT_A_TIME = 10;

/** Finds the occurrences that were due and of which the ledger has neither an execution nor a failure that was told. */
export class MissedOccurrences {
  private readonly ledger: OccurrenceLedger;
  private readonly findings: Findings;
  private readonly problems: string[] = [];
  private error: unknown;
  private record: CheckRecord | undefined;

  constructor(
    private readonly deps: TriggerDeps,
    private readonly delivery: Delivery,
  ) {
    this.ledger = new OccurrenceLedger(deps.ledger, deps.sleep);
    this.findings = new Findings(deps, this.ledger);
  }

  /** `deployed` is each trigger's schedule as it was at `lookedAt`, or why it couldn't be read. */
  async find(deployed: Deployed, lookedAt: number): Promise<MissedReport> {
    let complete = true;
    try {
      const stored = await this.deps.ledger.readCheck();
      const beganAt = stored ? stored.beganAt : new Date(this.deps.now()).toISOString();
      this.findings.ledgerSince = msOf(beganAt);
      const watched: Record<string, Watched> = {};
      this.record = { version: (stored?.version ?? 0) + 1, ...(beganAt === undefined ? {} : { beganAt }), watched };
      for (const [trigger, spec] of Object.entries(this.deps.config.triggers)) {
        const known = stored && Object.hasOwn(stored.watched, trigger) ? stored.watched[trigger] : undefined;
        const { next, done } = await this.watch(trigger, spec, known, deployed.get(trigger), lookedAt);
        if (next) watched[trigger] = next;
        complete &&= done;
      }
    } catch (error) {
      this.error = error;
      this.record = undefined;
    }
    const { problems, error } = this;
    const { missed, unclear, checked } = this.findings;
    const found = { missed, unclear: [...unclear.values()], problems, checked };
    return error === undefined ? { ...found, complete } : { ...found, complete: false, error };
  }

  /** Call this once everything is told: after a crash you may be told twice, but never not at all. */
  async settle(): Promise<void> {
    await concurrently(this.findings.missed, MARKED_AT_A_TIME, ({ item }) => markTold(this.deps, item));
    if (!this.record) return;
    const written = await this.deps.ledger.writeCheck(this.record);
    if (!written) this.deps.logger.info("heartbeat.overtaken");
  }

  private async watch(
    trigger: string,
    spec: TriggerSpec,
    known: Watched | undefined,
    schedule: DeployedSchedule | Error | undefined,
    lookedAt: number,
  ): Promise<{ next: Watched | undefined; done: boolean }> {
    const expects = expectationOf(spec);
    const same = known?.expects === expects ? known : undefined;
    // Only the schedule says since when it has been so, and it could not be read. The next check looks at it.
    if (!same && schedule instanceof Error) return { next: known, done: true };
    const before = same?.seen ?? [];
    const seen = schedule instanceof Error ? before : withSighting(before, schedule, spec.schedule.enabled, lookedAt);
    const from = same ? this.goesOnFrom(trigger, same) : this.startsFrom(seen);
    const { until, complete } = await this.check({ trigger, spec, ruleId: ruleIdOf(spec.ruleId), seen }, from);
    const checkedUntil = new Date(until).toISOString();
    return { next: { expects, checkedUntil, seen: stillNeeded(seen, until) }, done: complete };
  }

  private goesOnFrom(trigger: string, { checkedUntil }: Watched): number {
    const from = Date.parse(checkedUntil);
    const earliest = this.deps.now() - LONGEST_LOOK_BACK_MS;
    if (from >= earliest) return from;
    this.problems.push(
      `The occurrences of trigger "${trigger}" between ${utcSeconds(from)} and ${utcSeconds(earliest)} were not checked: the check looks back 35 days at most.`,
    );
    return earliest;
  }

  /** The check of a new or changed trigger starts when its schedule was made or changed, because nothing was due before. */
  private startsFrom(seen: readonly Sighting[]): number {
    return Math.max(msOf(seen.at(-1)?.since) + CHANGE_SLACK_MS, this.deps.now() - FIRST_LOOK_BACK_MS);
  }

  private async check(target: Target, from: number): Promise<Reached> {
    const { config, now } = this.deps;
    // Scheduler may run an occurrence later than expected if its time zone data differ. That one must be over too.
    const over = now() - Math.max(config.maxAgeMinutes * 60_000, FIRST_TRY_GRACE_MS + SHIFT_MS) - SLACK_MS;
    const until = Math.min(over, seenUntil(target.seen) ?? from);
    let looked = from;
    let unsettled: number | undefined;
    const reached = (complete: boolean) => ({ until: unsettled ?? looked, complete });
    if (until <= from) return reached(true);
    try {
      for (const slice of slices(occurrencesBetween(target.spec.schedule, from, until))) {
        if (this.error !== undefined || !this.hasTime()) return reached(false);
        const items = await Promise.all(slice.map((due) => this.ledger.read(keyOf(target, due))));
        for (const [index, due] of slice.entries()) {
          if (!this.hasTime()) return reached(false);
          if (!(await this.findings.look(target, due, items[index]))) unsettled ??= looked;
          looked = due;
        }
      }
      looked = until;
      return reached(true);
    } catch (error) {
      if (!(error instanceof ScheduleError)) {
        this.error = error;
        return reached(false);
      }
      this.problems.push(
        `The occurrences of trigger "${target.trigger}" since ${utcSeconds(from)} were not checked: ${error.message}`,
      );
      return { until: from, complete: true };
    }
  }

  private hasTime(): boolean {
    return this.delivery.remainingMs() >= LEAST_TIME_MS && this.findings.missed.length < MOST_TOLD;
  }
}

function* slices(times: Iterable<number>): Generator<number[]> {
  let slice: number[] = [];
  for (const time of times) {
    slice.push(time);
    if (slice.length < SLICE) continue;
    yield slice;
    slice = [];
  }
  if (slice.length > 0) yield slice;
}

/** A short text that changes when something else is expected of a trigger. The sightings say whether it is switched on. */
function expectationOf({ ruleId, schedule }: TriggerSpec): string {
  const { name, expression, timezone, startDate, endDate } = schedule;
  const expected = [ruleIdOf(ruleId), name, expression, timezone, startDate, endDate];
  return createHash("sha256").update(JSON.stringify(expected)).digest("hex").slice(0, 16);
}
