import type { FixedSpec } from "../../agreements/amountKinds";
import type { Compute } from "./kind";

export const fixed: Compute<FixedSpec> = (spec) => spec.cents;
