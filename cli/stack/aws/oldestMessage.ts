import { type Datapoint, GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import type { Clients } from "./clients";

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
      Dimensions: [{ Name: "QueueName", Value: queueUrl.slice(queueUrl.lastIndexOf("/") + 1) }],
      StartTime: new Date(now - WITHIN_MS),
      EndTime: new Date(now + 60_000),
      Period: 60,
      Statistics: ["Maximum"],
    }),
  );
  const time = ({ Timestamp }: Datapoint) => Timestamp?.getTime() ?? 0;
  return [...Datapoints].sort((a, b) => time(b) - time(a))[0]?.Maximum;
}
