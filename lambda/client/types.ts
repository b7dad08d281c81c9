import type { JsonObject } from "../agreements/json";

export type { JsonObject, JsonValue } from "../agreements/json";

/** A place that a credential is read from, for secrets that are rotated while the client is in use. */
export interface CredentialSource {
  /** The value to use now; may come from a cache. */
  get(): Promise<string>;
  /**
   * Called once after Sequence answered 401 to the value `rejected`: reads the value afresh. The call is made again only if
   * the result differs from `rejected`.
   */
  refresh?(rejected: string): Promise<string>;
}

/** A credential itself, or a place to read it from. */
export type Credential = string | CredentialSource;

/** A balance in whole cents, or the reason why it is not known. An unknown balance is never 0. */
export type Balance =
  | { readonly known: true; readonly cents: number }
  | { readonly known: false; readonly reason: string };

/** An account of the token's owner. */
export interface Account {
  readonly id: string;
  /** The name shown in Sequence. Not necessarily unique. */
  readonly name: string;
  /** `Pod`, `Income Source`, `Account` (external: an asset or a debt), or a type that Sequence adds later. */
  readonly type: string;
  readonly balance: Balance;
}

/** The answer to `getAccounts`. */
export interface AccountList {
  readonly accounts: readonly Account[];
  /** Global problems that Sequence reports beside the accounts it could read. */
  readonly errors: readonly string[];
  /** Entries of the answer that are no accounts: their place in the list and what is wrong with them. */
  readonly malformed: readonly { readonly index: number; readonly reason: string }[];
  /** For Sequence's support. */
  readonly requestId: string | undefined;
  /** How many tries it took. */
  readonly attempts: number;
}

/** Sequence accepted a trigger. Accepted does not mean that money has moved. */
export interface TriggerReceipt {
  readonly ruleId: string;
  /** For Sequence's support. */
  readonly requestId: string | undefined;
  readonly message: string;
  /** The message reads as if the rule were in test mode, in which it moves no money. A guess: how Sequence says so isn't published. */
  readonly testMode: boolean;
  readonly attempts: number;
  readonly idempotencyKey: string;
}

/** Options of every call. */
export interface CallOptions {
  /** Ends the call, a wait between tries included, at once. */
  readonly signal?: AbortSignal;
  /**
   * Time for all tries and waits of this call, in milliseconds. 0 or less means that no time is left: nothing is sent.
   * Defaults to the client's `deadlineMs`.
   */
  readonly deadlineMs?: number;
  /** How many tries at most. Defaults to the client's `maxAttempts`. */
  readonly maxAttempts?: number;
}

/** Options of `triggerRule`. */
export interface TriggerOptions extends CallOptions {
  /** The rule's API secret. */
  readonly apiSecret: Credential;
  /**
   * 1-36 characters of `A-Z a-z 0-9 . _ : / | -`. The same rule and key are not executed again while Sequence remembers the
   * key. Defaults to a new UUID, used by every try of this call.
   */
  readonly idempotencyKey?: string;
  /** The body. Serialised once, identical on every try. Defaults to `{}`. */
  readonly payload?: JsonObject;
}
