import { safeParse } from "valibot";
import { being } from "../../lambda/agreements/shown";
import { UserError } from "../engine";
import { instant } from "../settings/values";
import { refuseUnknown } from "./options";
import type { Span, Time } from "./types";

/** In milliseconds since the epoch. Throws `UserError`. */
export function instantOf(time: Time): number {
  const at = typeof time === "string" ? safeParse(instant, time) : { success: true as const, output: Number(time) };
  if (at.success && Number.isFinite(at.output)) return at.output;
  throw new UserError(
    `the time ${being(time)}; it must be a date and time with its offset, such as 2026-12-01T09:00:00-05:00.`,
  );
}

export function millisecondsOf(span: Span): number {
  refuseUnknown(span, ["days", "hours", "minutes", "seconds"], "advanceBy");
  const { days = 0, hours = 0, minutes = 0, seconds = 0 } = span;
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}
