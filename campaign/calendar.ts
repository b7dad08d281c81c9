import type { Stream } from "./random";

/** What a trigger leaves out although Scheduler fires. Dates are local. */
export interface PlannedCalendar {
  readonly everyWeeks?: number;
  readonly from?: string;
  readonly skipDates?: readonly string[];
}

const DAY_MS = 86_400_000;
/** New Year, and days on which the clocks change in one of the plan's time zones. */
export const SKIPPED = [
  "2027-01-01",
  "2027-03-14",
  "2027-03-28",
  "2027-04-04",
  "2027-04-25",
  "2027-09-26",
  "2027-10-31",
];

/** Every other week on a weekday that has changes of the clocks, at an hour that they skip or repeat. */
const EVERY_OTHER_WEEK = { everyWeeks: 2, from: "2027-01-03" };
const SUNDAYS = ["cron(30 2 ? * SUN *)", "cron(30 1 ? * SUN *)", "cron(0 0 ? * SUN *)"];

/** A calendar for a trigger with this expression, and the expression that goes with it. */
export function plannedCalendar(random: Stream, expression: string): PlannedCalendar & { readonly expression: string } {
  const kind = random.pick(["none", "none", "weeks", "dates"]);
  if (kind === "weeks") return { expression: random.pick(SUNDAYS), ...EVERY_OTHER_WEEK };
  return kind === "dates" ? { expression, skipDates: SKIPPED } : { expression };
}

/** The local date of an instant. */
export function dateOf(timezone: string, instant: number): string {
  return new Date(instant).toLocaleDateString("en-CA", { timeZone: timezone });
}

/** Reckoned anew, without the product: whether nothing is to happen at an instant at which Scheduler fires. */
export function isLeftOut({ timezone, ...calendar }: PlannedCalendar & { timezone: string }, instant: number): boolean {
  const { everyWeeks, from, skipDates = [] } = calendar;
  const date = dateOf(timezone, instant);
  if (skipDates.includes(date)) return true;
  if (everyWeeks === undefined || from === undefined) return false;
  const days = (Date.parse(date) - Date.parse(from)) / DAY_MS;
  return days < 0 || days % (7 * everyWeeks) !== 0;
}
