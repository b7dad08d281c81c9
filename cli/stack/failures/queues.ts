import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
} from "@aws-sdk/client-sqs";
import type { LiveStack, LiveTriggers } from "../find/live";

/** A message that waits for a person. */
export interface HeldMessage {
  readonly queueUrl: string;
  /** Whether it is an event as its sender wrote it, that the function could not even refuse. */
  readonly isDeadEvent: boolean;
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  /** When it was put there, milliseconds since the epoch. */
  readonly sentAt: number;
  /** What AWS's services say of it: Scheduler names its schedule and the error. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** While they are looked at, others don't see them. If this process dies, they are there again after this time. */
const HOLD_SECONDS = 60;
const MOST_MESSAGES = 500;

/** Takes the messages of both failure queues for as long as `work` runs, and puts back those that it hasn't deleted. */
export async function withMessages<T>(
  stack: LiveStack,
  triggers: LiveTriggers,
  work: (messages: readonly HeldMessage[]) => Promise<T>,
): Promise<T> {
  const held: HeldMessage[] = [];
  try {
    await take(stack, { queueUrl: triggers.failureQueueUrl, isDeadEvent: false }, held);
    const deadEvents = await deadEventQueue(stack, triggers);
    if (deadEvents !== undefined) await take(stack, { queueUrl: deadEvents, isDeadEvent: true }, held);
    return await work([...held].sort((a, b) => a.sentAt - b.sentAt));
  } finally {
    await Promise.all(held.map((message) => putBack(stack, message)));
  }
}

async function take(
  { clients }: LiveStack,
  from: Pick<HeldMessage, "queueUrl" | "isDeadEvent">,
  held: HeldMessage[],
): Promise<void> {
  for (let taken = 0; taken < MOST_MESSAGES; ) {
    const command = new ReceiveMessageCommand({
      QueueUrl: from.queueUrl,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: HOLD_SECONDS,
      // A wait asks all of SQS's servers, so that an empty answer means an empty queue.
      WaitTimeSeconds: 1,
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    });
    const { Messages = [] } = await clients.sqs.send(command);
    if (Messages.length === 0) return;
    held.push(...Messages.map((message) => heldOf(message, from)));
    taken += Messages.length;
  }
}

function heldOf(
  { MessageId = "", ReceiptHandle = "", Body = "", Attributes, MessageAttributes = {} }: Message,
  from: Pick<HeldMessage, "queueUrl" | "isDeadEvent">,
): HeldMessage {
  const texts = Object.entries(MessageAttributes).map(([name, { StringValue = "" }]) => [name, StringValue] as const);
  return {
    ...from,
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    sentAt: Number(Attributes?.SentTimestamp ?? 0),
    attributes: Object.fromEntries(texts),
  };
}

/** The name of the queue is the record's; without one, the event queue knows where its failures go. */
async function deadEventQueue(stack: LiveStack, { eventQueueUrl }: LiveTriggers): Promise<string | undefined> {
  if (eventQueueUrl === undefined) return undefined;
  const recorded = stack.declared("aws:sqs/queue:Queue").find(({ name }) => name.endsWith("-event-dead-letters"));
  const beside = (name: string) => `${eventQueueUrl.slice(0, eventQueueUrl.lastIndexOf("/") + 1)}${name}`;
  if (recorded) return beside(String(recorded.outputs.name));
  const command = new GetQueueAttributesCommand({ QueueUrl: eventQueueUrl, AttributeNames: ["RedrivePolicy"] });
  const { Attributes } = await stack.clients.sqs.send(command);
  const { deadLetterTargetArn } = JSON.parse(Attributes?.RedrivePolicy ?? "{}") as { deadLetterTargetArn?: string };
  return deadLetterTargetArn === undefined ? undefined : beside(deadLetterTargetArn.split(":").at(-1) as string);
}

/** One that was deleted meanwhile needs nothing, and SQS says so by an error. */
async function putBack({ clients }: LiveStack, { queueUrl, receiptHandle }: HeldMessage): Promise<void> {
  const input = { QueueUrl: queueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout: 0 };
  await clients.sqs.send(new ChangeMessageVisibilityCommand(input)).catch(() => {});
}

export async function deleteMessage({ clients }: LiveStack, { queueUrl, receiptHandle }: HeldMessage): Promise<void> {
  await clients.sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receiptHandle }));
}
