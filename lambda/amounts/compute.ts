import type { AmountSpec } from "../agreements/amountKinds";
import type { AccountList } from "../client/types";
import type { Logger } from "../log";
import { accountsOf } from "./accounts";
import type { AmountClient, AmountRequest, CustomAmount } from "./context";
import { AmountError, amountErrorOf } from "./error";
import { type Evaluation, evaluate } from "./evaluate";

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

/** The client gives up this long before the answer is due: its error says more than our timeout's. */
export const CLIENT_MARGIN_MS = 200;

/** Computes amounts, each against its deadline. Balances that one request reads never serve another. */
export function amountComputer(options: ComputerOptions): (computation: Computation) => Promise<Evaluation> {
  const { customAmount, ceilingCents, now } = options;

  return ({ name, spec, request, log, limitMs, onRead }) =>
    within(
      limitMs,
      (signal) => {
        const client = clientUntil(performance.now() + limitMs - CLIENT_MARGIN_MS, signal, options.client);
        const accounts = accountsOf(() => readNoting(client, onRead));
        const context = { name, accounts, client, now: new Date(now()), request, log, signal };
        return evaluate(spec, { ...context, customAmount }, ceilingCents);
      },
      () => new AmountError("AMOUNT_TIMEOUT", `the amount "${name}" was not computed within ${limitMs} ms`),
    );
}

/**
 * The client for one request: no call goes on after `endsAt` or after the request's signal. AWS freezes the process between
 * requests, so an answer that arrives during the next one could be hours old.
 */
function clientUntil(endsAt: number, signal: AbortSignal, client: AmountClient): AmountClient {
  return {
    getAccounts: async (options = {}) => {
      const leftMs = endsAt - performance.now();
      return client.getAccounts({
        ...options,
        signal: options.signal ? AbortSignal.any([signal, options.signal]) : signal,
        deadlineMs: Math.min(leftMs, options.deadlineMs ?? leftMs),
      });
    },
  };
}

async function readNoting(client: AmountClient, onRead: (list: AccountList) => void): Promise<AccountList> {
  try {
    const list = await client.getAccounts();
    onRead(list);
    return list;
  } catch (error) {
    throw amountErrorOf(error, "INTERNAL");
  }
}

/** Made once: the place in the code, which an error records, takes longer than all else that ends a request. */
const ANSWERED = new Error("the request has been answered");

/**
 * What `work` resolves to, or `late()` thrown if that takes longer than `limitMs`. The signal that `work` is given aborts
 * then, and also when `work` has ended, so that nothing that `work` started goes on.
 */
async function within<T>(limitMs: number, work: (signal: AbortSignal) => Promise<T>, late: () => Error): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => {
        const error = late();
        controller.abort(error);
        reject(error);
      },
      Math.max(0, limitMs),
    );
  });
  try {
    return await Promise.race([work(controller.signal), over]);
  } finally {
    clearTimeout(timer);
    controller.abort(ANSWERED);
  }
}
