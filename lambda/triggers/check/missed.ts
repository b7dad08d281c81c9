import { utcSeconds } from "../../agreements/instant";
import { ruleIdOf } from "../../agreements/ruleId";
import { type ScheduledSpec, scheduledTriggers } from "../../agreements/triggerConfig";
import { msOf } from "../lifecycle/ledgerItem";
import { OccurrenceLedger } from "../occurrenceLedger";
import type { Delivery, DeployedSchedule, TriggerDeps } from "../ports";
import type { Unclear } from "../telling/checkMails";
import { markTold } from "../telling/tell";
import { newlyEnded } from "./ended";
import { expectationOf, expectedOf } from "./expected";
import { Findings, type Missed, type Target } from "./findings";
import {
  CHANGE_SLACK_MS,
  type CheckRecord,
  type Ended,
  type Sighting,
  seenUntil,
  stillNeeded,
  type Watched,
  withSighting,
} from "./record";
import { concurrently, type Deployed } from "./schedules";
import { Search } from "./search";

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

const DAY_MS = 86_400_000;
/** However long no check ran, a check looks back no further. */
const LONGEST_LOOK_BACK_MS = 35 * DAY_MS;
/** How far the first check of a trigger looks back. The ledger may be newer than the trigger. */
const FIRST_LOOK_BACK_MS = 1.5 * DAY_MS;
const MARKED_AT_A_TIME = 10;

/** Finds the occurrences that were due and of which the ledger has neither an execution nor a failure that was told. */
export class MissedOccurrences {
  private readonly ledger: OccurrenceLedger;
  private readonly findings: Findings;
  private readonly search: Search;
  private record: CheckRecord | undefined;

  constructor(
    private readonly deps: TriggerDeps,
    delivery: Delivery,
  ) {
    this.ledger = new OccurrenceLedger(deps.ledger, deps.sleep);
    this.findings = new Findings(deps, this.ledger);
    this.search = new Search(deps, delivery, this.ledger, this.findings);
  }

  /** `deployed` is each trigger's schedule as it was at `lookedAt`, or why it couldn't be read. */
  async find(deployed: Deployed, lookedAt: number): Promise<MissedReport> {
    let complete = true;
    try {
      const stored = await this.deps.ledger.readCheck();
      // After a restoration it begins anew: what the ledger doesn't know may have been executed after the backup.
      const beganAt = stored && !stored.isRestored ? stored.beganAt : new Date(this.deps.now()).toISOString();
      this.findings.ledgerSince = msOf(beganAt);
      const { ended: justEnded, kept } = newlyEnded(this.deps.config, stored?.watched ?? {}, deployed, lookedAt);
      const watched: Record<string, Watched> = { ...kept };
      const ended: Ended[] = [];
      const began = beganAt === undefined ? {} : { beganAt };
      this.record = { version: (stored?.version ?? 0) + 1, ...began, watched, ended };
      for (const [trigger, spec] of scheduledTriggers(this.deps.config)) {
        const known = stored && Object.hasOwn(stored.watched, trigger) ? stored.watched[trigger] : undefined;
        const { next, done } = await this.watch(trigger, spec, known, deployed.get(trigger), lookedAt);
        if (next) watched[trigger] = next;
        complete &&= done;
      }
      for (const one of [...(stored?.ended ?? []), ...justEnded]) {
        const { next, done } = await this.finish(one);
        if (next) ended.push(next);
        complete &&= done;
      }
    } catch (error) {
      this.search.error = error;
      this.record = undefined;
    }
    const { problems, error } = this.search;
    const { missed, unclear, checked } = this.findings;
    const found = { missed, unclear: [...unclear.values()], problems, checked };
    return error === undefined ? { ...found, complete } : { ...found, complete: false, error };
  }

  /**
   * Call this once everything is told: after a crash you may be told twice, but never not at all. `mailed` is whether the mail was sent.
   * Unclear occurrences are told by nothing else, so without it the next run looks at them again.
   */
  async settle(mailed: boolean): Promise<void> {
    await concurrently(this.findings.missed, MARKED_AT_A_TIME, ({ item }) => markTold(this.deps, item));
    if (!this.record || !mailed) return;
    const written = await this.deps.ledger.writeCheck(this.record);
    if (!written) this.deps.logger.info("heartbeat.overtaken");
  }

  private async watch(
    trigger: string,
    spec: ScheduledSpec,
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
    const { ruleId, schedule: due, payload } = { ...spec, ruleId: ruleIdOf(spec.ruleId) };
    const target: Target = { trigger, ruleId, schedule: due, payload, seen };
    const { until, complete } = await this.search.through(target, from, seenUntil(seen) ?? from);
    const checkedUntil = new Date(until).toISOString();
    const next = { expects, checkedUntil, seen: stillNeeded(seen, until), of: expectedOf(spec) };
    return { next, done: complete };
  }

  /** Looks at what was expected of a trigger before it was renamed, changed or taken out. */
  private async finish(ended: Ended): Promise<{ next: Ended | undefined; done: boolean }> {
    const { trigger: formerly, of, seen } = ended;
    const { config } = this.deps;
    const ofRule = Object.entries(config.triggers).filter(([, { ruleId }]) => ruleIdOf(ruleId) === of.ruleId);
    const [trigger, spec] = ofRule.find(([name]) => name === formerly) ?? ofRule[0] ?? [formerly, undefined];
    const target: Target = { trigger, formerly, ruleId: of.ruleId, schedule: of, payload: spec?.payload, seen };
    const end = Date.parse(ended.until);
    const { until, complete } = await this.search.through(target, this.goesOnFrom(formerly, ended), end);
    return {
      next: until >= end ? undefined : { ...ended, checkedUntil: new Date(until).toISOString() },
      done: complete,
    };
  }

  private goesOnFrom(trigger: string, { checkedUntil }: { readonly checkedUntil: string }): number {
    const from = Date.parse(checkedUntil);
    const earliest = this.deps.now() - LONGEST_LOOK_BACK_MS;
    if (from >= earliest) return from;
    this.search.problems.push(
      `The occurrences of trigger "${trigger}" between ${utcSeconds(from)} and ${utcSeconds(earliest)} were not checked: the check looks back 35 days at most.`,
    );
    return earliest;
  }

  /** The check of a new or changed trigger starts when its schedule was made or changed, because nothing was due before. */
  private startsFrom(seen: readonly Sighting[]): number {
    return Math.max(msOf(seen.at(-1)?.since) + CHANGE_SLACK_MS, this.deps.now() - FIRST_LOOK_BACK_MS);
  }
}
