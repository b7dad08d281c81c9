import {
  type AmountCheck,
  type CheckAnswer,
  isCheck,
  OWN_QUESTION_FIELD,
  OWN_QUESTION_HEADER,
} from "../agreements/amountCheck";
import { type AmountFunctionConfig, checkAmountConfig } from "../agreements/amountConfig";
import type { AccountList } from "../client/types";
import type { Logger } from "../log";
import { authenticate, refusedRequest } from "./authenticate";
import { amountCheck } from "./check";
import { amountComputer } from "./compute";
import type { AmountClient, CustomAmount } from "./context";
import { AmountError, amountErrorOf } from "./error";
import { type AmountEvent, amountAnswer, errorAnswer, type HttpAnswer, notFoundAnswer, requestOf } from "./http";
import { logAnswer, logError, logIncomplete, logOldUrl, logRefused } from "./logging";

export interface AmountHandlerOptions {
  /** Checked when the handler is made; a defective one throws. */
  readonly config: AmountFunctionConfig;
  readonly client: AmountClient;
  readonly logger: Logger;
  /** The export of the amounts module with this name. Throws `AmountError` if there is none. Defaults to none at all. */
  readonly customAmount?: (exportName: string) => CustomAmount;
  /** Milliseconds since the epoch. Defaults to `Date.now`. */
  readonly now?: () => number;
  /** How long before Lambda's own timeout the answer is given up, in milliseconds. Defaults to 500. */
  readonly marginMs?: number;
}

/** What the handler uses of Lambda's context. */
interface InvocationContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

export interface AmountHandler {
  (event: AmountEvent, context: InvocationContext): Promise<HttpAnswer>;
  (event: AmountCheck, context: InvocationContext): Promise<CheckAnswer>;
}

/**
 * The handler of `POST /amounts/{name}/{token}`: 200 with a valid amount, or an error that says so; never a guess. It doesn't
 * log the event: its path holds a credential. The trigger function's checks come without the HTTP API, and need the right to invoke
 * the function in place of a token.
 */
export function createAmountHandler(options: AmountHandlerOptions): AmountHandler {
  const { config, client, logger, now = Date.now, marginMs = 500, customAmount = noCustomAmount } = options;
  checkAmountConfig(config);
  const compute = amountComputer({ client, customAmount, ceilingCents: config.ceilingCents, now });
  const check = amountCheck({ config, client, customAmount, logger, now });

  const answer = async (event: AmountEvent, context: InvocationContext): Promise<HttpAnswer> => {
    const began = now();
    const { awsRequestId } = context;
    const { name: givenName, token } = event?.pathParameters ?? {};
    const asked = authenticate(config.urlTokens, givenName, token);
    const spec = asked && config.amounts[asked.name];
    if (!spec) {
      logRefused(refusedRequest(config.urlTokens, givenName, token), logger.with({ awsRequestId }));
      return notFoundAnswer();
    }
    const { name } = asked;
    const own = event.headers?.[OWN_QUESTION_HEADER] === undefined ? {} : { [OWN_QUESTION_FIELD]: true };
    const log = logger.with({ awsRequestId, amount: name, kind: spec.kind, urlLabel: asked.label, ...own });
    let sequenceRequestId: string | undefined;
    const onRead = (list: AccountList) => {
      sequenceRequestId = list.requestId;
      logIncomplete(list, log);
    };
    try {
      if (!asked.current) logOldUrl(log);
      const limitMs = context.getRemainingTimeInMillis() - marginMs;
      const request = requestOf(event, awsRequestId);
      const evaluation = await compute({ name, spec, request, log, limitMs, onRead });
      const answer = amountAnswer(evaluation.cents, config.ceilingCents);
      logAnswer(evaluation, log, { sequenceRequestId, ms: now() - began });
      return answer;
    } catch (thrown) {
      const error = amountErrorOf(thrown, "INTERNAL");
      logError(error, log, { sequenceRequestId, ms: now() - began });
      return errorAnswer(error, name, awsRequestId);
    }
  };
  return (async (event: AmountEvent | AmountCheck, context: InvocationContext) => {
    if (!isCheck(event)) return answer(event, context);
    return check(event.check, context.awsRequestId, context.getRemainingTimeInMillis() - marginMs);
  }) as AmountHandler;
}

function noCustomAmount(): never {
  throw new AmountError("CUSTOM_AMOUNT_MISSING", "there is no amounts module");
}
