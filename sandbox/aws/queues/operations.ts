import { refuseParameters } from "../notRun";
import { AwsError, type AwsOperation } from "../types";
import { md5, type ReceivedMessage } from "./message";
import type { Queue } from "./queue";

type Input = Record<string, unknown>;

/** Codes that SQS's errors had in the query protocol (the `awsQueryError` traits of its Smithy model). */
export const QUERY_ERROR_CODES: Readonly<Record<string, string>> = {
  AccessDeniedException: "AccessDenied",
  MessageNotInflight: "AWS.SimpleQueueService.MessageNotInflight",
  QueueDoesNotExist: "AWS.SimpleQueueService.NonExistentQueue",
};

/** SQS's calls: those that functions make, and those that a person makes by hand. */
export function queueOperations(
  arnAt: (url: string) => string,
  queueOf: (arn: string) => Queue,
  accountId: string,
): Record<string, AwsOperation> {
  const operation = (
    action: string,
    parameters: readonly string[],
    run: (queue: Queue, input: Input) => unknown,
  ): AwsOperation => ({
    authorize: (input) => ({ action: `sqs:${action}`, resource: arnAt(text(input, "QueueUrl")) }),
    run: (input) => {
      refuseParameters(`sqs:${action}`, input, ["QueueUrl", ...parameters]);
      return run(queueOf(arnAt(text(input, "QueueUrl"))), input);
    },
  });
  return {
    SendMessage: operation("SendMessage", ["MessageBody", "DelaySeconds"], (queue, input) => {
      const body = text(input, "MessageBody");
      const messageId = queue.send(body, accountId, number(input, "DelaySeconds", queue.settings.delaySeconds));
      return { MessageId: messageId, MD5OfMessageBody: md5(body) };
    }),
    GetQueueAttributes: operation("GetQueueAttributes", ["AttributeNames"], (queue, { AttributeNames }) => {
      const messages = queue.list();
      const count = (state: string) => String(messages.filter((message) => message.state === state).length);
      const attributes = Object.entries({
        QueueArn: queue.arn,
        VisibilityTimeout: String(queue.settings.visibilityTimeoutSeconds),
        MessageRetentionPeriod: String(queue.settings.messageRetentionSeconds),
        DelaySeconds: String(queue.settings.delaySeconds),
        ...(queue.settings.redrivePolicy ? { RedrivePolicy: JSON.stringify(queue.settings.redrivePolicy) } : {}),
        ApproximateNumberOfMessages: count("visible"),
        ApproximateNumberOfMessagesNotVisible: count("inFlight"),
        ApproximateNumberOfMessagesDelayed: count("delayed"),
      });
      const wanted = new Set(list(AttributeNames).map(String));
      return { Attributes: Object.fromEntries(attributes.filter(([name]) => wanted.has("All") || wanted.has(name))) };
    }),
    ReceiveMessage: operation("ReceiveMessage", RECEIVE_PARAMETERS, receive),
    DeleteMessage: operation("DeleteMessage", ["ReceiptHandle"], (queue, input) => {
      queue.delete(text(input, "ReceiptHandle"));
      return {};
    }),
    ChangeMessageVisibility: operation(
      "ChangeMessageVisibility",
      ["ReceiptHandle", "VisibilityTimeout"],
      (queue, input) => {
        queue.changeVisibility(text(input, "ReceiptHandle"), number(input, "VisibilityTimeout", Number.NaN));
        return {};
      },
    ),
  };
}

const RECEIVE_PARAMETERS = [
  "MaxNumberOfMessages",
  "VisibilityTimeout",
  "WaitTimeSeconds",
  "AttributeNames",
  "MessageSystemAttributeNames",
  // No message has attributes of its own.
  "MessageAttributeNames",
];

async function receive(queue: Queue, input: Input): Promise<unknown> {
  const maxMessages = number(input, "MaxNumberOfMessages", 1);
  if (maxMessages < 1 || maxMessages > 10)
    throw new AwsError(
      "InvalidParameterValue",
      `Value ${maxMessages} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.`,
    );
  const waitSeconds = number(input, "WaitTimeSeconds", queue.settings.receiveWaitTimeSeconds);
  if (!Number.isInteger(waitSeconds) || waitSeconds < 0 || waitSeconds > 20)
    throw new AwsError(
      "InvalidParameterValue",
      `Value ${waitSeconds} for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.`,
    );
  const visibilitySeconds = number(input, "VisibilityTimeout", queue.settings.visibilityTimeoutSeconds);
  const take = () => queue.receive(maxMessages, visibilitySeconds);
  let messages = take();
  if (messages.length === 0) {
    await somethingVisible(queue, waitSeconds * 1000);
    messages = take();
  }
  if (messages.length === 0) return {};
  const wanted = new Set([...list(input.AttributeNames), ...list(input.MessageSystemAttributeNames)].map(String));
  return { Messages: messages.map((message) => onTheWire(message, wanted)) };
}

/**
 * Resolves when a message may be visible, at the latest after `waitMs` of real time. In the sandbox's time this would deadlock:
 * `advanceTo()` waits for functions, and the function would wait for the clock.
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
