import { type Amount, AmountKind } from "./args";

// `Amount` has the options of every kind, because Pulumi's schema knows no unions. These functions take only those of one.

type Limits = "maxCents" | "roundToCents" | "minCents";
type OfAccount = Limits | "allowExternalBalance";
type Options<Required extends keyof Amount, Optional extends keyof Amount = never> = {
  [Option in Required]-?: NonNullable<Amount[Option]>;
} & Pick<Amount, Optional>;

/** Amounts for programs in TypeScript: the compiler refuses an option that belongs to another kind, or that is missing. */
export const amount = {
  /** Always `cents`. */
  fixed: (options: Options<"cents">): Amount => ({ kind: AmountKind.Fixed, ...options }),
  /** `percent` of the balance of `account`, rounded down to a cent. */
  percent: (options: Options<"account" | "percent", OfAccount>): Amount => ({ kind: AmountKind.Percent, ...options }),
  /** What `account` lacks to `targetCents`. */
  topUp: (options: Options<"account" | "targetCents", OfAccount>): Amount => ({ kind: AmountKind.TopUp, ...options }),
  /** What `account` holds above `floorCents`. */
  sweep: (options: Options<"account" | "floorCents", OfAccount>): Amount => ({ kind: AmountKind.Sweep, ...options }),
  /** What an export of `amountsModule` returns. */
  custom: (options: Options<never, Limits | "export"> = {}): Amount => ({ kind: AmountKind.Custom, ...options }),
};
