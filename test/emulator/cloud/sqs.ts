import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import type * as aws from "@pulumi/aws/sqs";
import type { Unwrap } from "@pulumi/pulumi";
import { answered, type Kind, nameFor, type Service } from "./service";

type QueueInputs = Unwrap<aws.QueueArgs>;

const queue: Kind<QueueInputs> = {
  async create({ name, inputs }, { clients }) {
    const QueueName = nameFor({ name, inputs });
    const { QueueUrl } = await clients.sqs.send(
      new CreateQueueCommand({ QueueName, Attributes: attributesOf(inputs), tags: inputs.tags && { ...inputs.tags } }),
    );
    const url = answered(QueueUrl, "the queue's URL");
    const { Attributes } = await clients.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["QueueArn"] }),
    );
    return { id: url, outputs: { name: QueueName, url, arn: answered(Attributes?.QueueArn, "the queue's ARN") } };
  },
  updates: ["visibilityTimeoutSeconds", "messageRetentionSeconds", "receiveWaitTimeSeconds", "redrivePolicy"],
  async update({ id: QueueUrl }, { inputs }, { clients }) {
    await clients.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: attributesOf(inputs) }));
  },
  remove: ({ id: QueueUrl }, _, { clients }) => clients.sqs.send(new DeleteQueueCommand({ QueueUrl })),
};

const queuePolicy: Kind<Unwrap<aws.QueuePolicyArgs>> = {
  async create({ inputs }, { clients }) {
    const QueueUrl = inputs.queueUrl;
    await clients.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: String(inputs.policy) } }));
    return { id: QueueUrl, outputs: {} };
  },
  // The queue goes with it.
  remove: async () => {},
};

function attributesOf(inputs: QueueInputs): Record<string, string> {
  const attributes = {
    VisibilityTimeout: inputs.visibilityTimeoutSeconds,
    MessageRetentionPeriod: inputs.messageRetentionSeconds,
    ReceiveMessageWaitTimeSeconds: inputs.receiveWaitTimeSeconds,
    SqsManagedSseEnabled: inputs.sqsManagedSseEnabled,
    RedrivePolicy: inputs.redrivePolicy,
  };
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
}

export const sqs: Service = {
  kinds: { "aws:sqs/queue:Queue": queue, "aws:sqs/queuePolicy:QueuePolicy": queuePolicy },
  async list({ clients }) {
    const { QueueUrls = [] } = await clients.sqs.send(new ListQueuesCommand({}));
    return QueueUrls;
  },
};
