import type { ParsedCron } from "./cron";
import { instantOfWallTime, wallTimeAt } from "./wallTime";
import { wallTimesAfter } from "./wallTimes";

/**
 * Days on which a cron fires and nothing is to happen. No cron expression can say them, so EventBridge Scheduler fires on these days
 * too. All dates are local ones, such as `2027-01-08`.
 */
export interface Calendar {
  /** Only every so many weeks, counted from `from`, for a cron with one weekday. */
  readonly everyWeeks?: number;
  /** The first day. Nothing happens before it. */
  readonly from?: string;
  /** Nothing happens on these days. */
  readonly skipDates?: readonly string[];
}

/** No country puts its clocks forward or back by more. */
export const SHIFT_MS = 2 * 60 * 60_000;

const DAY_MS = 86_400_000;

/** Whether the calendar leaves out the day of a wall time. */
export function isLeftOut({ everyWeeks, from, skipDates = [] }: Calendar, wallMs: number): boolean {
  if (skipDates.includes(dateOf(wallMs))) return true;
  if (everyWeeks === undefined || from === undefined) return false;
  const days = Math.floor((wallMs - firstWallTime(from)) / DAY_MS);
  return days < 0 || days % (7 * everyWeeks) !== 0;
}

/**
 * The wall time of the cron that an instant of Scheduler's stands for. AWS's time zone data and Node's are updated separately, so that
 * Scheduler may fire up to two hours away from the time that we expect, and so on another day.
 */
export function wallTimeMeant(cron: ParsedCron, timezone: string, instant: number): number {
  const wall = wallTimeAt(instant, timezone);
  let nearest: number | undefined;
  for (const time of wallTimesAfter(cron, wall - SHIFT_MS - 1)) {
    if (time > wall + SHIFT_MS) break;
    if (nearest === undefined || Math.abs(time - wall) < Math.abs(nearest - wall)) nearest = time;
  }
  return nearest ?? wall;
}

/** Whether the cron fires on a local date, and the calendar lets something happen then. */
export function happensOn(cron: ParsedCron, timezone: string, calendar: Calendar, date: string): boolean {
  const start = firstWallTime(date);
  for (const wall of wallTimesAfter(cron, start - 1)) {
    if (wall >= start + DAY_MS) return false;
    if (instantOfWallTime(wall, timezone) !== undefined && !isLeftOut(calendar, wall)) return true;
  }
  return false;
}

/** The date some days after another, or before it if `days` is negative. */
export function dateAfter(date: string, days: number): string {
  return dateOf(firstWallTime(date) + days * DAY_MS);
}

/** The first wall time of a date. */
export function firstWallTime(date: string): number {
  return Date.parse(`${date}T00:00:00Z`);
}

function dateOf(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 10);
}
