import { shown } from "../../lambda/agreements/shown";
import {
  everOccurs,
  nextOccurrence,
  parseCron,
  ScheduleError,
  shortMonths,
  skippedLocalTimes,
  timeZoneProblem,
} from "../../lambda/schedule";
import { dateRangeProblems } from "./dates";
import type { Problem } from "./gate";

/** When a trigger fires, as its arguments say it. */
export interface ScheduleArgs {
  readonly schedule: unknown;
  readonly timezone: unknown;
  readonly startDate?: unknown;
  readonly endDate?: unknown;
  readonly allowSkipped?: boolean;
}

/**
 * What is wrong with a trigger's schedule, time zone and dates; `path` is the trigger's property. Nothing looks at the clock: what
 * is accepted today is accepted tomorrow, even when its last occurrence is over.
 */
export function scheduleProblems(path: string, args: ScheduleArgs): Problem[] {
  const at = (property: string, reason: string | undefined): Problem[] =>
    reason === undefined ? [] : [{ path: `${path}.${property}`, reason }];
  const expression = at("schedule", expressionProblem(args.schedule));
  const timezone = at("timezone", timezoneProblem(args.timezone));
  const dates = dateRangeProblems(path, args);
  const problems = [...expression, ...timezone, ...dates];
  if (expression.length > 0) return problems;
  // What is wrong with the days is wrong in every time zone and between all dates.
  const skipped = args.allowSkipped
    ? undefined
    : leftOut(args.schedule as string, timezone.length > 0 ? undefined : (args.timezone as string));
  if (skipped !== undefined) return [...at("schedule", skipped), ...timezone, ...dates];
  return problems.length > 0 ? problems : at("schedule", neverInRange(args));
}

function timezoneProblem(value: unknown): string | undefined {
  if (typeof value !== "string")
    return `${shown(value)} is not allowed: give an IANA name such as America/New_York, or UTC`;
  return timeZoneProblem(value);
}

function expressionProblem(value: unknown): string | undefined {
  if (typeof value !== "string")
    return `${shown(value)} is not allowed: give an expression such as cron(0 9 1,15 * ? *)`;
  try {
    parseCron(value);
  } catch (error) {
    if (error instanceof ScheduleError) return error.message;
    throw error;
  }
  return everOccurs(value)
    ? undefined
    : `${shown(value)} never happens: no such date exists. Check its days, months and years`;
}

/** A payday that silently doesn't come is what the user can't have meant. */
function leftOut(expression: string, timezone: string | undefined): string | undefined {
  return daysLeftOut(expression) ?? (timezone === undefined ? undefined : timesLeftOut(expression, timezone));
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

function daysLeftOut(expression: string): string | undefined {
  const short = shortMonths(expression);
  if (!short) return undefined;
  const months = short.months.map((month) => MONTHS[month - 1]).join(", ");
  return `${shown(expression)} has day ${short.days.join(", ")}, which ${months} ${short.months.length > 1 ? "do" : "does"} not always have: nothing would happen then. ${withLastDay(expression)}, or set allowSkipped to true`;
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
  return `${shown(expression)} hits local times that don't exist in ${timezone}, because the clocks are put forward: ${first.replace("T", " at ")}${more}. Nothing would happen then. Choose a time that every day has, or the time zone UTC, or set allowSkipped to true`;
}

function neverInRange({ schedule, timezone, startDate, endDate }: ScheduleArgs): string | undefined {
  const dates = {
    ...(startDate === undefined ? {} : { startDate: String(startDate) }),
    ...(endDate === undefined ? {} : { endDate: String(endDate) }),
  };
  if (nextOccurrence({ expression: String(schedule), timezone: String(timezone), ...dates }, 0) !== undefined)
    return undefined;
  return `${shown(schedule)} never happens between startDate (${startDate ?? "none"}) and endDate (${endDate ?? "none"}) in ${timezone}: change the dates or the expression`;
}
