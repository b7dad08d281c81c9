import { being } from "../agreements/shown";
import type { Balance } from "./types";

/**
 * How far dollars times 100 may be from a whole cent: what sums of floating-point dollars drift by, and far less than any real
 * fraction of a cent.
 */
const TOLERANCE_CENTS = 1e-6;

/** The rounding of one multiplication and of a decimal fraction to a double, relative to the value. */
const RELATIVE_TOLERANCE = 2 ** -51;

/** $100 billion. Above it a double holds dollars less than a hundred times finer than a cent. */
const LARGEST_CENTS = 1e13;

/**
 * Sequence's dollars in integer cents, or unknown with the reason: not a number, not finite, too large to be exact, or not a
 * whole number of cents. Negative amounts are allowed. Rounds, because truncating is wrong for 5.9 % of all amounts (contract
 * section 3).
 */
export function dollarsToCents(dollars: unknown): Balance {
  if (typeof dollars !== "number") return unknown(`the amount ${being(dollars)}, not a number`);
  if (!Number.isFinite(dollars)) return unknown(`the amount is ${dollars}, not a finite number`);
  const exact = dollars * 100;
  const cents = Math.round(exact);
  if (Math.abs(cents) > LARGEST_CENTS) return unknown(`the amount ${dollars} is too large to be exact to the cent`);
  if (Math.abs(exact - cents) > Math.max(TOLERANCE_CENTS, Math.abs(exact) * RELATIVE_TOLERANCE))
    return unknown(`the amount ${dollars} is not a whole number of cents`);
  // Adding 0 turns -0 into 0.
  return { known: true, cents: cents + 0 };
}

/** A balance that is not known. */
export function unknown(reason: string): Balance {
  return { known: false, reason };
}
