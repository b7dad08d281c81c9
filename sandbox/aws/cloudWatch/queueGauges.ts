import type { Queues } from "../queues";
import type { QueuedMessage } from "../queues/message";
import type { CloudContext } from "../types";
import type { MetricId } from "./metricStore";

/** SQS keeps a message that was received so often without success out of the age metric. */
const POISONED_RECEIVES = 3;

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
const gauges: Readonly<Record<string, (messages: readonly QueuedMessage[], now: number) => number>> = {
  ApproximateNumberOfMessagesVisible: (messages) => countOf(messages, "visible"),
  ApproximateNumberOfMessagesNotVisible: (messages) => countOf(messages, "inFlight"),
  ApproximateNumberOfMessagesDelayed: (messages) => countOf(messages, "delayed"),
  ApproximateAgeOfOldestMessage: (messages, now) =>
    Math.max(0, ...messages.map((message) => Math.floor((now - ageFrom(message, now)) / 1000))),
};

export const QUEUE_GAUGES = Object.keys(gauges);

/** What a queue holds right now; `isEmpty` if every gauge stays 0 until the next message. */
export interface Reading {
  readonly value: number;
  readonly isEmpty: boolean;
}

/** The metrics of SQS that are states, not events: read when they are looked at. */
export class QueueGauges {
  constructor(
    private readonly context: CloudContext,
    private readonly queues: Pick<Queues, "messages">,
  ) {}

  /** The queue that the metric is a gauge of; undefined if it is another metric, or there is no such queue. */
  queueOf({ namespace, name, dimensions }: MetricId): string | undefined {
    const queue = dimensions.QueueName;
    if (namespace !== "AWS/SQS" || !QUEUE_GAUGES.includes(name) || queue === undefined) return undefined;
    return this.messagesOf(queue) && queue;
  }

  read(queue: string, metric: string): Reading {
    const messages = this.messagesOf(queue) ?? [];
    return { value: gauges[metric]?.(messages, this.context.clock.now()) ?? 0, isEmpty: messages.length === 0 };
  }

  private messagesOf(queue: string): QueuedMessage[] | undefined {
    const { region, accountId } = this.context;
    try {
      return this.queues.messages(`arn:aws:sqs:${region}:${accountId}:${queue}`);
    } catch {
      return undefined;
    }
  }
}

function countOf(messages: readonly QueuedMessage[], state: QueuedMessage["state"]): number {
  return messages.filter((message) => message.state === state).length;
}

/** From when SQS counts a message's age. For a redriven message that is when it was moved to this queue. */
function ageFrom({ sourceQueueArn, sentAt, visibleAt, receiveCount }: QueuedMessage, now: number): number {
  if (sourceQueueArn !== undefined) return Math.min(visibleAt, now);
  return receiveCount >= POISONED_RECEIVES ? now : sentAt;
}
