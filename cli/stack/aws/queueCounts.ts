import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { Clients } from "./clients";

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
