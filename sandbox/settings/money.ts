import type { Place } from "./place";

/** A balance beyond this is a slip of the pen, and all sums of them stay exact. 1,000,000,000 dollars. */
export const LARGEST_BALANCE_CENTS = 100_000_000_000;

/** Dollars as whole cents, read from the digits as they are written. */
export function readDollars(place: Place): number | undefined {
  const numeral = place.numeral();
  if (numeral === undefined) return undefined;
  const match = /^(-?)(\d+)(?:\.(\d*))?$/.exec(numeral);
  if (!match) return place.problem(`must be written in plain digits such as 25342.77; it is ${numeral}.`);
  const [, sign, whole = "", fraction = ""] = match;
  const parts = fraction.replace(/0+$/, "");
  if (parts.length > 2) return place.problem(`${numeral} has a fraction of a cent; at most two decimals are allowed.`);
  const cents = Number(whole) * 100 + Number(parts.padEnd(2, "0"));
  if (cents > LARGEST_BALANCE_CENTS)
    return place.problem(`must be from -1000000000 to 1000000000 dollars; it is ${numeral}.`);
  return sign === "-" && cents !== 0 ? -cents : cents;
}

/** The amount of a transfer, in cents. */
export function readCents(place: Place): number | undefined {
  const numeral = place.numeral();
  if (numeral === undefined) return undefined;
  if (!/^\d+$/.test(numeral) || Number(numeral) > LARGEST_BALANCE_CENTS)
    return place.problem(`must be a whole number of cents from 0 to ${LARGEST_BALANCE_CENTS}; it is ${numeral}.`);
  return Number(numeral);
}
