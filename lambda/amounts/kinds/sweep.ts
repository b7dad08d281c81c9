import type { SweepSpec } from "../../agreements/amountKinds";
import type { Compute } from "./kind";

export const sweep: Compute<SweepSpec> = async (spec, { accounts }) =>
  (await accounts.balanceCents(spec.account, spec)) - spec.floorCents;
