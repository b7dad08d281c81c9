import type { CheckAnswer, CheckedAmount } from "../agreements/amountCheck";
import type { AmountFunctionConfig } from "../agreements/amountConfig";
import type { AccountList } from "../client/types";
import { type Logger, redact } from "../log";
import { amountComputer, CLIENT_MARGIN_MS, type ComputerOptions } from "./compute";
import type { AmountClient } from "./context";
import { amountErrorOf, needsAPerson, retryAfterMsOf } from "./error";
import { requestOf } from "./http";
import { logChecked, logIncomplete, withoutMetrics } from "./logging";

export interface CheckOptions extends Omit<ComputerOptions, "ceilingCents"> {
  readonly config: AmountFunctionConfig;
  readonly logger: Logger;
}

/** Computes the amounts of these names, within `limitMs`. */
type Check = (names: readonly string[], awsRequestId: string, limitMs: number) => Promise<CheckAnswer>;

/**
 * Computes amounts as for an answer, without giving one: from one read of the accounts, which serves this check and nothing after it.
 * It touches none of the metrics of real answers.
 */
export function amountCheck({ config, client, customAmount, logger, now }: CheckOptions): Check {
  const { ceilingCents } = config;

  return async (names, awsRequestId, limitMs) => {
    const began = now();
    const over = new AbortController();
    const log = logger.with({ awsRequestId });
    let sequenceRequestId: string | undefined;
    const onRead = (list: AccountList) => {
      sequenceRequestId = list.requestId;
      logIncomplete(list, log);
    };
    const oneRead = readOnce(client, { signal: over.signal, deadlineMs: limitMs - CLIENT_MARGIN_MS }, onRead);
    const compute = amountComputer({ client: oneRead, customAmount, ceilingCents, now });
    const request = requestOf({}, awsRequestId);
    const checked = async (name: string): Promise<CheckedAmount> => {
      const spec = Object.hasOwn(config.amounts, name) ? config.amounts[name] : undefined;
      if (!spec) return { code: "UNKNOWN_AMOUNT", reason: "it isn't deployed yet", repair: false };
      const own = withoutMetrics(log.with({ amount: name, kind: spec.kind }));
      try {
        const { cents } = await compute({ name, spec, request, log: own, limitMs, onRead: () => {} });
        return { cents };
      } catch (thrown) {
        return unanswered(thrown);
      }
    };
    try {
      const amounts = await Promise.all(names.map(async (name) => [name, await checked(name)] as const));
      const answer = { amounts: Object.fromEntries(amounts) };
      logChecked(answer.amounts, log, { sequenceRequestId, ms: now() - began });
      return answer;
    } finally {
      over.abort(new Error("the check has been answered"));
    }
  };
}

function unanswered(thrown: unknown): CheckedAmount {
  const error = amountErrorOf(thrown, "INTERNAL");
  const retryAfterMs = retryAfterMsOf(error);
  return {
    code: error.code,
    // It goes into a mail, and a custom amount may say anything.
    reason: redact(error.message),
    repair: needsAPerson(error),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** A client whose every read of the accounts is the same one. */
function readOnce(
  client: AmountClient,
  options: { readonly signal: AbortSignal; readonly deadlineMs: number },
  onRead: (list: AccountList) => void,
): AmountClient {
  let reading: Promise<AccountList> | undefined;
  return {
    getAccounts: () => {
      reading ??= client.getAccounts(options).then((list) => {
        onRead(list);
        return list;
      });
      return reading;
    },
  };
}
