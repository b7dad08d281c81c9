const FORM = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/;

/** Milliseconds since the epoch of an ISO 8601 time with a zone, or undefined for anything else, the 30th of February included. */
export function instantOf(text: string): number | undefined {
  const parts = FORM.exec(text);
  if (!parts) return undefined;
  const [, year, month, day] = parts.map(Number);
  // Date.parse takes the 30th of February for the 2nd of March.
  if (day === undefined || day > new Date(Date.UTC(year ?? 0, month ?? 0, 0)).getUTCDate()) return undefined;
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? undefined : instant;
}

/** `2026-12-01T14:00:00Z`: UTC, whole seconds, as Scheduler writes times. */
export function utcSeconds(instant: number): string {
  return `${new Date(Math.floor(instant / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}
