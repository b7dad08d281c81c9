import { triggerMetrics } from "../agreements/metrics";
import { redeliveryDelayMs } from "../agreements/redelivery";
import { runHeartbeat } from "./check/heartbeat";
import { type ParsedMessage, parseMessage } from "./message";
import { OccurrenceRun, type UnrecordedTries } from "./occurrence";
import { type Delivery, DONE, retryIn, type TriggerDeps, type Verdict } from "./ports";
import { messageFailure } from "./telling/failure";
import { returnFailure, tellFailure } from "./telling/tell";

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

/** Which messages come back; the others are done with. */
export interface QueueResponse {
  readonly batchItemFailures: { readonly itemIdentifier: string }[];
}

/** With less time left than this, a message of a batch is left to its next delivery. */
const LEAST_TIME_MS = 3_000;
/** ChangeMessageVisibility takes up to 12 hours, counted from when the message was received: a little less. */
const LONGEST_DELAY_S = 43_000;

/** Handles the work queue's messages. The event source mapping must report batch item failures. */
export function createTriggerHandler(
  deps: TriggerDeps,
): (event: QueueEvent, context: FunctionContext) => Promise<QueueResponse> {
  const unrecorded: UnrecordedTries = new Map();
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
      const verdict = outOfTime ? retryIn(1_000) : await handled({ ...deps, logger }, unrecorded, delivery);
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

async function handled(deps: TriggerDeps, unrecorded: UnrecordedTries, delivery: Delivery): Promise<Verdict> {
  const { config, logger } = deps;
  try {
    const message = parseMessage(delivery.body, { config, sentAt: delivery.sentAt, now: deps.now() });
    return await byKind(deps, unrecorded, delivery, message);
  } catch (error) {
    logger.error("message.failed", { error });
    logger.metric(triggerMetrics.messageFailed, 1);
    return retryIn(redeliveryDelayMs(delivery.receiveCount, deps.random));
  }
}

async function byKind(
  deps: TriggerDeps,
  unrecorded: UnrecordedTries,
  delivery: Delivery,
  message: ParsedMessage,
): Promise<Verdict> {
  if (message.kind === "heartbeat") return runHeartbeat(deps, delivery);
  if (message.kind === "failure") {
    await returnFailure(deps, message.failure);
    return DONE;
  }
  if (message.kind === "refused") deps.logger.error("message.refused", { ...message.refusal });
  if (message.kind === "refused" && !message.occurrence) {
    await tellFailure(deps, messageFailure(message.refusal, delivery.body));
    return DONE;
  }
  const { key, trigger, ruleId, scheduledTime, occurrence } = message.occurrence;
  const logger = deps.logger.with({ key, trigger, ruleId, scheduledTime, occurrence });
  return new OccurrenceRun({ ...deps, logger }, unrecorded, delivery, message).run();
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
