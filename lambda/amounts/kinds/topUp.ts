import type { TopUpSpec } from "../../agreements/amountKinds";
import type { Compute } from "./kind";

// An overdrawn account lacks its overdraft too.
export const topUp: Compute<TopUpSpec> = async (spec, { accounts }) =>
  spec.targetCents - (await accounts.balanceCents(spec.account, spec));
