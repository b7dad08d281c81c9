import { type Datapoint, GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import { GetQueueAttributesCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { StackError } from "../exit";
import { beyondRecall } from "../tell";
import type { Clients } from "./clients";
import { isCertainlyRefused, reasonOf } from "./explain";

/** How many messages a queue has, as SQS roughly knows it. */
export interface QueueCounts {
  /** To be taken now. */
  readonly visible: number;
  /** With the function, or put back until their next try. */
  readonly later: number;
}

export async function queueCounts({ sqs }: Pick<Clients, "sqs">, QueueUrl: string): Promise<QueueCounts> {
  const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] });
  const { Attributes: all = {} } = await sqs.send(command);
  return {
    visible: Number(all.ApproximateNumberOfMessages ?? 0),
    later: Number(all.ApproximateNumberOfMessagesNotVisible ?? 0) + Number(all.ApproximateNumberOfMessagesDelayed ?? 0),
  };
}

/** Sends a message. Throws `StackError`: that nothing was sent, or that nobody knows, with `ifUnknown`, which says what to do then. */
export async function sendMessage(
  { sqs }: Pick<Clients, "sqs">,
  QueueUrl: string,
  MessageBody: string,
  ifUnknown: string,
): Promise<void> {
  try {
    const sent = sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    await beyondRecall(`It is not known whether it was sent. ${ifUnknown}.`, sent);
  } catch (error) {
    if (isCertainlyRefused(error)) throw new StackError("unseen", `nothing was sent: ${reasonOf(error)}`);
    throw new StackError("problem", `it is not known whether it was sent: ${reasonOf(error)}. ${ifUnknown}`);
  }
}

const WITHIN_MS = 15 * 60_000;

/** For how many seconds the queue's oldest message has waited, as CloudWatch knew it last; undefined if it doesn't know. SQS itself can't say. */
export async function oldestSeconds(
  { cloudWatch }: Pick<Clients, "cloudWatch">,
  queueUrl: string,
  now: number,
): Promise<number | undefined> {
  const { Datapoints = [] } = await cloudWatch.send(
    new GetMetricStatisticsCommand({
      Namespace: "AWS/SQS",
      MetricName: "ApproximateAgeOfOldestMessage",
      Dimensions: [{ Name: "QueueName", Value: queueName(queueUrl) }],
      StartTime: new Date(now - WITHIN_MS),
      EndTime: new Date(now + 60_000),
      Period: 60,
      Statistics: ["Maximum"],
    }),
  );
  const time = ({ Timestamp }: Datapoint) => Timestamp?.getTime() ?? 0;
  return [...Datapoints].sort((a, b) => time(b) - time(a))[0]?.Maximum;
}

export function queueName(url: string): string {
  return url.slice(url.lastIndexOf("/") + 1);
}
