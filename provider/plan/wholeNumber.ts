import { shown } from "../../lambda/agreements/shown";
import type { Check } from "./gate";

/** A check for a whole number from `min` to `max`; `unit` is what it counts. */
export function wholeNumber(min: number, max: number, unit: string): Check<unknown> {
  return (value) => {
    if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) return undefined;
    return `${shown(value)} is not allowed: give a whole number of ${unit} from ${min} to ${max}`;
  };
}
