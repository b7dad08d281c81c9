import { being } from "../agreements/shown";
import { findAccount, readAccounts } from "./accounts";
import { checkNumber, checkOptionNames, checkSignal, invalidArgument } from "./arguments";
import type { Call } from "./call";
import { checkCredential } from "./credentials";
import { SequenceError } from "./errors";
import { type ClientSettings, checkedOptions, MOST_ATTEMPTS, type SequenceClientOptions } from "./options";
import { Redactor } from "./redact";
import { deliver } from "./retry";
import { checkedIdempotencyKey, readReceipt, serialisedPayload } from "./trigger";
import type { Account, AccountList, CallOptions, TriggerOptions, TriggerReceipt } from "./types";
import { LONGEST_TIMEOUT_MS } from "./waiting";

const CALL_OPTION_NAMES = ["signal", "deadlineMs", "maxAttempts"] as const satisfies readonly (keyof CallOptions)[];
const TRIGGER_OPTION_NAMES = [
  ...CALL_OPTION_NAMES,
  "apiSecret",
  "idempotencyKey",
  "payload",
] as const satisfies readonly (keyof TriggerOptions)[];

/** Sequence's Remote API. Every method rejects with `SequenceError` and nothing else. */
export class SequenceClient {
  // Not a plain property: printing the client must not print the access token.
  readonly #settings: ClientSettings;

  /** Throws `SequenceError` with code `INVALID_ARGUMENT` for an option that is not allowed. */
  constructor(options: SequenceClientOptions = {}) {
    this.#settings = checkedOptions(options);
  }

  /**
   * Triggers a rule, given its id or the whole trigger URL that Sequence shows for it. Tried again with the same idempotency
   * key and the same bytes. A receipt says that Sequence accepted the trigger, not that money has moved. When it rejects, the
   * error's `outcome` says whether the rule can have been executed.
   */
  async triggerRule(rule: string, options: TriggerOptions): Promise<TriggerReceipt> {
    const settings = this.#settings;
    checkOptionNames("triggerRule", options, TRIGGER_OPTION_NAMES);
    const redactor = new Redactor();
    const credential = checkCredential("apiSecret", options.apiSecret);
    const { ruleId, url } = settings.endpoint.trigger(rule);
    const idempotencyKey = checkedIdempotencyKey(options.idempotencyKey);
    const call: Call<ReturnType<typeof readReceipt>> = {
      ...limitsOf("triggerRule", options, settings),
      operation: "triggerRule",
      title: `triggerRule ${ruleId}`,
      url,
      body: serialisedPayload(options.payload),
      idempotencyKey,
      movesMoney: true,
      credential,
      credentialName: "apiSecret",
      credentialHeader: "x-sequence-signature",
      unauthorizedCode: "INVALID_API_SECRET",
      redactor,
      read: (json) => readReceipt(json, ruleId, redactor.redact),
    };
    const { value, attempts } = await deliver(call, settings);
    return { ruleId, ...value, attempts, idempotencyKey };
  }

  /** All accounts of the token's owner, each with its balance in cents or the reason why it is unknown. */
  async getAccounts(options: CallOptions = {}): Promise<AccountList> {
    const settings = this.#settings;
    checkOptionNames("getAccounts", options, CALL_OPTION_NAMES);
    if (settings.accessToken === undefined)
      throw new SequenceError("getAccounts: the client was made without an accessToken", {
        code: "NO_CREDENTIAL",
        outcome: "not-executed",
      });
    const redactor = new Redactor();
    const call: Call<ReturnType<typeof readAccounts>> = {
      ...limitsOf("getAccounts", options, settings),
      operation: "getAccounts",
      title: "getAccounts",
      url: settings.endpoint.accounts(),
      body: "{}",
      movesMoney: false,
      credential: settings.accessToken,
      credentialName: "accessToken",
      credentialHeader: "x-sequence-access-token",
      unauthorizedCode: "INVALID_ACCESS_TOKEN",
      redactor,
      read: (json) => readAccounts(json, redactor.redact),
    };
    const { value, attempts } = await deliver(call, settings);
    return { ...value, attempts };
  }

  /** Begins to connect to Sequence, so that a `getAccounts` that follows within seconds waits less. A failure shows only there, if at all. */
  preconnect(): void {
    const { transport, endpoint } = this.#settings;
    transport.preconnect?.(endpoint.accounts());
  }

  /** One account, by id, else by its exact name. Reads all accounts; for several, use `getAccounts` and `findAccount`. */
  async account(idOrName: string, options: CallOptions = {}): Promise<Account> {
    if (typeof idOrName !== "string" || idOrName === "")
      throw invalidArgument(`account: idOrName ${being(idOrName)}; it must be the id of an account, or its exact name`);
    return findAccount(await this.getAccounts(options), idOrName);
  }
}

function limitsOf(
  where: string,
  options: CallOptions,
  settings: ClientSettings,
): Pick<Call<unknown>, "signal" | "deadlineMs" | "maxAttempts"> {
  checkSignal(where, options.signal);
  const deadlineMs: unknown = options.deadlineMs ?? settings.deadlineMs;
  if (typeof deadlineMs !== "number" || Number.isNaN(deadlineMs))
    throw invalidArgument(`${where}: deadlineMs ${being(deadlineMs)}; it must be a number of milliseconds`);
  return {
    signal: options.signal,
    deadlineMs: Math.min(deadlineMs, LONGEST_TIMEOUT_MS),
    maxAttempts: checkNumber(
      `${where}: maxAttempts`,
      options.maxAttempts ?? settings.maxAttempts,
      MOST_ATTEMPTS,
      "tries",
    ),
  };
}
