import type { Place } from "./place";

const INSTANT = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/;

/** A date and time with its offset, as milliseconds since the epoch. */
export function readInstant(place: Place): number | undefined {
  const text = place.text();
  if (text === undefined) return undefined;
  const wanted = "must be a date and time with its offset, such as 2026-12-01T08:00:00-05:00";
  const match = INSTANT.exec(text);
  if (!match) return place.problem(`${wanted}; it is "${text}".`);
  const instant = Date.parse(text);
  const [, year, month, day] = match.map(Number);
  // Date.parse makes March 2 of February 30.
  const daysInMonth = new Date(Date.UTC(year as number, month as number, 0)).getUTCDate();
  if (Number.isNaN(instant) || (day as number) > daysInMonth)
    return place.problem(`${wanted}; there is no such date or time as "${text}".`);
  return instant;
}
