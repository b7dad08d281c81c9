import { triggerMetrics } from "../agreements/metrics";
import { redeliveryDelayMs } from "../agreements/redelivery";
import { shown } from "../agreements/shown";
import { runHeartbeat } from "./check/heartbeat";
import { eventRequestFrom } from "./lifecycle/eventRequest";
import { type Request, requestFrom } from "./lifecycle/request";
import { OccurrenceRun, type UnsavedResults } from "./occurrence";
import { type Delivery, DONE, retryIn, type TriggerDeps, type Verdict, type WorkQueue } from "./ports";
import { eventFailure, messageFailure } from "./telling/failure";
import { tellReturned } from "./telling/returned";
import { tellFailure } from "./telling/tell";

/** The part of an SQS event that is used. */
export interface QueueEvent {
  readonly Records: readonly {
    readonly messageId: string;
    readonly receiptHandle: string;
    readonly body: string;
    readonly eventSourceARN?: string;
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

/** Handles the messages of the work queue and of the event queue. Each event source mapping must report batch item failures. */
export function createTriggerHandler(
  deps: TriggerDeps,
): (event: QueueEvent, context: FunctionContext) => Promise<QueueResponse> {
  const unsaved: UnsavedResults = new Map();
  return async (event, context) => {
    if (!Array.isArray(event?.Records)) throw new TypeError("the event is not one of an SQS queue: it has no Records");
    const batchItemFailures: { itemIdentifier: string }[] = [];
    for (const [index, record] of event.Records.entries()) {
      const { messageId, receiptHandle, body, attributes } = record;
      const queue = queueOf(deps, record.eventSourceARN);
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
      const verdict = outOfTime ? retryIn(1_000) : await handled({ ...deps, logger }, unsaved, delivery, queue);
      if (verdict.done) continue;
      await putBack(deps, queue, delivery, verdict.retryInMs);
      batchItemFailures.push({ itemIdentifier: messageId });
    }
    return { batchItemFailures };
  };
}

/**
 * The queue that a message came from. Only that decides what a message may ask for, because whoever may send events may not send the
 * messages of people and schedules. Throws for any other queue, so that its message stays where it is.
 */
function queueOf({ workQueue, eventQueue }: TriggerDeps, arn = ""): WorkQueue {
  const place = arn.split(":").slice(-2).join("/");
  for (const queue of [workQueue, eventQueue]) if (queue?.url.split("/").slice(-2).join("/") === place) return queue;
  throw new TypeError(`the message is from ${shown(arn)}; it must be from the work queue or the event queue`);
}

function numberOr(text: string | undefined, otherwise: number): number {
  const number = Number(text ?? "");
  return Number.isFinite(number) && number > 0 ? number : otherwise;
}

async function handled(
  deps: TriggerDeps,
  unsaved: UnsavedResults,
  delivery: Delivery,
  queue: WorkQueue,
): Promise<Verdict> {
  const { config, logger } = deps;
  const isEvent = queue === deps.eventQueue;
  try {
    const context = { config, sentAt: delivery.sentAt, now: deps.now() };
    const request = isEvent ? eventRequestFrom(delivery.body, context) : requestFrom(delivery.body, context);
    return await byKind(deps, unsaved, delivery, request, isEvent);
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
  isEvent: boolean,
): Promise<Verdict> {
  if (request.kind === "heartbeat") return runHeartbeat(deps, delivery);
  if (request.kind === "failure") {
    await tellReturned(deps, request.failure);
    return DONE;
  }
  if (request.kind === "refused") deps.logger.error("message.refused", { ...request.refusal });
  if (request.kind === "refused" && !request.occurrence) {
    const { refusal } = request;
    const { body, receiveCount } = delivery;
    await tellFailure(deps, isEvent ? eventFailure(refusal, body, receiveCount > 1) : messageFailure(refusal, body));
    return DONE;
  }
  const { key, trigger, ruleId, scheduledTime, occurrence, event } = request.occurrence;
  // A line's own "event" says what happened.
  const logger = deps.logger.with({ key, trigger, ruleId, scheduledTime, occurrence, ofEvent: event });
  return new OccurrenceRun({ ...deps, logger }, unsaved, delivery, request).run();
}

/** If this fails, the message comes back when the queue's own visibility timeout ends. */
async function putBack(deps: TriggerDeps, queue: WorkQueue, delivery: Delivery, retryInMs: number): Promise<void> {
  const delaySeconds = Math.min(Math.max(Math.ceil(retryInMs / 1000), 0), LONGEST_DELAY_S);
  try {
    await queue.putBack(delivery.receiptHandle, delaySeconds);
  } catch (error) {
    deps.logger.warn("putBack.failed", { messageId: delivery.messageId, delaySeconds, error });
  }
}
