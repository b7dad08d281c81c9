/** A longer wait than this is taken for a mistake of the server. */
export const LONGEST_RETRY_AFTER_MS = 3_600_000;

/** RFC 9110 section 5.6.7, in its current and its two obsolete forms. */
const HTTP_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /;

/**
 * The wait that a `Retry-After` header asks for, in milliseconds from `now`: seconds or an HTTP date, at most one hour, 0 for
 * a date in the past. Undefined if there is none or it can't be read.
 */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  const value = header?.trim() ?? "";
  if (/^\d+(\.\d+)?$/.test(value)) return capped(Number(value) * 1000);
  if (!HTTP_DATE.test(value)) return undefined;
  // The asctime form names no zone; it is GMT like the others.
  const instant = Date.parse(value.endsWith("GMT") ? value : `${value} GMT`);
  return Number.isNaN(instant) ? undefined : capped(instant - now);
}

function capped(ms: number): number {
  return Math.min(Math.max(0, Math.ceil(ms)), LONGEST_RETRY_AFTER_MS);
}
