import type { OfAccount } from "../../agreements/amountConfig";
import { accountOptions, cents } from "../../agreements/amountOptions";
import type { KindDefinition } from "./kind";

/** What an account has above a floor. */
export interface SweepSpec extends OfAccount {
  readonly kind: "Sweep";
  readonly floorCents: number;
}

export const sweep: KindDefinition<SweepSpec> = {
  readsAccounts: true,
  options: { ...accountOptions, floorCents: cents(0) },
  compute: async (spec, { accounts }) => (await accounts.balanceCents(spec.account, spec)) - spec.floorCents,
};
