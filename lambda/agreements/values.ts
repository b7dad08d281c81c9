import { being } from "./shown";

/** What is wrong with a value: what it is, what it must be. Reads on from the value's name. */
type ValueProblem = (value: unknown) => string | undefined;

/** A whole number from `min` to `max`; `unit` is what it counts. */
export function wholeNumber(min: number, max: number, unit: string): ValueProblem {
  return (value) =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max
      ? undefined
      : `${being(value)}; it must be a whole number of ${unit} from ${min} to ${max}${withoutQuotes(value)}`;
}

export const trueOrFalse: ValueProblem = (value) =>
  typeof value === "boolean" ? undefined : `${being(value)}; it must be true or false, without quotation marks`;

/** What to do about a number that was given as a text. */
export function withoutQuotes(value: unknown): string {
  return typeof value === "string" && /^\s*-?\d+(\.\d+)?\s*$/.test(value)
    ? `: write ${value.trim()} without quotes`
    : "";
}
