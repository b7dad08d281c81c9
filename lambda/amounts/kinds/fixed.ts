import { cents } from "../../agreements/amountOptions";
import { SMALLEST_TRANSFER_CENTS } from "../limits";
import type { KindDefinition } from "./kind";

/** Always the same amount. */
export interface FixedSpec {
  readonly kind: "Fixed";
  /** 0 switches the transfer off without a change in Sequence. */
  readonly cents: number;
}

export const fixed: KindDefinition<FixedSpec> = {
  readsAccounts: false,
  options: { cents: cents(SMALLEST_TRANSFER_CENTS, true) },
  compute: (spec) => spec.cents,
};
