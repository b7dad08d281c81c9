import { findAccount } from "../client/accounts";
import type { Account, AccountList } from "../client/types";
import type { AmountAccounts } from "./context";
import { AmountError, amountErrorOf } from "./error";

/**
 * The types whose balances Sequence keeps itself. Every other type, also one that Sequence adds later, counts as external:
 * its balance comes from a provider and can be a day old (contract section 3).
 */
const OWN_TYPES = ["Pod", "Income Source"];

/** The accounts of one request: `read` is called at the first use and never again. */
export function accountsOf(read: () => Promise<AccountList>): AmountAccounts {
  let reading: Promise<AccountList> | undefined;
  const once = () => {
    reading ??= read();
    return reading;
  };
  return {
    list: async () => (await once()).accounts,
    find: async (idOrName) => found(await once(), idOrName),
    balanceCents: async (idOrName, options = {}) =>
      balanceOf(found(await once(), idOrName), options.allowExternalBalance === true),
  };
}

function found(list: AccountList, idOrName: string): Account {
  try {
    return findAccount(list, idOrName);
  } catch (error) {
    throw amountErrorOf(error, "INTERNAL");
  }
}

function balanceOf(account: Account, allowExternalBalance: boolean): number {
  const { balance } = account;
  if (!OWN_TYPES.includes(account.type) && !allowExternalBalance)
    throw new AmountError(
      "EXTERNAL_BALANCE_REFUSED",
      `${nameAndId(account)} is of type "${account.type}"; its balance can be a day old. Set allowExternalBalance: true to ` +
        `accept that, or use an account of type ${OWN_TYPES.map((type) => `"${type}"`).join(" or ")}.`,
    );
  if (!balance.known)
    throw new AmountError("BALANCE_UNKNOWN", `the balance of ${nameAndId(account)} is not known: ${balance.reason}`);
  if (!Number.isSafeInteger(balance.cents))
    throw new AmountError("BALANCE_UNKNOWN", `the balance of ${nameAndId(account)} is no whole number of cents`);
  return balance.cents;
}

function nameAndId(account: Account): string {
  return `account "${account.name}" (${account.id})`;
}
