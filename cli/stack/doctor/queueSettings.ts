import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { isMissing } from "../aws/explain";
import { queueName } from "../aws/queue";
import type { LiveStack } from "../find/live";
import { type Recorded, textAt } from "../find/recorded";
import { DEPLOY_AGAIN, differences, type Finding, fine, looked, wrong } from "./finding";

const ABOUT = "queue settings";

/** Each queue keeps and hands on its messages as it was deployed: with other settings they could be lost, or be late. */
export async function queueSettingFindings(stack: LiveStack): Promise<Finding[]> {
  const declared = stack.declared("aws:sqs/queue:Queue");
  if (declared.length === 0) return [];
  return looked(ABOUT, async () => {
    const found = (await Promise.all(declared.map((queue) => findings(stack, queue)))).flat();
    return found.length > 0 ? found : [fine(ABOUT, `of all ${declared.length} are as they were deployed`)];
  });
}

async function findings({ clients }: LiveStack, { id: QueueUrl, inputs }: Recorded): Promise<Finding[]> {
  try {
    const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] });
    const { Attributes: live = {} } = await clients.sqs.send(command);
    const changes = differences([
      ["another dead-letter queue", redrive(textAt(inputs, "redrivePolicy")), redrive(live.RedrivePolicy)],
      ["another time for which it keeps messages", inputs.messageRetentionSeconds, Number(live.MessageRetentionPeriod)],
      ["another visibility timeout", inputs.visibilityTimeoutSeconds, Number(live.VisibilityTimeout)],
      ["a delay", inputs.delaySeconds ?? 0, Number(live.DelaySeconds ?? 0)],
    ]);
    if (changes.length === 0) return [];
    return [wrong(ABOUT, `${queueName(QueueUrl)} isn't what was deployed: it has ${changes.join(", ")}`, DEPLOY_AGAIN)];
  } catch (error) {
    if (!isMissing(error)) throw error;
    return [wrong(ABOUT, `${queueName(QueueUrl)} is gone, and with it what was in it`, DEPLOY_AGAIN)];
  }
}

/** SQS gives the number as it was given to it, or as text. */
function redrive(text: string | undefined) {
  if (text === undefined) return undefined;
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(text) as Record<string, unknown>;
  return [deadLetterTargetArn, Number(maxReceiveCount)];
}
