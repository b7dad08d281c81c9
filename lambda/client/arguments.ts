import { shown } from "../agreements/shown";
import { SequenceError } from "./errors";

/** An argument or option that is not allowed. Nothing has been sent. */
export function invalidArgument(message: string, redact?: (text: string) => string): SequenceError {
  return new SequenceError(message, { code: "INVALID_ARGUMENT", outcome: "not-executed", ...(redact && { redact }) });
}

/** Refuses an options argument that is no object, or has an option of another name: a mistyped key must not be ignored. */
export function checkOptionNames(where: string, options: unknown, allowed: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options))
    throw invalidArgument(`${where}: the options must be an object, not ${shown(options)}`);
  for (const name of Object.keys(options))
    if (!allowed.includes(name))
      throw invalidArgument(`${where}: there is no option ${shown(name)}; the options are ${allowed.join(", ")}`);
}

/** Refuses a number that is not an integer from `min` to `max`. */
export function checkInteger(where: string, value: unknown, min: number, max: number): number {
  if (!Number.isSafeInteger(value) || (value as number) < min || (value as number) > max)
    throw invalidArgument(`${where} must be an integer from ${min} to ${max}, not ${shown(value)}`);
  return value as number;
}

export function checkSignal(where: string, signal: unknown): void {
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw invalidArgument(`${where}: signal must be an AbortSignal, not ${shown(signal)}`);
}
