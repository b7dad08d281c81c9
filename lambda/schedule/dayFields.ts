import { shown } from "../agreements/shown";
import { type Field, fields, parseNumber, parseValues, ScheduleError } from "./fields";

/** The day-of-month field. Days are 1-31. */
export type DayOfMonth =
  | { readonly kind: "any" }
  | { readonly kind: "days"; readonly days: readonly number[] }
  /** `L`: the month's last day. */
  | { readonly kind: "last" }
  /** `LW`: the month's last day from Monday to Friday. */
  | { readonly kind: "lastWeekday" }
  /** `15W`: the day from Monday to Friday nearest to the 15th, within the month. The day is 1-28. */
  | { readonly kind: "nearestWeekday"; readonly day: number };

/** The day-of-week field. Days are 1-7 for Sunday to Saturday. */
export type DayOfWeek =
  | { readonly kind: "any" }
  | { readonly kind: "days"; readonly days: readonly number[] }
  /** `6L`: the month's last Friday. */
  | { readonly kind: "last"; readonly day: number }
  /** `3#2`: the month's second Tuesday. */
  | { readonly kind: "nth"; readonly day: number; readonly nth: number };

export function parseDayOfMonth(text: string): DayOfMonth {
  if (text === "?" || text === "*") return { kind: "any" };
  if (text === "L") return { kind: "last" };
  if (text === "LW") return { kind: "lastWeekday" };
  const weekday = /^(\d+)W$/.exec(text);
  if (weekday) {
    const day = parseNumber(fields.dayOfMonth, weekday[1] as string, text);
    if (day > 28)
      throw problem(
        fields.dayOfMonth,
        text,
        `it must be 1W to 28W, because not every month has day ${day}, and what W means in the others isn't documented`,
        "write LW for the last weekday of the month",
      );
    return { kind: "nearestWeekday", day };
  }
  if (/[LW]/.test(text))
    throw problem(
      fields.dayOfMonth,
      text,
      "L (last day), LW (last weekday) and a day with W (15W: the weekday nearest to the 15th) must stand alone, not in a list, range or step",
      "make one trigger for each",
    );
  const days = parseValues(fields.dayOfMonth, text);
  return days.length === 31 ? { kind: "any" } : { kind: "days", days };
}

export function parseDayOfWeek(text: string): DayOfWeek {
  const field = fields.dayOfWeek;
  if (text === "?" || text === "*") return { kind: "any" };
  if (text === "L")
    throw problem(
      field,
      text,
      "L alone is the last day of the week, every Saturday, and easily taken for a day of the month",
      "write SAT for every Saturday, 6L or FRIL for the last Friday of the month",
    );
  const last = /^([A-Za-z]{3}|\d+)L$/.exec(text);
  if (last) return { kind: "last", day: parseNumber(field, last[1] as string, text) };
  const nth = /^([A-Za-z]{3}|\d+)#(\d+)$/.exec(text);
  if (nth) {
    const count = Number(nth[2]);
    if (count < 1 || count > 5)
      throw problem(
        field,
        text,
        "it must count 1 to 5, because a month has 1 to 5 of a weekday",
        "write 3#2 for the second Tuesday",
      );
    return { kind: "nth", day: parseNumber(field, nth[1] as string, text), nth: count };
  }
  if (/[#]|L(?![A-Z])/.test(text))
    throw problem(
      field,
      text,
      "L and # must stand alone, with one weekday",
      "write 6L for the last Friday, 3#2 for the second Tuesday, and make one trigger for each",
    );
  const days = parseValues(field, text);
  return days.length === 7 ? { kind: "any" } : { kind: "days", days };
}

export function refuseTwoDayFields(dayOfMonth: string, dayOfWeek: string): void {
  if ((dayOfMonth === "?") !== (dayOfWeek === "?")) return;
  throw new ScheduleError(
    `day-of-month is ${shown(dayOfMonth)} and day-of-week is ${shown(dayOfWeek)}; exactly one of them must be ?. Write "1,15 * ?" for days of the month, "? * MON" for weekdays, "* * ?" for every day`,
  );
}

function problem(field: Field, text: string, rule: string, instead: string): ScheduleError {
  return new ScheduleError(`${field.name} is ${shown(text)}; ${rule}: ${instead}`);
}
