import { SMALLEST_TRANSFER_CENTS } from "./amountLimits";
import { being } from "./shown";
import { trueOrFalse, withoutQuotes } from "./values";

/** What a value of an option must be. */
export interface OptionRule {
  readonly required: boolean;
  /** What is wrong with the value: what it is, what is allowed, what to do. */
  problem(value: unknown): string | undefined;
}

/** A rule whose option may be left out. */
export function optional(rule: OptionRule): OptionRule {
  return { ...rule, required: false };
}

/** A whole number of cents, at least `min`, or 0 if that is allowed in spite of a greater `min`. */
export function cents(min: number, zeroAllowed = false): OptionRule {
  const allowed = `a whole number of cents, ${zeroAllowed ? "0 or " : ""}at least ${min}`;
  return {
    required: true,
    problem(value) {
      if (typeof value !== "number" || !Number.isFinite(value))
        return `${being(value)}; it must be ${allowed}${withoutQuotes(value)}`;
      if (!Number.isSafeInteger(value)) return `is ${value}; it must be ${allowed}${inCents(value)}`;
      if (value >= min || (zeroAllowed && value === 0)) return undefined;
      return `is ${value}; it must be ${allowed}${min === SMALLEST_TRANSFER_CENTS ? ", because Sequence makes no transfer under $1.00" : ""}`;
    },
  };
}

function inCents(dollars: number): string {
  const converted = Math.round(dollars * 100);
  return Number.isSafeInteger(converted) ? `: if ${dollars} are dollars, write ${converted}` : "";
}

/** A share of a balance. */
export const percent: OptionRule = {
  required: true,
  problem: (value) =>
    // The shortest decimal text that is the number shows its decimals; arithmetic would be off by rounding.
    typeof value === "number" && value > 0 && value <= 100 && /^\d+(\.\d{1,2})?$/.test(String(value))
      ? undefined
      : `${being(value)}; it must be a number above 0 and at most 100 with at most two decimals, such as 12.5${withoutQuotes(value)}`,
};

/** The name of an export of the amounts module. */
export const exportName: OptionRule = {
  required: true,
  problem: (value) =>
    typeof value === "string" && /^(?!__)[A-Za-z_$][\w$]*$/.test(value)
      ? undefined
      : `${being(value)}; it must be the name of an export of the amounts module`,
};

/** The rules of the options of `AmountLimits`. */
export const limitOptions = {
  maxCents: optional(cents(SMALLEST_TRANSFER_CENTS)),
  roundToCents: optional(cents(1)),
  minCents: optional(cents(SMALLEST_TRANSFER_CENTS)),
};

/** The rule of an option that every kind takes. */
export const pausable = { paused: { required: false, problem: trueOrFalse } };

/** The rules of the options of `OfAccount`. */
export const accountOptions = {
  ...limitOptions,
  account: {
    required: true,
    problem: (value: unknown) =>
      typeof value === "string" && value.trim() !== ""
        ? undefined
        : `${being(value)}; it must be the id of an account, or its exact name as Sequence shows it`,
  },
  allowExternalBalance: { required: false, problem: trueOrFalse },
  ...pausable,
};
