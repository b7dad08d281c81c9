import { utcSeconds } from "../../agreements/instant";
import { occurrencesBetween, ScheduleError, SHIFT_MS } from "../../schedule";
import { FIRST_TRY_GRACE_MS } from "../lifecycle/decide";
import type { OccurrenceLedger } from "../occurrenceLedger";
import type { Delivery, TriggerDeps } from "../ports";
import { type Findings, keyOf, type Target } from "./findings";

interface Reached {
  /** Every occurrence until then is accounted for. */
  readonly until: number;
  readonly complete: boolean;
}

/** Added to the time of the last automatic try before an occurrence counts as over: deliveries and leases take their time. */
const SLACK_MS = 45 * 60_000;
/** Kept at the end of the function's time for one more occurrence, the mail and the record. */
const LEAST_TIME_MS = 20_000;
/** How many occurrences are read at a time. */
const SLICE = 25;
/** The next run tells of the others, so that this one has time to record what it told. */
const MOST_TOLD = 500;

/** Goes through the occurrences of one trigger after the other for as long as there is time. */
export class Search {
  /** What could not be looked at, as sentences. */
  readonly problems: string[] = [];
  error: unknown;

  constructor(
    private readonly deps: TriggerDeps,
    private readonly delivery: Delivery,
    private readonly ledger: OccurrenceLedger,
    private readonly findings: Findings,
  ) {}

  /** Looks at what was due after `from`, until `end` at the latest. */
  async through(target: Target, from: number, end: number): Promise<Reached> {
    const { config, now } = this.deps;
    // Scheduler may run an occurrence later than expected if its time zone data differ. That one must be over too.
    const over = now() - Math.max(config.maxAgeMinutes * 60_000, FIRST_TRY_GRACE_MS + SHIFT_MS) - SLACK_MS;
    const until = Math.min(over, end);
    let looked = from;
    let unsettled: number | undefined;
    const reached = (complete: boolean) => ({ until: unsettled ?? looked, complete });
    if (until <= from) return reached(true);
    try {
      for (const slice of slices(occurrencesBetween(target.schedule, from, until))) {
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
