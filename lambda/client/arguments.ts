import { didYouMean } from "../agreements/didYouMean";
import { being, beingSecret, shown } from "../agreements/shown";
import { wholeNumber } from "../agreements/values";
import { SequenceError } from "./errors";

/** An argument or option that is not allowed. Nothing has been sent. */
export function invalidArgument(message: string, redact?: (text: string) => string): SequenceError {
  return new SequenceError(message, { code: "INVALID_ARGUMENT", outcome: "not-executed", ...(redact && { redact }) });
}

/** Refuses an options argument that is no object, or has an option of another name: a mistyped key must not be ignored. */
export function checkOptionNames(where: string, options: unknown, allowed: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options))
    // Who forgets the braces gives the credential itself.
    throw invalidArgument(`${where}: options ${beingSecret(options)}; it must be an object`);
  for (const name of Object.keys(options))
    if (!allowed.includes(name))
      throw invalidArgument(
        `${where}: ${shown(name)} is no option; it must be one of ${allowed.join(", ")}${didYouMean(name, allowed)}`,
      );
}

/** Refuses what is not a whole number from 1 to `max`; `unit` is what it counts. */
export function checkNumber(where: string, value: unknown, max: number, unit: string): number {
  const problem = wholeNumber(1, max, unit)(value);
  if (problem !== undefined) throw invalidArgument(`${where} ${problem}`);
  return value as number;
}

export function checkSignal(where: string, signal: unknown): void {
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw invalidArgument(`${where}: signal ${being(signal)}; it must be an AbortSignal`);
}
