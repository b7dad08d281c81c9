import type { AmountContext, CustomAmount } from "../context";

/** What an amount is computed from. */
export interface AmountScope extends AmountContext {
  /** The export of the amounts module with this name. Throws `AmountError` if there is none. */
  readonly customAmount: (exportName: string) => CustomAmount;
}

/** How a kind of amount is computed: before its limits, in whole cents; below 0 if there is nothing to move. */
export type Compute<Spec> = (spec: Spec, scope: AmountScope) => number | Promise<number>;
