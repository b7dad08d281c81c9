import { Cron } from "croner";
import type { ParsedCron } from "./cron";

/**
 * The wall times of a cron after `afterMs`, ascending. croner finds them in UTC, where no clock is ever changed; its own handling of
 * time zones differs from AWS's. UTC is given as an offset: by its name, croner would ask Intl for each date, which takes several times as long.
 */
export function* wallTimesAfter(cron: ParsedCron, afterMs: number): Generator<number> {
  const dates = datesOf(cron);
  for (let next = dates.nextRun(new Date(afterMs)); next; next = dates.nextRun(next)) yield next.getTime();
}

/** By expression: making one takes longer than asking it for many dates, and the daily check asks for each trigger's. */
const known = new Map<string, Cron>();
const MOST_KNOWN = 100;

function datesOf(cron: ParsedCron): Cron {
  const found = known.get(cron.expression);
  if (found) return found;
  const dates = new Cron(pattern(cron), { mode: "7-part", alternativeWeekdays: true, utcOffset: 0 });
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(cron.expression, dates);
  return dates;
}

/** The expression in croner's grammar, every list written out, so that nothing depends on how croner reads ranges and steps. */
function pattern(cron: ParsedCron): string {
  return [
    "0",
    cron.minutes.join(","),
    cron.hours.join(","),
    dayOfMonth(cron),
    cron.months.join(","),
    dayOfWeek(cron),
    cron.years.join(","),
  ].join(" ");
}

function dayOfMonth({ dayOfMonth: field }: ParsedCron): string {
  switch (field.kind) {
    case "any":
      return "*";
    case "days":
      return field.days.join(",");
    case "last":
      return "L";
    case "lastWeekday":
      return "LW";
    case "nearestWeekday":
      return `${field.day}W`;
  }
}

function dayOfWeek({ dayOfWeek: field }: ParsedCron): string {
  switch (field.kind) {
    case "any":
      return "*";
    case "days":
      return field.days.join(",");
    case "last":
      return `${field.day}L`;
    case "nth":
      return `${field.day}#${field.nth}`;
  }
}
