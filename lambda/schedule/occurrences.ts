import { shown } from "../agreements/shown";
import { type Calendar, dateAfter, firstWallTime, happensOn, isLeftOut, wallTimeMeant } from "./calendar";
import { type ParsedCron, parseCron, ScheduleError } from "./cron";
import { timeZoneProblem } from "./timeZone";
import { instantOfWallTime, wallTimeAt } from "./wallTime";
import { wallTimesAfter } from "./wallTimes";

/** Before any occurrence: the grammar's first year is 1970, and time zones are at most a day from UTC. */
const BEFORE_FIRST_YEAR = Date.UTC(1969, 11, 30);

/** When something happens. */
export interface Schedule extends Calendar {
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

/** Whether something is due at this time, the schedule's dates and calendar considered. False for a schedule that isn't valid. */
export function isOccurrence(schedule: Schedule, time: string): boolean {
  const instant = Date.parse(time);
  try {
    return nextOccurrence(schedule, instant - 1) === instant;
  } catch {
    return false;
  }
}

/**
 * Whether something is to happen when Scheduler fires at this instant: it lies between the schedule's dates, both included, and the
 * calendar doesn't leave out its day.
 *
 * Throws `ScheduleError` for a schedule with a calendar that isn't valid.
 */
export function happensAt(schedule: Schedule, instant: number): boolean {
  const { expression, timezone, startDate, endDate, everyWeeks, skipDates } = schedule;
  if (startDate !== undefined && instant < Date.parse(startDate)) return false;
  if (endDate !== undefined && instant > Date.parse(endDate)) return false;
  if (everyWeeks === undefined && skipDates === undefined) return true;
  return !isLeftOut(schedule, wallTimeMeant(parseCron(expression), timezone, instant));
}

/** Whether a valid schedule lets something happen on a local date such as `2027-01-08`. Its start and end play no part. */
export function isDayOf({ expression, timezone, ...calendar }: Schedule, date: string): boolean {
  return happensOn(parseCron(expression), timezone, calendar, date);
}

/** How far the nearest days of a schedule are looked for: a year, in which most schedules have one. */
const FARTHEST_DAYS = 366;

/** The last day of a valid schedule before a local date, and the first one after it, as far as there are any within a year. */
export function daysAround(schedule: Schedule, date: string): string[] {
  const found = [-1, 1].map((direction) => {
    for (let days = 1; days <= FARTHEST_DAYS; days += 1) {
      const other = dateAfter(date, direction * days);
      if (isDayOf(schedule, other)) return other;
    }
    return undefined;
  });
  return found.filter((day) => day !== undefined);
}

function* occurrencesAfter(schedule: Schedule, afterMs: number): Generator<number> {
  const { timezone } = schedule;
  const cron: ParsedCron = parseCron(schedule.expression);
  const problem = timeZoneProblem(timezone);
  if (problem) throw new ScheduleError(`the time zone ${problem}`);
  const start = instantFrom(schedule.startDate, Number.NEGATIVE_INFINITY);
  const end = instantFrom(schedule.endDate, Number.POSITIVE_INFINITY);
  // A day before the calendar's first, because time zones are at most a day from UTC.
  const first = schedule.from === undefined ? BEFORE_FIRST_YEAR : firstWallTime(dateAfter(schedule.from, -1));
  const from = Math.max(afterMs, start - 1, BEFORE_FIRST_YEAR, first);
  for (const wall of wallTimesAfter(cron, wallTimeAt(from, timezone) - 1)) {
    const instant = instantOfWallTime(wall, timezone);
    if (instant === undefined || instant <= from) continue;
    if (instant > end) return;
    if (!isLeftOut(schedule, wall)) yield instant;
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
