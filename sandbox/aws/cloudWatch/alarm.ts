import { type AlarmState, EXTRA_DATAPOINTS, type MissingData, stateOf } from "./alarmState";
import { type AlarmDeclaration, comparisons } from "./declaration";
import { DAY_MS, type Datapoint, HOUR_MS, keyOf, type MetricStore, MINUTE_MS, merge, statisticOf } from "./metricStore";
import type { QueueGauges } from "./queueGauges";
import { changeReason, type Period } from "./reason";

/** A change of an alarm's state. */
export interface AlarmChange {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly from: AlarmState;
  readonly to: AlarmState;
  readonly reason: string;
}

export interface AlarmSources {
  readonly store: MetricStore;
  readonly gauges: QueueGauges;
}

/**
 * A declared alarm and its state. CloudWatch evaluates it every minute, over a window that ends at that minute
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html). An alarm that looks back more than a day is
 * evaluated every hour. Here evaluations that can't change the state are left out: it changes only when a datapoint enters the
 * window, moves to the next period or leaves the window. `dueAt` is the next such time.
 */
export class Alarm {
  state: AlarmState = "INSUFFICIENT_DATA";
  reason = "Unchecked: Initial alarm creation";
  since: number;
  /** When it must be evaluated next, milliseconds since the epoch; undefined while nothing can change its state. */
  dueAt: number | undefined;
  /** Of its metric. */
  readonly metricKey: string;
  private readonly createdAt: number;
  private readonly stepMs: number;
  private readonly rangeMs: number;
  /** The queue that it watches, if its metric is a queue's state. */
  private queue: string | undefined;
  /** When the queue is read next; undefined while it is empty. */
  private readingAt: number | undefined;

  constructor(
    public declaration: AlarmDeclaration,
    readonly arn: string,
    private readonly sources: AlarmSources,
    now: number,
  ) {
    const { periodMs, evaluationPeriods } = declaration;
    this.metricKey = keyOf(declaration.metric);
    this.createdAt = now;
    this.since = now;
    this.stepMs = periodMs * evaluationPeriods > DAY_MS ? HOUR_MS : MINUTE_MS;
    this.rangeMs = periodMs * (evaluationPeriods + EXTRA_DATAPOINTS);
  }

  /** Makes the first evaluation. */
  begin(now: number): AlarmChange | undefined {
    this.queue = this.sources.gauges.queueOf(this.declaration.metric);
    if (this.queue !== undefined) this.readingAt = this.nextStep(now);
    return this.evaluate(now);
  }

  /** Its metric has a datapoint at `at`. */
  onData(at: number): void {
    this.mustEvaluate(ceilTo(this.stepMs, floorTo(MINUTE_MS, at) + MINUTE_MS));
  }

  /** A message has come into this queue. */
  onMessage(queue: string, now: number): void {
    if (queue !== this.queue || this.readingAt !== undefined) return;
    this.readingAt = this.nextStep(now);
    this.mustEvaluate(this.readingAt);
  }

  /** Works out the state; the result is the change, if it is one. */
  evaluate(now: number): AlarmChange | undefined {
    const at = floorTo(this.stepMs, now);
    this.readQueue(at);
    const periods = this.periods(at);
    const { comparison, threshold } = this.declaration;
    const breaches = periods.map(({ value }) =>
      value === undefined ? undefined : comparisons[comparison].breaches(value, threshold),
    );
    const treatMissingData = this.treatMissingData(at);
    const state = stateOf(breaches, { ...this.declaration, treatMissingData });
    this.dueAt = this.nextDue(at);
    if (state === "retain" || state === this.state) return undefined;
    const reason = changeReason({ ...this.declaration, treatMissingData }, periods, state);
    const change: AlarmChange = { at: now, from: this.state, to: state, reason };
    Object.assign(this, { state, reason, since: now });
    return change;
  }

  /** During the warm-up period missing data is ignored: a daily event has not had its first day yet. */
  private treatMissingData(at: number): MissingData {
    const { treatMissingData } = this.declaration;
    return treatMissingData === "breaching" && at < this.createdAt + this.declaration.warmUpMs
      ? "ignore"
      : treatMissingData;
  }

  /** The periods before `at`, newest first. A queue that wasn't read was empty. */
  private periods(at: number): Period[] {
    const { periodMs, metric, statistic } = this.declaration;
    const merged: (Datapoint | undefined)[] = new Array(this.rangeMs / periodMs).fill(undefined);
    for (const point of this.sources.store.since(metric, at - this.rangeMs)) {
      const index = Math.ceil((at - point.minute) / periodMs) - 1;
      if (index < 0) continue;
      const before = merged[index];
      if (before) merge(before, point);
      else merged[index] = { ...point };
    }
    const otherwise = this.queue === undefined ? undefined : 0;
    return merged.map((point, index) => ({
      start: at - (index + 1) * periodMs,
      value: point ? statisticOf(point, statistic) : otherwise,
    }));
  }

  /** SQS reports a queue's state every minute. Once a period is enough here, and an empty queue isn't read. */
  private readQueue(at: number): void {
    if (this.queue === undefined || this.readingAt === undefined || this.readingAt > at) return;
    const { store, gauges } = this.sources;
    const { metric, periodMs } = this.declaration;
    const { value, isEmpty } = gauges.read(this.queue, metric.name);
    this.readingAt = isEmpty ? undefined : ceilTo(this.stepMs, at + periodMs);
    const minute = at - MINUTE_MS;
    // Another alarm on the same queue may have read it already.
    if (!isEmpty && store.since(metric, minute).length === 0) store.add(metric, minute, value);
  }

  private nextDue(at: number): number | undefined {
    const { periodMs, metric, treatMissingData, warmUpMs } = this.declaration;
    let next = this.readingAt;
    const consider = (instant: number) => {
      const due = ceilTo(this.stepMs, instant);
      if (due > at && (next === undefined || due < next)) next = due;
    };
    if (treatMissingData === "breaching") consider(this.createdAt + warmUpMs);
    for (const { minute } of this.sources.store.since(metric, at - this.rangeMs)) {
      const enteredAt = minute + MINUTE_MS;
      const moves = Math.max(0, Math.floor((at - enteredAt) / periodMs) + 1);
      consider(enteredAt + moves * periodMs);
    }
    return next;
  }

  private mustEvaluate(at: number): void {
    if (this.dueAt === undefined || at < this.dueAt) this.dueAt = at;
  }

  private nextStep(now: number): number {
    return floorTo(this.stepMs, now) + this.stepMs;
  }
}

/** The first multiple of `step` at `instant` or after it. */
function ceilTo(step: number, instant: number): number {
  return Math.ceil(instant / step) * step;
}

/** The last multiple of `step` at `instant` or before it. */
function floorTo(step: number, instant: number): number {
  return Math.floor(instant / step) * step;
}
