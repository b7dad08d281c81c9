import { safeParse } from "valibot";
import { being } from "../../lambda/agreements/shown";
import { UserError } from "../engine";
import { instant } from "../settings/values";
import { refuseUnknown } from "./options";
import type { Span, Time } from "./types";

const LATEST_MS = 8_640_000_000_000_000;

/** In milliseconds since the epoch. Throws `UserError`. */
export function instantOf(time: Time): number {
  const isNumber = typeof time === "number" || time instanceof Date;
  const at = isNumber ? { success: true as const, output: Number(time) } : safeParse(instant, time);
  // Beyond this a `Date` holds no time.
  if (at.success && Math.abs(at.output) <= LATEST_MS) return at.output;
  throw new UserError(
    `the time ${being(time)}; it must be a date and time with its offset, such as 2026-12-01T09:00:00-05:00.`,
  );
}

/** Throws `UserError` after `stop`: nothing would happen any more, and a test would look at that. */
export function requireRunning({ isStopped }: { readonly isStopped: boolean }): void {
  if (isStopped) throw new UserError("the sandbox has stopped: start another one, or call stop() later.");
}

export function millisecondsOf(span: Span): number {
  refuseUnknown(span, ["days", "hours", "minutes", "seconds"], "advanceBy");
  const { days = 0, hours = 0, minutes = 0, seconds = 0 } = span;
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}
