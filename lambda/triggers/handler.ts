import { triggerMetrics } from "../agreements/metrics";
import { redeliveryDelayMs } from "../agreements/redelivery";
import { runHeartbeat } from "./check/heartbeat";
import { type Request, requestFrom } from "./lifecycle/request";
import { OccurrenceRun, type UnsavedResults } from "./occurrence";
import { type Delivery, DONE, retryIn, type TriggerDeps, type Verdict } from "./ports";
import { messageFailure } from "./telling/failure";
import { tellReturned } from "./telling/returned";
import { tellFailure } from "./telling/tell";

/** The part of an SQS event that is used. */
export interface QueueEvent {
  readonly Records: readonly {
    readonly messageId: string;
    readonly receiptHandle: string;
    readonly body: string;
    readonly attributes: { readonly SentTimestamp?: string; readonly ApproximateReceiveCount?: string };
  }[];
}

/** The part of Lambda's context that is used. */
export interface FunctionContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** Which messages come back. The others are done with. */
export interface QueueResponse {
  readonly batchItemFailures: { readonly itemIdentifier: string }[];
}

/** With less time left than this, a message of a batch is left to its next delivery. */
const LEAST_TIME_MS = 3_000;
/** SQS allows 12 hours from when the message was received. A little less, because some of it has passed. */
const LONGEST_DELAY_S = 43_000;

/** Handles the work queue's messages. The event source mapping must report batch item failures. */
export function createTriggerHandler(
  deps: TriggerDeps,
): (event: QueueEvent, context: FunctionContext) => Promise<QueueResponse> {
  const unsaved: UnsavedResults = new Map();
  return async (event, context) => {
    if (!Array.isArray(event?.Records)) throw new TypeError("the event is not one of an SQS queue: it has no Records");
    const batchItemFailures: { itemIdentifier: string }[] = [];
    for (const [index, record] of event.Records.entries()) {
      const { messageId, receiptHandle, body, attributes } = record;
      const delivery: Delivery = {
        messageId,
        receiptHandle,
        body,
        sentAt: numberOr(attributes?.SentTimestamp, deps.now()),
        receiveCount: numberOr(attributes?.ApproximateReceiveCount, 1),
        remainingMs: () => context.getRemainingTimeInMillis(),
      };
      const logger = deps.logger.with({ awsRequestId: context.awsRequestId, messageId });
      const outOfTime = index > 0 && delivery.remainingMs() < LEAST_TIME_MS;
      const verdict = outOfTime ? retryIn(1_000) : await handled({ ...deps, logger }, unsaved, delivery);
      if (verdict.done) continue;
      await putBack(deps, delivery, verdict.retryInMs);
      batchItemFailures.push({ itemIdentifier: messageId });
    }
    return { batchItemFailures };
  };
}

function numberOr(text: string | undefined, otherwise: number): number {
  const number = Number(text ?? "");
  return Number.isFinite(number) && number > 0 ? number : otherwise;
}

async function handled(deps: TriggerDeps, unsaved: UnsavedResults, delivery: Delivery): Promise<Verdict> {
  const { config, logger } = deps;
  try {
    const request = requestFrom(delivery.body, { config, sentAt: delivery.sentAt, now: deps.now() });
    return await byKind(deps, unsaved, delivery, request);
  } catch (error) {
    logger.error("message.failed", { error });
    logger.metric(triggerMetrics.messageFailed, 1);
    return retryIn(redeliveryDelayMs(delivery.receiveCount, deps.random));
  }
}

async function byKind(
  deps: TriggerDeps,
  unsaved: UnsavedResults,
  delivery: Delivery,
  request: Request,
): Promise<Verdict> {
  if (request.kind === "heartbeat") return runHeartbeat(deps, delivery);
  if (request.kind === "failure") {
    await tellReturned(deps, request.failure);
    return DONE;
  }
  if (request.kind === "refused") deps.logger.error("message.refused", { ...request.refusal });
  if (request.kind === "refused" && !request.occurrence) {
    await tellFailure(deps, messageFailure(request.refusal, delivery.body));
    return DONE;
  }
  const { key, trigger, ruleId, scheduledTime, occurrence } = request.occurrence;
  const logger = deps.logger.with({ key, trigger, ruleId, scheduledTime, occurrence });
  return new OccurrenceRun({ ...deps, logger }, unsaved, delivery, request).run();
}

/** If this fails, the message comes back when the queue's own visibility timeout ends. */
async function putBack(deps: TriggerDeps, delivery: Delivery, retryInMs: number): Promise<void> {
  const delaySeconds = Math.min(Math.max(Math.ceil(retryInMs / 1000), 0), LONGEST_DELAY_S);
  try {
    await deps.workQueue.putBack(delivery.receiptHandle, delaySeconds);
  } catch (error) {
    deps.logger.warn("putBack.failed", { messageId: delivery.messageId, delaySeconds, error });
  }
}
