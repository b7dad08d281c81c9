/**
 * Converts between instants and wall times, which are what clocks in a time zone show. A wall time is written as the milliseconds
 * since the epoch at which UTC's clock would show it.
 */

const DAY_MS = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** What the clocks in `timezone` show at `instantMs`, to the second. */
export function wallTimeAt(instantMs: number, timezone: string): number {
  if (timezone === "UTC") return instantMs;
  const shown = { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0 };
  for (const { type, value } of formatOf(timezone).formatToParts(instantMs))
    if (type in shown) shown[type as keyof typeof shown] = Number(value);
  return Date.UTC(shown.year, shown.month - 1, shown.day, shown.hour, shown.minute, shown.second);
}

/**
 * The instant at which the clocks in `timezone` show `wallMs`: undefined if they skip it, the first one if they show it twice.
 * That is what EventBridge Scheduler does with both
 * (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time).
 */
export function instantOfWallTime(wallMs: number, timezone: string): number | undefined {
  if (timezone === "UTC") return wallMs;
  // A day away on either side is beyond any change of the clocks that could concern this wall time: zones are within 14 hours of
  // UTC, and the largest change there was skipped one day (Pacific/Apia, 2011).
  const offsets = new Set([offsetAt(wallMs - DAY_MS, timezone), offsetAt(wallMs + DAY_MS, timezone)]);
  const instants = [...offsets]
    .map((offset) => wallMs - offset)
    .filter((instant) => wallTimeAt(instant, timezone) === wallMs);
  return instants.length > 0 ? Math.min(...instants) : undefined;
}

/** How far the clocks in `timezone` are ahead of UTC at `instantMs` (whole seconds). */
export function offsetAt(instantMs: number, timezone: string): number {
  return wallTimeAt(instantMs, timezone) - instantMs;
}

function formatOf(timezone: string): Intl.DateTimeFormat {
  const cached = formats.get(timezone);
  if (cached) return cached;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: timezone,
    calendar: "gregory",
    numberingSystem: "latn",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  formats.set(timezone, format);
  return format;
}
