import { shown } from "../agreements/shown";
import { type DayOfMonth, type DayOfWeek, parseDayOfMonth, parseDayOfWeek, refuseTwoDayFields } from "./dayFields";
import { fields, parseValues, ScheduleError } from "./fields";

export { ScheduleError } from "./fields";

/** A `cron(...)` expression, its lists, ranges and steps written out. Lists are ascending. */
export interface ParsedCron {
  readonly expression: string;
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly dayOfMonth: DayOfMonth;
  readonly months: readonly number[];
  readonly dayOfWeek: DayOfWeek;
  readonly years: readonly number[];
}

const EXAMPLE = '"cron(0 9 1,15 * ? *)" is 09:00 on the 1st and the 15th';

/**
 * Reads an EventBridge Scheduler expression `cron(minutes hours day-of-month month day-of-week year)`.
 *
 * AWS's grammar, checked here and not by a cron library, because none has exactly this one
 * (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html). What AWS doesn't document, or documents
 * ambiguously, is refused: a schedule that AWS reads differently moves money on the wrong day.
 *
 * Throws `ScheduleError` that says which field, its value, what is allowed and what to write instead.
 */
export function parseCron(expression: string): ParsedCron {
  const found = known.get(expression);
  if (found) return found;
  const cron = read(expression);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(expression, cron);
  return cron;
}

/** The daily check and every message ask for the same expressions again. */
const known = new Map<string, ParsedCron>();
const MOST_KNOWN = 100;

function read(expression: string): ParsedCron {
  const texts = split(expression);
  const dayOfMonth = parseDayOfMonth(texts[2]);
  const dayOfWeek = parseDayOfWeek(texts[4]);
  refuseTwoDayFields(texts[2], texts[4]);
  return {
    expression,
    minutes: parseValues(fields.minutes, texts[0]),
    hours: parseValues(fields.hours, texts[1]),
    dayOfMonth,
    months: parseValues(fields.month, texts[3]),
    dayOfWeek,
    years: parseValues(fields.year, texts[5]),
  };
}

function split(expression: string): [string, string, string, string, string, string] {
  const inner = /^cron\((.*)\)$/s.exec(expression)?.[1];
  if (inner === undefined) throw new ScheduleError(notCron(expression));
  const [minutes, hours, dayOfMonth, month, dayOfWeek, year, ...rest] = inner.split(/ +/);
  if (!minutes || !hours || !dayOfMonth || !month || !dayOfWeek || !year || rest.length > 0) {
    const count = inner.split(/\s+/).filter((text) => text !== "").length;
    const hint =
      count === 5
        ? "; this looks like Unix cron: add the year (*), put ? into one day field, and count weekdays from 1 = Sunday"
        : "";
    throw new ScheduleError(
      `the expression is ${shown(expression)}, which has ${count} fields; it must have six, one space between them: minutes hours day-of-month month day-of-week year${hint}. For example ${EXAMPLE}`,
    );
  }
  return [minutes, hours, dayOfMonth, month, dayOfWeek, year];
}

function notCron(expression: string): string {
  const rate = /^rate\(\s*(\d+)\s+(minute|hour|day)s?\s*\)$/.exec(expression);
  const given = `the expression is ${shown(expression)}; it must be`;
  if (rate) return `${given} ${notRate}. ${cronForRate(Number(rate[1]), rate[2] as RateUnit)}`;
  if (expression.startsWith("rate(")) return `${given} ${notRate}. Write cron(...): ${EXAMPLE}`;
  const at = /^at\((\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::\d\d)?\)$/.exec(expression);
  if (at) {
    const [year, month, day, hour, minute] = at.slice(1).map(Number);
    return `${given} ${notAt}. Write "cron(${minute} ${hour} ${day} ${month} ? ${year})" with the same time zone`;
  }
  if (expression.startsWith("at(")) return `${given} ${notAt}. Write cron(...): ${EXAMPLE}`;
  const meant = `cron(${expression.replace(/^\s*(?:cron\s*)?\(?\s*|\s*\)?\s*$/gi, "").replace(/\s+/g, " ")})`;
  const instead = isCron(meant) ? `. Write "${meant}"` : `: ${EXAMPLE}`;
  return `${given} of the form cron(minutes hours day-of-month month day-of-week year)${instead}`;
}

function isCron(expression: string): boolean {
  try {
    parseCron(expression);
    return true;
  } catch {
    return false;
  }
}

const notRate = "cron(...), because rate(...) starts anew whenever the schedule is made again";
const notAt = "cron(...), because at(...) is not supported";

type RateUnit = "minute" | "hour" | "day";

/** The cron that does what a rate does, as long as the rate divides the next larger unit; other rates have none. */
function cronForRate(value: number, unit: RateUnit): string {
  if (value === 1 && unit === "minute") return 'Write "cron(* * * * ? *)"';
  if (unit === "minute" && value > 0 && 60 % value === 0)
    return value === 60 ? 'Write "cron(0 * * * ? *)"' : `Write "cron(0/${value} * * * ? *)"`;
  if (value === 1 && unit === "hour") return 'Write "cron(0 * * * ? *)"';
  if (unit === "hour" && value > 0 && 24 % value === 0)
    return value === 24 ? 'Write "cron(0 9 * * ? *)" for every day at 09:00' : `Write "cron(0 0/${value} * * ? *)"`;
  if (unit === "day" && value === 1) return 'Write "cron(0 9 * * ? *)" for every day at 09:00';
  if (unit === "day" && value === 7) return 'Write "cron(0 9 ? * MON *)" for every Monday at 09:00';
  return `No cron has exactly this rhythm; choose fixed times instead, such as "cron(0 9 ? * MON *)" for every Monday at 09:00 or "cron(0 9 1,15 * ? *)" for the 1st and the 15th`;
}
