import type { Account, AccountList, CallOptions } from "../client/types";
import type { Logger } from "../log";

/** The accounts of the access token's owner. They are read once a request, when first used. */
export interface AmountAccounts {
  /** All accounts that Sequence could read. Rejects with `AmountError` if the accounts can't be read. */
  list(): Promise<readonly Account[]>;
  /** The account with this id, else with exactly this name. Rejects with `AmountError` if there is none or are several. */
  find(idOrName: string): Promise<Account>;
  /**
   * The balance of an account in cents; below 0 if it is overdrawn. Rejects with `AmountError` if it is not known, or if the
   * account is neither a pod nor an income source and `allowExternalBalance` isn't true.
   */
  balanceCents(idOrName: string, options?: { readonly allowExternalBalance?: boolean }): Promise<number>;
}

/** What of the client an amount uses. */
export interface AmountClient {
  getAccounts(options?: CallOptions): Promise<AccountList>;
}

/** Sequence's request. Nothing is published about its headers and body: an amount must not depend on them. */
export interface AmountRequest {
  /** AWS's id of this request; every log line of the request has it. */
  readonly awsRequestId: string;
  /** With lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The body as text, or `undefined` if there is none. */
  text(): string | undefined;
  /** The body as JSON, or `undefined` if it isn't any. */
  json(): unknown;
}

/** What a custom amount is called with. */
export interface AmountContext {
  /** The amount's name. */
  readonly name: string;
  readonly accounts: AmountAccounts;
  /** For what `accounts` doesn't offer. A call ends with the request. */
  readonly client: AmountClient;
  readonly now: Date;
  readonly request: AmountRequest;
  readonly log: Logger;
  /** Aborts when the time for the answer is over, or the answer has been given. */
  readonly signal: AbortSignal;
}

/** A custom amount: resolves to a non-negative whole number of cents, 0 for "no transfer". */
export type CustomAmount = (context: AmountContext) => number | Promise<number>;
