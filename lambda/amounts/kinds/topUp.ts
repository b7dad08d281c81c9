import type { OfAccount } from "../../agreements/amountConfig";
import { accountOptions, cents } from "../../agreements/amountOptions";
import { applyLimits, SMALLEST_TRANSFER_CENTS } from "../limits";
import type { KindDefinition } from "./kind";

/** What an account lacks to a target. */
export interface TopUpSpec extends OfAccount {
  readonly kind: "TopUp";
  readonly targetCents: number;
}

export const topUp: KindDefinition<TopUpSpec> = {
  readsAccounts: true,
  options: { ...accountOptions, targetCents: cents(SMALLEST_TRANSFER_CENTS) },
  contradiction: (spec) =>
    applyLimits(spec.targetCents, spec).cents === 0
      ? {
          option: "targetCents",
          reason: `is ${spec.targetCents}; with these limits the answer would be 0 even for an empty account: lower minCents or roundToCents`,
        }
      : undefined,
  // An overdrawn account lacks its overdraft too.
  compute: async (spec, { accounts }) => spec.targetCents - (await accounts.balanceCents(spec.account, spec)),
};
