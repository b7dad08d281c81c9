import type { OfAccount } from "../../agreements/amountConfig";
import { accountOptions, type OptionRule, show } from "../../agreements/amountOptions";
import type { KindDefinition } from "./kind";

/** A share of an account's balance. */
export interface PercentSpec extends OfAccount {
  readonly kind: "Percent";
  /** Above 0, at most 100, at most two decimals. */
  readonly percent: number;
}

const percentOption: OptionRule = {
  required: true,
  problem: (value) =>
    // The shortest decimal text that is the number shows its decimals; arithmetic would be off by rounding.
    typeof value === "number" && value > 0 && value <= 100 && /^\d+(\.\d{1,2})?$/.test(String(value))
      ? undefined
      : `is ${show(value)}; it must be a number above 0 and at most 100 with at most two decimals, such as 12.5`,
};

export const percent: KindDefinition<PercentSpec> = {
  readsAccounts: true,
  options: { ...accountOptions, percent: percentOption },
  compute: async (spec, { accounts }) => percentOf(await accounts.balanceCents(spec.account, spec), spec.percent),
};

/** `share` percent of `balanceCents`, rounded down; 0 of an overdrawn account. Exact: computed in integers. */
export function percentOf(balanceCents: number, share: number): number {
  if (balanceCents <= 0) return 0;
  const hundredths = Math.round(share * 100);
  return Number((BigInt(balanceCents) * BigInt(hundredths)) / 10_000n);
}
