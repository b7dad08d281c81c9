import { AwsError, type AwsOperation } from "../types";
import { md5, type Queue, type QueuedMessage, type ReceivedMessage } from "./queue";

type Input = Record<string, unknown>;

/** SQS's calls. Queues are found by the last two parts of their URL, whatever its origin. */
export function queueOperations(
  queueAt: (url: string) => Queue,
  urlOf: (name: string) => string,
  accountId: string,
): Record<string, AwsOperation> {
  const operation = (action: string, run: (queue: Queue, input: Input) => unknown): AwsOperation => ({
    authorize: (input) => ({ action: `sqs:${action}`, resource: queueAt(text(input, "QueueUrl")).arn }),
    run: (input) => run(queueAt(text(input, "QueueUrl")), input),
  });
  return {
    SendMessage: operation("SendMessage", (queue, input) => send(queue, input, accountId)),
    ReceiveMessage: operation("ReceiveMessage", receive),
    DeleteMessage: operation("DeleteMessage", (queue, input) => {
      queue.delete(text(input, "ReceiptHandle"));
      return {};
    }),
    DeleteMessageBatch: operation("DeleteMessage", deleteBatch),
    ChangeMessageVisibility: operation("ChangeMessageVisibility", (queue, input) => {
      queue.changeVisibility(text(input, "ReceiptHandle"), number(input, "VisibilityTimeout", Number.NaN));
      return {};
    }),
    GetQueueAttributes: operation("GetQueueAttributes", attributes),
    PurgeQueue: operation("PurgeQueue", (queue) => {
      queue.purge();
      return {};
    }),
    GetQueueUrl: {
      authorize: (input) => ({ action: "sqs:GetQueueUrl", resource: queueAt(urlOf(text(input, "QueueName"))).arn }),
      run: (input) => ({ QueueUrl: urlOf(text(input, "QueueName")) }),
    },
  };
}

function send(queue: Queue, input: Input, senderId: string): unknown {
  for (const parameter of ["MessageAttributes", "MessageSystemAttributes", "MessageGroupId", "MessageDeduplicationId"])
    if (input[parameter] !== undefined)
      throw new AwsError("UnsupportedOperation", `The sandbox's queues take no ${parameter}; put it into the body.`);
  const body = text(input, "MessageBody");
  const messageId = queue.send(body, senderId, number(input, "DelaySeconds", queue.settings.delaySeconds));
  return { MessageId: messageId, MD5OfMessageBody: md5(body) };
}

async function receive(queue: Queue, input: Input): Promise<unknown> {
  const maxMessages = number(input, "MaxNumberOfMessages", 1);
  if (maxMessages < 1 || maxMessages > 10)
    throw new AwsError(
      "InvalidParameterValue",
      `Value ${maxMessages} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.`,
    );
  const visibilitySeconds = number(input, "VisibilityTimeout", queue.settings.visibilityTimeoutSeconds);
  const take = () => queue.receive(maxMessages, visibilitySeconds);
  let messages = take();
  if (messages.length === 0) {
    await somethingVisible(queue, number(input, "WaitTimeSeconds", queue.settings.receiveWaitTimeSeconds) * 1000);
    messages = take();
  }
  if (messages.length === 0) return {};
  const wanted = new Set([...list(input.AttributeNames), ...list(input.MessageSystemAttributeNames)].map(String));
  return { Messages: messages.map((message) => onTheWire(message, wanted)) };
}

/**
 * Resolves when a message may be visible, at the latest after `waitMs`. In the machine's time: whoever calls waits in it, and a
 * function that waited in the sandbox's time would keep an advancing clock from advancing.
 */
function somethingVisible(queue: Queue, waitMs: number): Promise<void> {
  if (waitMs <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      stopListening();
      resolve();
    };
    const timer = setTimeout(done, waitMs);
    const stopListening = queue.onChange(done);
  });
}

function onTheWire(message: ReceivedMessage, wanted: ReadonlySet<string>): unknown {
  const attributes = Object.entries(message.attributes).filter(([name]) => wanted.has("All") || wanted.has(name));
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    Body: message.body,
    MD5OfBody: md5(message.body),
    ...(attributes.length > 0 ? { Attributes: Object.fromEntries(attributes) } : {}),
  };
}

function deleteBatch(queue: Queue, input: Input): unknown {
  const successful: unknown[] = [];
  const failed: unknown[] = [];
  for (const entry of list(input.Entries) as Input[]) {
    try {
      queue.delete(text(entry, "ReceiptHandle"));
      successful.push({ Id: entry.Id });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      failed.push({ Id: entry.Id, SenderFault: true, Code: error.code, Message: error.message });
    }
  }
  return { Successful: successful, Failed: failed };
}

function attributes(queue: Queue, input: Input): unknown {
  const { settings } = queue;
  const count = (state: QueuedMessage["state"]) => String(messages.filter((message) => message.state === state).length);
  const messages = queue.list();
  const all: Record<string, string> = {
    ApproximateNumberOfMessages: count("visible"),
    ApproximateNumberOfMessagesNotVisible: count("inFlight"),
    ApproximateNumberOfMessagesDelayed: count("delayed"),
    VisibilityTimeout: String(settings.visibilityTimeoutSeconds),
    MessageRetentionPeriod: String(settings.messageRetentionSeconds),
    DelaySeconds: String(settings.delaySeconds),
    ReceiveMessageWaitTimeSeconds: String(settings.receiveWaitTimeSeconds),
    MaximumMessageSize: String(settings.maxMessageSize),
    QueueArn: queue.arn,
    ...(settings.redrivePolicy ? { RedrivePolicy: JSON.stringify(settings.redrivePolicy) } : {}),
  };
  const wanted = new Set(list(input.AttributeNames));
  return {
    Attributes: Object.fromEntries(Object.entries(all).filter(([name]) => wanted.has("All") || wanted.has(name))),
  };
}

function text(input: Input, parameter: string): string {
  const value = input[parameter];
  if (typeof value !== "string" || value === "")
    throw new AwsError("MissingParameter", `The request must contain the parameter ${parameter}.`);
  return value;
}

function number(input: Input, parameter: string, standard: number): number {
  const value = input[parameter] ?? standard;
  return typeof value === "number" ? value : Number.NaN;
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
