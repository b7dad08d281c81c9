import { being } from "../../lambda/agreements/shown";
import { UserError } from "../engine";
import { didYouMean } from "../settings";

/** Throws `UserError` if `given` is no object, or has a property that isn't among `allowed`. `what` says what has it, such as `startSandbox`. */
export function refuseUnknown(given: object, allowed: readonly string[], what: string): void {
  if (typeof given !== "object" || given === null)
    throw new UserError(`what ${what} is given ${being(given)}; it must be an object with ${allowed.join(", ")}.`);
  const unknown = Object.keys(given).find((name) => !allowed.includes(name));
  if (unknown === undefined) return;
  throw new UserError(
    `${what} has no option "${unknown}"; its options are ${allowed.join(", ")}.${didYouMean(unknown, allowed)}`,
  );
}

/** Throws `UserError` if an option is given and isn't one of these. */
export function requireOneOf(value: unknown, allowed: readonly string[], what: string): void {
  if (value === undefined || allowed.includes(value as string)) return;
  throw new UserError(
    `${what} ${being(value)}; it must be one of ${allowed.join(", ")}.${didYouMean(String(value), allowed)}`,
  );
}
