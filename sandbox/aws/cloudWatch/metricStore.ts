export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** What CloudWatch keeps apart: name, namespace, and exactly this set of dimensions. */
export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** What arrived in one minute. */
export interface Datapoint {
  /** The minute's start, milliseconds since the epoch. */
  readonly minute: number;
  sum: number;
  min: number;
  max: number;
}

export type Statistic = "Sum" | "Minimum" | "Maximum";

/** Eight days of minutes: an alarm looks back seven days at most, and a little further where data is missing. */
const MOST_DATAPOINTS = 8 * 24 * 60;
/** A function that puts a request id into a dimension makes a series a request. */
const MOST_SERIES = 1_000;

/** The metrics of a sandbox, in steps of a minute, as CloudWatch keeps those of standard resolution. */
export class MetricStore {
  private readonly series = new Map<string, Datapoint[]>();
  private readonly watched = new Set<string>();

  /** A watched series is never dropped to make room for others. */
  watch(id: MetricId): void {
    this.watched.add(keyOf(id));
  }

  add(id: MetricId, at: number, value: number): void {
    const minute = Math.floor(at / MINUTE_MS) * MINUTE_MS;
    const points = this.open(keyOf(id));
    const added: Datapoint = { minute, sum: value, min: value, max: value };
    const place = placeOf(minute, points);
    const existing = points[place];
    if (existing?.minute === minute) merge(existing, added);
    else points.splice(place, 0, added);
    if (points.length > MOST_DATAPOINTS) points.shift();
  }

  /** The datapoints of the minutes from `from` on, oldest first. */
  since(id: MetricId, from: number): readonly Datapoint[] {
    const points = this.series.get(keyOf(id)) ?? [];
    return points.slice(placeOf(from, points));
  }

  /** The series that have data. */
  get size(): number {
    return this.series.size;
  }

  private open(key: string): Datapoint[] {
    const points = this.series.get(key) ?? [];
    // Moved to the end of the map, so that the first series is the one without data for longest: it is dropped first.
    this.series.delete(key);
    this.series.set(key, points);
    if (this.series.size > MOST_SERIES) this.forgetOne();
    return points;
  }

  private forgetOne(): void {
    for (const key of this.series.keys())
      if (!this.watched.has(key)) {
        this.series.delete(key);
        return;
      }
  }
}

/** The index of the first datapoint at `minute` or after it. Searched from the end, because new data is there. */
function placeOf(minute: number, points: readonly Datapoint[]): number {
  let place = points.length;
  while (place > 0 && (points[place - 1] as Datapoint).minute >= minute) place--;
  return place;
}

/** The same text for the same metric, in whatever order its dimensions are written. */
export function keyOf({ namespace, name, dimensions }: MetricId): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/** Several minutes' data as one. */
export function merge(into: Datapoint, other: Datapoint): void {
  into.sum += other.sum;
  into.min = Math.min(into.min, other.min);
  into.max = Math.max(into.max, other.max);
}

export function statisticOf({ sum, min, max }: Datapoint, statistic: Statistic): number {
  return { Sum: sum, Minimum: min, Maximum: max }[statistic];
}
