import type { AccountList } from "../client/types";
import type { Logger } from "../log";
import { accountsOf } from "./accounts";
import type { AmountSpec } from "./config";
import type { AmountClient, AmountRequest, CustomAmount } from "./context";
import { within } from "./deadline";
import { AmountError, amountErrorOf } from "./error";
import { type Evaluation, evaluate } from "./evaluate";
import { SharedRead } from "./sharedRead";

/** What one request asks for. */
export interface Computation {
  readonly name: string;
  readonly spec: AmountSpec;
  readonly request: AmountRequest;
  readonly log: Logger;
  /** Until the answer must be there, in milliseconds. */
  readonly limitMs: number;
  /** Called with the accounts, if they are read. */
  onRead(list: AccountList): void;
}

/** What all requests have in common. */
export interface ComputerOptions {
  readonly client: AmountClient;
  readonly customAmount: (exportName: string) => CustomAmount;
  readonly ceilingCents: number | undefined;
  readonly now: () => number;
}

/** The client gives up this long before the answer is due, so that its error, which says more, is the one that is seen. */
const CLIENT_MARGIN_MS = 200;

/** Computes amounts against a deadline; computations that run at the same time share one read of the accounts. */
export function amountComputer(options: ComputerOptions): (computation: Computation) => Promise<Evaluation> {
  const { client, customAmount, ceilingCents, now } = options;
  const shared = new SharedRead((signal, deadlineMs) => client.getAccounts({ signal, deadlineMs }));

  return ({ name, spec, request, log, limitMs, onRead }) => {
    const evaluateWith = (read: () => Promise<AccountList>, signal: AbortSignal) => {
      const accounts = accountsOf(() => readNoting(read, onRead));
      const context = { name, accounts, client, now: new Date(now()), request, log, signal };
      return evaluate(spec, { ...context, customAmount }, ceilingCents);
    };
    return within(
      limitMs,
      (signal) => shared.during(limitMs - CLIENT_MARGIN_MS, (read) => evaluateWith(read, signal)),
      () => new AmountError("AMOUNT_TIMEOUT", `the amount "${name}" was not computed within ${limitMs} ms`),
    );
  };
}

async function readNoting(read: () => Promise<AccountList>, onRead: (list: AccountList) => void): Promise<AccountList> {
  try {
    const list = await read();
    onRead(list);
    return list;
  } catch (error) {
    throw amountErrorOf(error, "INTERNAL");
  }
}
