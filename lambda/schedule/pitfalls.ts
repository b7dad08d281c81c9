/**
 * Finds what a valid schedule does that its author may not expect. Nothing here looks at the clock, so a schedule that is accepted
 * today is accepted tomorrow.
 */
import { parseCron } from "./cron";
import { fields } from "./fields";
import { offsetAt, wallTimeAt } from "./wallTime";
import { wallTimesAfter } from "./wallTimes";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The years whose changes of the clocks are looked at: a fixed list, so that the answer doesn't change with the date. */
const FIRST_YEAR = 2024;
const LAST_YEAR = 2038;

/** Whether there is any date for the expression: `30 2` (30 February) has none. A year that is over counts as one. */
export function everOccurs(expression: string): boolean {
  const [first] = wallTimesAfter(parseCron(expression), Date.UTC(1969, 11, 31));
  return first !== undefined;
}

/** Whether the expression has one weekday, in every month and year: the only kind that a count of weeks has one meaning for. */
export function firesWeekly(expression: string): boolean {
  const { dayOfMonth, dayOfWeek, months, years } = parseCron(expression);
  const oneDay = dayOfMonth.kind === "any" && dayOfWeek.kind === "days" && dayOfWeek.days.length === 1;
  return oneDay && months.length === 12 && years.length === fields.year.max - fields.year.min + 1;
}

/** Days that some of the expression's months don't have, so that nothing happens in them. */
export interface ShortMonths {
  /** Of 29, 30 and 31. */
  readonly days: readonly number[];
  /** 1-12: the months that lack one of the days. February lacks the 29th in three years of four. */
  readonly months: readonly number[];
}

/** The days 29-31 that the expression names and the months that lack them, or undefined if none does. */
export function shortMonths(expression: string): ShortMonths | undefined {
  const { dayOfMonth, months } = parseCron(expression);
  const named = dayOfMonth.kind === "days" ? dayOfMonth.days : [];
  const days = named.filter((day) => months.some((month) => day > daysIn(month)));
  const lacking = months.filter((month) => days.some((day) => day > daysIn(month)));
  return days.length > 0 ? { days, months: lacking } : undefined;
}

function daysIn(month: number): number {
  return new Date(Date.UTC(2025, month, 0)).getUTCDate();
}

/**
 * The expression's local times that the clocks of `timezone` skip when they are put forward, as `2026-03-08T02:30`, at most
 * one for each change of the clocks from 2024 to 2038. EventBridge Scheduler runs nothing for them.
 */
export function skippedLocalTimes(expression: string, timezone: string): string[] {
  const cron = parseCron(expression);
  const skipped: string[] = [];
  for (const gap of gapsOf(timezone)) {
    const [wall] = wallTimesAfter(cron, gap.from - 1);
    if (wall !== undefined && wall < gap.to) skipped.push(new Date(wall).toISOString().slice(0, 16));
  }
  return skipped;
}

interface Gap {
  /** The first wall time that is skipped. */
  readonly from: number;
  /** The first wall time that is not. */
  readonly to: number;
}

const gapsByZone = new Map<string, readonly Gap[]>();

function gapsOf(timezone: string): readonly Gap[] {
  const cached = gapsByZone.get(timezone);
  if (cached) return cached;
  const gaps = dayChangesOf(timezone)
    .filter(({ from, to }) => offsetAt(to, timezone) > offsetAt(from, timezone))
    .map(({ from, to }) => {
      const change = changeBetween(from, to, timezone);
      return { from: change + offsetAt(from, timezone), to: wallTimeAt(change, timezone) };
    });
  gapsByZone.set(timezone, gaps);
  return gaps;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** The days within which the clocks are changed. Only weeks that begin and end with different offsets are looked at day by day. */
function dayChangesOf(timezone: string): Span[] {
  const years = { from: Date.UTC(FIRST_YEAR, 0, 1), to: Date.UTC(LAST_YEAR + 1, 0, 1) };
  const weeks = changesWithin(years, 7 * DAY_MS, timezone);
  return weeks.flatMap((week) => changesWithin(week, DAY_MS, timezone));
}

/** The parts of `span`, each `step` long, that begin and end with different offsets. */
function changesWithin(span: Span, step: number, timezone: string): Span[] {
  const changes: Span[] = [];
  let before = offsetAt(span.from, timezone);
  for (let from = span.from; from < span.to; from += step) {
    const to = Math.min(from + step, span.to);
    const after = offsetAt(to, timezone);
    if (after !== before) changes.push({ from, to });
    before = after;
  }
  return changes;
}

/** The instant of the change of the clocks between two instants with different offsets. */
function changeBetween(before: number, after: number, timezone: string): number {
  const old = offsetAt(before, timezone);
  let low = before;
  let high = after;
  while (high - low > 1000) {
    const middle = low + Math.floor((high - low) / 2000) * 1000;
    if (offsetAt(middle, timezone) === old) low = middle;
    else high = middle;
  }
  return high;
}
