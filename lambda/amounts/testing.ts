import type { AmountLimits } from "../agreements/amountLimits";
import { given } from "../agreements/given";
import type { Account, AccountList } from "../client/types";
import { createLogger, type Logger } from "../log";
import { accountsOf } from "./accounts";
import type { AmountContext, CustomAmount } from "./context";
import { evaluate } from "./evaluate";
import { requestOf } from "./http";

/** An account of a test. */
export interface TestAccount {
  /** Defaults to `account-` and its place in the list, from 1. */
  readonly id?: string;
  readonly name: string;
  /** Defaults to `Pod`. */
  readonly type?: string;
  /** Left out: the balance is not known. */
  readonly cents?: number;
}

/** What a custom amount is called with in a test. */
export interface TestContextOptions {
  /** Defaults to `test`. */
  readonly name?: string;
  /** Defaults to none. */
  readonly accounts?: readonly TestAccount[];
  /** Defaults to the time of the call. */
  readonly now?: Date;
  /** The request's body as text. Defaults to none. */
  readonly body?: string;
  /** The request's headers, with lower-case names. Defaults to none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Defaults to one that writes nothing. */
  readonly log?: Logger;
}

/** A context without AWS and without Sequence, in which a custom amount can be called. */
export function testContext(options: TestContextOptions = {}): AmountContext {
  const accounts = (options.accounts ?? []).map(accountOf);
  const list: AccountList = { accounts, errors: [], malformed: [], requestId: "test", attempts: 1 };
  return {
    name: options.name ?? "test",
    accounts: accountsOf(async () => list),
    client: { getAccounts: async () => list },
    now: options.now ?? new Date(),
    request: requestOf(given({ body: options.body, headers: options.headers }), "test"),
    log: options.log ?? createLogger({}, () => {}),
    signal: new AbortController().signal,
  };
}

function accountOf({ id, name, type = "Pod", cents }: TestAccount, index: number): Account {
  const balance = cents === undefined ? { known: false as const, reason: "left out" } : { known: true as const, cents };
  return { id: id ?? `account-${index + 1}`, name, type, balance };
}

/**
 * The amount in cents that the endpoint would answer for a custom amount in this context, after its limits and the ceiling.
 * Rejects with the `AmountError` that would be answered instead.
 */
export async function testAmount(
  amount: CustomAmount,
  options: TestContextOptions & AmountLimits & { readonly ceilingCents?: number } = {},
): Promise<number> {
  const { maxCents, roundToCents, minCents, ceilingCents } = options;
  const spec = { kind: "Custom" as const, ...given({ maxCents, roundToCents, minCents }) };
  const evaluation = await evaluate(spec, { ...testContext(options), customAmount: () => amount }, ceilingCents);
  return evaluation.cents;
}
