import type { ChangeMessageVisibilityCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { failureBody } from "../../agreements/failureMessage";
import type { FailureQueue, WorkQueue } from "../ports";
import { CLIENT_OPTIONS, once, withinDeadline } from "./clientOptions";

/** The part of `SQSClient` that is used. */
export interface SqsSender {
  send(
    command: ChangeMessageVisibilityCommand | SendMessageCommand,
    options: { abortSignal: AbortSignal },
  ): Promise<unknown>;
}

/** Loaded on first use: most invocations neither put a message back nor give one up. */
const sqsClient = once(async (): Promise<SqsSender> => {
  const { SQSClient } = await import("@aws-sdk/client-sqs");
  const client = new SQSClient(CLIENT_OPTIONS);
  return { send: (command, options) => client.send(command as SendMessageCommand, options) };
});

export function sqsWorkQueue(url: string, client: () => Promise<SqsSender> = sqsClient): WorkQueue {
  return {
    url,
    async putBack(receiptHandle, delaySeconds) {
      const { ChangeMessageVisibilityCommand } = await import("@aws-sdk/client-sqs");
      const input = { QueueUrl: url, ReceiptHandle: receiptHandle, VisibilityTimeout: delaySeconds };
      await (await client()).send(new ChangeMessageVisibilityCommand(input), withinDeadline());
    },
  };
}

export function sqsFailureQueue(url: string, client: () => Promise<SqsSender> = sqsClient): FailureQueue {
  return {
    async send(message) {
      const { SendMessageCommand } = await import("@aws-sdk/client-sqs");
      const input = { QueueUrl: url, MessageBody: failureBody(message) };
      await (await client()).send(new SendMessageCommand(input), withinDeadline());
    },
  };
}
