import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
} from "@aws-sdk/client-sqs";
import { isDenied, reasonOf } from "../aws/explain";
import { queueCounts } from "../aws/queue";
import type { LiveStack, LiveTriggers } from "../find/live";
import { waiting } from "../tell";

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
/** Of each queue, so many are taken at a time. */
export const MOST_MESSAGES = 500;

/** Takes the messages of both failure queues for as long as `work` runs, and puts back those that it hasn't deleted. */
export function withMessages<T>(
  stack: LiveStack,
  triggers: LiveTriggers,
  work: (messages: readonly HeldMessage[]) => Promise<T>,
): Promise<T> {
  return waiting("Looking into the failure queue", workOn(stack, triggers, work));
}

async function workOn<T>(
  stack: LiveStack,
  triggers: LiveTriggers,
  work: (messages: readonly HeldMessage[]) => Promise<T>,
): Promise<T> {
  const held: HeldMessage[] = [];
  try {
    const queues = await failureQueues(stack, triggers);
    // To their ends, so that all that was taken is put back.
    const taken = await Promise.allSettled(queues.map((queue) => take(stack, queue, held)));
    for (const each of taken) if (each.status === "rejected") throw each.reason;
    return await work([...held].sort((a, b) => a.sentAt - b.sentAt));
  } finally {
    const kept = await Promise.all(held.map((message) => putBack(stack, message)));
    const [why] = kept.filter((reason) => reason !== undefined);
    if (why !== undefined) process.stderr.write(`For a minute nobody can look at them again: ${why}.\n`);
  }
}

/** About how many messages are there that nobody could take now: somebody holds them, or SQS still counts what was just deleted. */
export async function heldElsewhere(stack: LiveStack, triggers: LiveTriggers): Promise<number> {
  const queues = await failureQueues(stack, triggers);
  const counts = await Promise.all(queues.map(({ queueUrl }) => queueCounts(stack.clients, queueUrl)));
  return counts.reduce((sum, { visible, later }) => sum + visible + later, 0);
}

type FailureQueue = Pick<HeldMessage, "queueUrl" | "isDeadEvent">;

async function failureQueues(stack: LiveStack, triggers: LiveTriggers): Promise<FailureQueue[]> {
  const deadEvents = await deadEventQueue(stack, triggers);
  return [
    { queueUrl: triggers.failureQueueUrl, isDeadEvent: false },
    ...(deadEvents === undefined ? [] : [{ queueUrl: deadEvents, isDeadEvent: true }]),
  ];
}

async function take({ clients }: LiveStack, from: FailureQueue, held: HeldMessage[]): Promise<void> {
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
  from: FailureQueue,
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

/** Why it couldn't be put back. One that was deleted meanwhile needs nothing, and SQS says so by an error. */
async function putBack({ clients }: LiveStack, { queueUrl, receiptHandle }: HeldMessage): Promise<string | undefined> {
  const input = { QueueUrl: queueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout: 0 };
  try {
    await clients.sqs.send(new ChangeMessageVisibilityCommand(input));
  } catch (error) {
    if (isDenied(error)) return reasonOf(error);
  }
  return undefined;
}

export async function deleteMessage({ clients }: LiveStack, { queueUrl, receiptHandle }: HeldMessage): Promise<void> {
  await clients.sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receiptHandle }));
}
