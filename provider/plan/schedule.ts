import { instantOf } from "../../lambda/agreements/instant";
import { being, shown } from "../../lambda/agreements/shown";
import {
  type Calendar,
  everOccurs,
  nextOccurrence,
  parseCron,
  ScheduleError,
  shortMonths,
  skippedLocalTimes,
  timeZoneProblem,
} from "../../lambda/schedule";
import { type CalendarArgs, calendarProblems } from "./calendar";
import type { Problem } from "./gate";

/** When a trigger fires, as its arguments say it. */
export interface ScheduleArgs extends CalendarArgs {
  readonly schedule: unknown;
  readonly timezone: unknown;
  readonly startDate?: unknown;
  readonly endDate?: unknown;
  readonly allowSkipped?: boolean;
}

/**
 * What is wrong with a trigger's schedule, time zone and dates; `path` is the trigger's property. The clock plays no part, so that a
 * program that is accepted today is accepted tomorrow, even when its last occurrence is over.
 */
export function scheduleProblems(path: string, args: ScheduleArgs): Problem[] {
  const at = (property: string, reason: string | undefined): Problem[] =>
    reason === undefined ? [] : [{ path: `${path}.${property}`, reason }];
  const expression = at("schedule", expressionProblem(args.schedule));
  const timezone = at("timezone", timezoneProblem(args.timezone));
  const fires =
    expression.length + timezone.length > 0
      ? undefined
      : { expression: args.schedule as string, timezone: args.timezone as string };
  const dates = [...dateRangeProblems(path, args), ...calendarProblems(path, args, fires)];
  const problems = [...expression, ...timezone, ...dates];
  if (expression.length > 0) return problems;
  // Days that are left out can be told even if the time zone or a date is wrong.
  const skipped = args.allowSkipped
    ? undefined
    : leftOut(args.schedule as string, timezone.length > 0 ? undefined : (args.timezone as string));
  if (skipped !== undefined) return [...at("schedule", skipped), ...timezone, ...dates];
  return problems.length > 0 ? problems : at("schedule", neverInRange(args));
}

/** Arguments that say something of a schedule. */
const OF_A_SCHEDULE = ["startDate", "endDate", "everyWeeks", "from", "skipDates", "allowSkipped", "enabled"] as const;

/** What is wrong with the arguments of a trigger that has no schedule. */
export function eventTriggerProblems(
  path: string,
  args: { readonly [Name in (typeof OF_A_SCHEDULE)[number]]?: unknown },
) {
  return OF_A_SCHEDULE.filter((name) => args[name] !== undefined).map((name) => ({
    path: `${path}.${name}`,
    reason:
      "is given without schedule; it must be left out of a trigger that events set off: take it out, or give schedule and timezone",
  }));
}

function timezoneProblem(value: unknown): string | undefined {
  if (typeof value !== "string") return `${being(value)}; it must be an IANA name such as America/New_York, or UTC`;
  return timeZoneProblem(value);
}

/** https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html */
const LONGEST_EXPRESSION = 256;

function expressionProblem(value: unknown): string | undefined {
  if (value === undefined)
    return "is missing; it must be an expression such as cron(0 9 1,15 * ? *), or left out together with timezone for events to set the trigger off";
  if (typeof value !== "string") return `${being(value)}; it must be an expression such as cron(0 9 1,15 * ? *)`;
  try {
    parseCron(value);
  } catch (error) {
    if (error instanceof ScheduleError) return error.message;
    throw error;
  }
  if (value.length > LONGEST_EXPRESSION)
    return `has ${value.length} characters; it must have at most ${LONGEST_EXPRESSION}, which is what EventBridge Scheduler takes: write ranges and steps, or make several triggers`;
  return everOccurs(value)
    ? undefined
    : `is ${shown(value)}, which never happens; it must have a date that exists: check its days, months and years`;
}

/** Days and times that the schedule silently leaves out: nobody means a payday that doesn't come. */
function leftOut(expression: string, timezone: string | undefined): string | undefined {
  return daysLeftOut(expression) ?? (timezone === undefined ? undefined : timesLeftOut(expression, timezone));
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

function daysLeftOut(expression: string): string | undefined {
  const short = shortMonths(expression);
  if (!short) return undefined;
  const months = short.months.map((month) => MONTHS[month - 1]).join(", ");
  return `is ${shown(expression)}; it has day ${short.days.join(", ")}, which ${months} ${short.months.length > 1 ? "do" : "does"} not always have: nothing would happen then. ${withLastDay(expression)}, or set allowSkipped to true`;
}

function withLastDay(expression: string): string {
  const { dayOfMonth } = parseCron(expression);
  const [minutes, hours, , ...rest] = expression.slice("cron(".length).split(/ +/);
  if (dayOfMonth.kind === "days" && dayOfMonth.days.length > 1)
    return "For the last day of the month make a trigger of its own with L as its day";
  return `For the last day of the month write "cron(${[minutes, hours, "L", ...rest].join(" ")}"`;
}

function timesLeftOut(expression: string, timezone: string): string | undefined {
  const [first, ...others] = skippedLocalTimes(expression, timezone);
  if (first === undefined) return undefined;
  const more = others.length > 0 ? ` and ${others.length} more times until 2038` : "";
  return `is ${shown(expression)}; it hits local times that don't exist in ${timezone}, because the clocks are put forward: ${first.replace("T", " at ")}${more}. Nothing would happen then. Choose a time that every day has, or the time zone UTC, or set allowSkipped to true`;
}

function neverInRange({ schedule, timezone, startDate, endDate, ...calendar }: ScheduleArgs): string | undefined {
  const dates = {
    ...(startDate === undefined ? {} : { startDate: String(startDate) }),
    ...(endDate === undefined ? {} : { endDate: String(endDate) }),
  };
  const fires = { expression: String(schedule), timezone: String(timezone), ...dates };
  // All of the calendar's arguments have passed their own checks.
  if (nextOccurrence({ ...fires, ...(calendar as Calendar) }, 0) !== undefined) return undefined;
  if (nextOccurrence(fires, 0) !== undefined)
    return `is ${shown(schedule)}, of which nothing is left: everyWeeks, skipDates, startDate and endDate leave out all days on which it fires: change them`;
  return `is ${shown(schedule)}, which never happens between startDate (${startDate ?? "none"}) and endDate (${endDate ?? "none"}) in ${timezone}: change the dates or the expression`;
}

const WHOLE_SECONDS = /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;

/** Whole seconds, because Scheduler keeps no fractions; a zone, because a date without one means another instant elsewhere. */
export function dateProblem(value: unknown): string | undefined {
  if (typeof value !== "string" || !WHOLE_SECONDS.test(value))
    return `${being(value)}; it must be an instant in ISO 8601 with seconds and a time zone, such as 2027-01-01T00:00:00Z or 2027-01-01T00:00:00-05:00`;
  if (instantOf(value) === undefined) return `is ${shown(value)}; it must be a day that exists`;
  return undefined;
}

/** What is wrong with `startDate` and `endDate`, each and together; `path` is the property that holds them. */
function dateRangeProblems(
  path: string,
  { startDate, endDate }: { readonly startDate?: unknown; readonly endDate?: unknown },
): Problem[] {
  const problems: Problem[] = [];
  for (const [property, value] of Object.entries({ startDate, endDate })) {
    const reason = value === undefined ? undefined : dateProblem(value);
    if (reason !== undefined) problems.push({ path: `${path}.${property}`, reason });
  }
  if (problems.length > 0 || startDate === undefined || endDate === undefined) return problems;
  if (Date.parse(String(endDate)) > Date.parse(String(startDate))) return [];
  return [
    {
      path: `${path}.endDate`,
      reason: `is ${shown(endDate)}; it must be after startDate ${shown(startDate)}: give a later one`,
    },
  ];
}
