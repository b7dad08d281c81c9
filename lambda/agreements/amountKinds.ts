import { type AmountLimits, applyLimits, SMALLEST_TRANSFER_CENTS } from "./amountLimits";
import {
  accountOptions,
  cents,
  exportName,
  limitOptions,
  type OptionRule,
  optional,
  pausable,
  percent,
} from "./amountOptions";

interface Pausable {
  /** Every question gets an error. */
  readonly paused?: boolean;
}

/** An amount that depends on the balance of one account, named by id or exact name. */
interface OfAccount extends AmountLimits, Pausable {
  readonly account: string;
  /** Must be true for an account of type `Account`: its balance can be a day old. */
  readonly allowExternalBalance?: boolean;
}

/** Always the same amount. */
export interface FixedSpec extends Pausable {
  readonly kind: "Fixed";
  /** 0 switches the transfer off without a change in Sequence. */
  readonly cents: number;
}

/** A share of an account's balance. */
export interface PercentSpec extends OfAccount {
  readonly kind: "Percent";
  /** Above 0, at most 100, at most two decimals. */
  readonly percent: number;
}

/** What an account lacks to a target. */
export interface TopUpSpec extends OfAccount {
  readonly kind: "TopUp";
  readonly targetCents: number;
}

/** What an account has above a floor. */
export interface SweepSpec extends OfAccount {
  readonly kind: "Sweep";
  readonly floorCents: number;
}

/** The result of a function that the amounts module exports. */
export interface CustomSpec extends AmountLimits, Pausable {
  readonly kind: "Custom";
  /** Defaults to the amount's name. */
  readonly export?: string;
}

/** How an amount comes about. */
export type AmountSpec = FixedSpec | PercentSpec | TopUpSpec | SweepSpec | CustomSpec;
export type AmountKindName = AmountSpec["kind"];

/** What the options of one kind must be. */
export interface KindRules<Spec> {
  /** Whether it needs Sequence's accounts, so that the access token is read in the init phase. */
  readonly readsAccounts: boolean;
  /** Every option that it takes; any other is refused. */
  readonly options: { readonly [Option in Exclude<keyof Spec, "kind">]-?: OptionRule };
  /** What is wrong with options that are fine one by one. */
  contradiction?(spec: Spec, name: string): { readonly option: string; readonly reason: string } | undefined;
}

/** The rules of every kind of amount. How each is computed is in lambda/amounts/kinds. */
export const amountKinds: { readonly [Kind in AmountKindName]: KindRules<Extract<AmountSpec, { kind: Kind }>> } = {
  Fixed: { readsAccounts: false, options: { cents: cents(SMALLEST_TRANSFER_CENTS, true), ...pausable } },
  Percent: { readsAccounts: true, options: { ...accountOptions, percent } },
  TopUp: {
    readsAccounts: true,
    options: { ...accountOptions, targetCents: cents(SMALLEST_TRANSFER_CENTS) },
    contradiction: (spec) =>
      applyLimits(spec.targetCents, spec).cents === 0
        ? {
            option: "targetCents",
            reason: `is ${spec.targetCents}; with these limits the answer would be 0 even for an empty account: lower minCents or roundToCents`,
          }
        : undefined,
  },
  Sweep: { readsAccounts: true, options: { ...accountOptions, floorCents: cents(0) } },
  Custom: {
    readsAccounts: true,
    options: { ...limitOptions, export: optional(exportName), ...pausable },
    contradiction: (spec, name) =>
      spec.export === undefined && exportName.problem(name) !== undefined
        ? {
            option: "export",
            reason: `is missing, and "${name}" can't be the name of an export: say which export it is`,
          }
        : undefined,
  },
};

/** The rules of `spec`'s kind. The table's type can't say that these rules belong to this spec. */
export function rulesOf(spec: AmountSpec): KindRules<AmountSpec> {
  return amountKinds[spec.kind] as KindRules<AmountSpec>;
}
