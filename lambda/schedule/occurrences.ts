import { shown } from "../agreements/shown";
import { type ParsedCron, parseCron, ScheduleError } from "./cron";
import { timeZoneProblem } from "./timeZone";
import { instantOfWallTime, wallTimeAt } from "./wallTime";
import { wallTimesAfter } from "./wallTimes";

/** Before any occurrence: the grammar's first year is 1970, and time zones are at most a day from UTC. */
const BEFORE_FIRST_YEAR = Date.UTC(1969, 11, 30);

/** When something happens. */
export interface Schedule {
  /** `cron(...)`. */
  readonly expression: string;
  /** IANA name. */
  readonly timezone: string;
  /** ISO 8601 with a zone. Occurrences before it don't happen; one at that instant does. */
  readonly startDate?: string;
  /** ISO 8601 with a zone. Occurrences after it don't happen; one at that instant does. */
  readonly endDate?: string;
}

/**
 * The occurrences after `fromMs` until `toMs` (the first excluded, the last included), in milliseconds since the epoch. Each is
 * computed when it is asked for, so that there may be any number of them.
 *
 * The first step throws `ScheduleError` for a schedule that isn't valid.
 */
export function* occurrencesBetween(schedule: Schedule, fromMs: number, toMs: number): Generator<number> {
  for (const instant of occurrencesAfter(schedule, fromMs)) {
    if (instant > toMs) return;
    yield instant;
  }
}

/**
 * The first occurrence after `afterMs`, in milliseconds since the epoch, or undefined if there is none.
 *
 * Throws `ScheduleError` for a schedule that isn't valid.
 */
export function nextOccurrence(schedule: Schedule, afterMs: number): number | undefined {
  const [first] = occurrencesAfter(schedule, afterMs);
  return first;
}

/** Whether something is due at this time, the schedule's dates considered. False for a schedule that isn't valid. */
export function isOccurrence(schedule: Schedule, time: string): boolean {
  const instant = Date.parse(time);
  try {
    return nextOccurrence(schedule, instant - 1) === instant;
  } catch {
    return false;
  }
}

/** Whether an instant lies between a schedule's dates, both included. */
export function isWithinDates(
  { startDate, endDate }: Pick<Schedule, "startDate" | "endDate">,
  instant: number,
): boolean {
  if (startDate !== undefined && instant < Date.parse(startDate)) return false;
  return endDate === undefined || instant <= Date.parse(endDate);
}

function* occurrencesAfter(schedule: Schedule, afterMs: number): Generator<number> {
  const { timezone } = schedule;
  const cron: ParsedCron = parseCron(schedule.expression);
  const problem = timeZoneProblem(timezone);
  if (problem) throw new ScheduleError(`the time zone ${problem}`);
  const start = instantFrom(schedule.startDate, Number.NEGATIVE_INFINITY);
  const end = instantFrom(schedule.endDate, Number.POSITIVE_INFINITY);
  const from = Math.max(afterMs, start - 1, BEFORE_FIRST_YEAR);
  for (const wall of wallTimesAfter(cron, wallTimeAt(from, timezone) - 1)) {
    const instant = instantOfWallTime(wall, timezone);
    if (instant === undefined || instant <= from) continue;
    if (instant > end) return;
    yield instant;
  }
}

function instantFrom(date: string | undefined, otherwise: number): number {
  if (date === undefined) return otherwise;
  const instant = Date.parse(date);
  if (Number.isNaN(instant))
    throw new ScheduleError(
      `the date is ${shown(date)}; it must be ISO 8601 with a zone, such as 2027-01-01T00:00:00Z`,
    );
  return instant;
}
