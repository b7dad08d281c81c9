import type { AmountKindName, AmountSpec } from "../../agreements/amountKinds";
import { custom } from "./custom";
import { fixed } from "./fixed";
import type { AmountScope, Compute } from "./kind";
import { percent } from "./percent";
import { sweep } from "./sweep";
import { topUp } from "./topUp";

const computations: { readonly [Kind in AmountKindName]: Compute<Extract<AmountSpec, { kind: Kind }>> } = {
  Fixed: fixed,
  Percent: percent,
  TopUp: topUp,
  Sweep: sweep,
  Custom: custom,
};

/** What the kind of `spec` computes, before limits. The table's type can't say that its entry belongs to this spec. */
export function computeAmount(spec: AmountSpec, scope: AmountScope): number | Promise<number> {
  return (computations[spec.kind] as Compute<AmountSpec>)(spec, scope);
}
