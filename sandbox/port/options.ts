import { UserError } from "../engine";
import { didYouMean } from "../settings";

/** Throws `UserError` if `given` has a property that isn't among `allowed`. `what` says what has it, such as `startSandbox`. */
export function refuseUnknown(given: object, allowed: readonly string[], what: string): void {
  const unknown = Object.keys(given).find((name) => !allowed.includes(name));
  if (unknown === undefined) return;
  throw new UserError(
    `${what} has no option "${unknown}"; its options are ${allowed.join(", ")}.${didYouMean(unknown, allowed)}`,
  );
}
