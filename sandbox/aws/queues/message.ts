import { createHash } from "node:crypto";

/** A message in a queue, as people and tests see it. Times in milliseconds since the epoch. */
export interface QueuedMessage {
  readonly messageId: string;
  readonly body: string;
  readonly sentAt: number;
  /** When it can be received: in the past if it waits to be. */
  readonly visibleAt: number;
  /** `inFlight`: received, and neither deleted nor visible again. `delayed`: not visible yet. */
  readonly state: "visible" | "inFlight" | "delayed";
  readonly receiveCount: number;
  /** For a message that was redriven: the queue that it came from. */
  readonly sourceQueueArn: string | undefined;
}

/** A message as its queue keeps it. */
export interface StoredMessage {
  readonly messageId: string;
  readonly body: string;
  readonly sentAt: number;
  readonly senderId: string;
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt: number | undefined;
  receivedAt: number;
  /** Of the last receive: the only one that still acts on the message. */
  receiptHandle: string | undefined;
  sourceQueueArn: string | undefined;
}

/** A message as one receive hands it out. */
export interface ReceivedMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export function newMessage(
  messageId: string,
  body: string,
  senderId: string,
  sentAt: number,
  visibleAt: number,
): StoredMessage {
  return {
    messageId,
    body,
    sentAt,
    senderId,
    visibleAt,
    receiveCount: 0,
    firstReceivedAt: undefined,
    receivedAt: 0,
    receiptHandle: undefined,
    sourceQueueArn: undefined,
  };
}

/** The MD5 digest by which an SDK checks that a body arrived as it was sent. */
export function md5(body: string): string {
  return createHash("md5").update(body).digest("hex");
}

/** The message as this receive hands it out. */
export function handOut(message: StoredMessage, receiptHandle: string, firstReceivedAt: number): ReceivedMessage {
  return {
    messageId: message.messageId,
    receiptHandle,
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(message.receiveCount),
      SentTimestamp: String(Math.floor(message.sentAt)),
      SenderId: message.senderId,
      ApproximateFirstReceiveTimestamp: String(Math.floor(firstReceivedAt)),
      ...(message.sourceQueueArn === undefined ? {} : { DeadLetterQueueSourceArn: message.sourceQueueArn }),
    },
  };
}
