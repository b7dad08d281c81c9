import { being, shown } from "../../lambda/agreements/shown";
import { wholeNumber } from "../../lambda/agreements/values";
import { daysAround, firesWeekly, isDayOf, type Schedule } from "../../lambda/schedule";
import type { Problem } from "./gate";

/** The days that a trigger leaves out, as its arguments say them. */
export interface CalendarArgs {
  readonly everyWeeks?: unknown;
  readonly from?: unknown;
  readonly skipDates?: unknown;
}

/**
 * What is wrong with `everyWeeks`, `from` and `skipDates`; `path` is the trigger's property. `fires` is when its schedule fires;
 * undefined if that isn't valid.
 */
export function calendarProblems(
  path: string,
  { everyWeeks, from, skipDates }: CalendarArgs,
  fires: Pick<Schedule, "expression" | "timezone"> | undefined,
): Problem[] {
  const reasons = {
    everyWeeks: everyWeeks === undefined ? undefined : everyWeeksProblem(everyWeeks, fires?.expression),
    from: fromProblem(from, everyWeeks, fires),
    skipDates: skipDates === undefined ? undefined : datesProblem(skipDates),
  };
  return Object.entries(reasons).flatMap(([property, reason]) =>
    reason === undefined ? [] : [{ path: `${path}.${property}`, reason }],
  );
}

const weeks = wholeNumber(2, 52, "weeks");

function everyWeeksProblem(value: unknown, expression: string | undefined): string | undefined {
  const problem = weeks(value);
  if (problem !== undefined || expression === undefined || firesWeekly(expression)) return problem;
  return `is ${shown(value)}, but the schedule is ${shown(expression)}; it must have one weekday, in every month and year, such as cron(0 9 ? * FRI *). For several weekdays make a trigger for each`;
}

function fromProblem(
  value: unknown,
  everyWeeks: unknown,
  fires: Pick<Schedule, "expression" | "timezone"> | undefined,
): string | undefined {
  if (value === undefined && everyWeeks === undefined) return undefined;
  if (everyWeeks === undefined)
    return `${being(value)}; it must be given together with everyWeeks: for a first day alone use startDate`;
  const problem = dateProblem(value);
  if (problem !== undefined || fires === undefined || !firesWeekly(fires.expression)) return problem;
  const date = value as string;
  if (isDayOf(fires, date)) return undefined;
  return `is ${shown(date)}, when ${fires.expression} doesn't fire in ${fires.timezone}; it must be a day on which it does: the nearest are ${daysAround(fires, date).join(" and ")}`;
}

function datesProblem(value: unknown): string | undefined {
  if (!Array.isArray(value)) return `${being(value)}; it must be a list of dates such as ["2027-01-01"]`;
  for (const date of value) {
    const problem = dateProblem(date);
    if (problem !== undefined) return `has a date that ${problem}`;
  }
  return undefined;
}

/** Of a date of the calendar, without a time. */
function dateProblem(value: unknown): string | undefined {
  const expected = "it must be a date of four, two and two digits, such as 2027-01-08";
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\d$/.test(value)) return `${being(value)}; ${expected}`;
  const instant = Date.parse(`${value}T00:00:00Z`);
  const exists = Number.isFinite(instant) && new Date(instant).toISOString().startsWith(value);
  return exists ? undefined : `is ${shown(value)}; it must be a day that exists`;
}

/** What a trigger's `skipDates` don't leave out, because nothing happens on these days anyway; undefined if all leave out something. */
export function idleSkipDates(schedule: Schedule): string | undefined {
  const { skipDates = [], ...without } = schedule;
  const idle = skipDates.filter((date) => !isDayOf(without, date));
  const [first] = idle;
  if (first === undefined) return undefined;
  const days = daysAround(without, first);
  const nearest = days.length > 0 ? ` The nearest to ${first}: ${days.join(" and ")}` : "";
  return `skipDates has ${idle.join(", ")}, on which it doesn't fire anyway.${nearest}`;
}
