import type { PercentSpec } from "../../agreements/amountKinds";
import type { Compute } from "./kind";

export const percent: Compute<PercentSpec> = async (spec, { accounts }) =>
  percentOf(await accounts.balanceCents(spec.account, spec), spec.percent);

/** `share` percent of `balanceCents`, rounded down; 0 of an overdrawn account. Exact: computed in integers. */
export function percentOf(balanceCents: number, share: number): number {
  if (balanceCents <= 0) return 0;
  const hundredths = Math.round(share * 100);
  return Number((BigInt(balanceCents) * BigInt(hundredths)) / 10_000n);
}
