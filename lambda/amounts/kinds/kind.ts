import type { OptionRule } from "../../agreements/amountOptions";
import type { AmountContext, CustomAmount } from "../context";

/** What an amount is computed from. */
export interface AmountScope extends AmountContext {
  /** The export of the amounts module with this name. Throws `AmountError` if there is none. */
  readonly customAmount: (exportName: string) => CustomAmount;
}

/** One kind of amount. A new kind is a file that declares its options and one of these, and a line in the table. */
export interface KindDefinition<Spec> {
  /** Whether it needs Sequence's accounts, so that the access token is read in the init phase. */
  readonly readsAccounts: boolean;
  /** Every option that it takes; any other is refused. */
  readonly options: { readonly [Option in Exclude<keyof Spec, "kind">]-?: OptionRule };
  /** What is wrong with options that are fine one by one. */
  contradiction?(spec: Spec, name: string): { readonly option: string; readonly reason: string } | undefined;
  /** The amount before its limits, in whole cents; below 0 if there is nothing to move. */
  compute(spec: Spec, scope: AmountScope): number | Promise<number>;
}
