import type { CustomAmount } from "./context";

export type { AmountLimits } from "../agreements/amountLimits";
export type { Account, AccountList, Balance, CallOptions } from "../client/types";
export type { LogFields, Logger, MetricUnit } from "../log";
export type { AmountAccounts, AmountClient, AmountContext, AmountRequest, CustomAmount } from "./context";
export { AmountError, type AmountErrorCode } from "./error";
export { type TestAccount, type TestContextOptions, testAmount, testContext } from "./testing";

/**
 * Declares a custom amount: `export const payroll = amount(async ({ accounts }) => ...)` in the amounts module. It resolves
 * to a non-negative whole number of cents, 0 for "no transfer". Anything else, a thrown error included, makes the endpoint
 * answer an error. Returns `compute` itself.
 */
export function amount(compute: CustomAmount): CustomAmount {
  return compute;
}
