import { randomUUID } from "node:crypto";
import type { Clock } from "../../clock";
import { AwsError, type Journal } from "../types";
import { handOut, newMessage, type QueuedMessage, type ReceivedMessage, type StoredMessage } from "./message";
import type { QueueSettings } from "./settings";

/** The longest that a message can be kept invisible after one receive. */
const LONGEST_VISIBILITY_SECONDS = 43_200;

/** How a queue reaches its neighbours. */
export interface QueueSurroundings {
  readonly clock: Pick<Clock, "now">;
  readonly journal: Journal;
  /** Defaults to `randomUUID`. */
  readonly newId?: (() => string) | undefined;
  readonly find: (arn: string) => Queue | undefined;
}

/**
 * A standard queue in memory. A message that was received comes back after its visibility timeout, until it is deleted. After too
 * many receives it is moved to the dead-letter queue, and after the retention period it is dropped.
 */
export class Queue {
  private readonly messages = new Map<string, StoredMessage>();
  private readonly listeners = new Set<() => void>();

  constructor(
    readonly name: string,
    readonly arn: string,
    public settings: QueueSettings,
    private readonly surroundings: QueueSurroundings,
  ) {}

  /** Calls `listener` whenever a message may have become visible earlier than before; the result ends it. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  send(body: string, senderId: string, delaySeconds = this.settings.delaySeconds): string {
    this.checkBody(body);
    checkSeconds("DelaySeconds", delaySeconds, 900);
    const now = this.surroundings.clock.now();
    const message = newMessage(this.newId(), body, senderId, now, now + delaySeconds * 1000);
    this.messages.set(message.messageId, message);
    this.surroundings.journal.record("queue.sent", { queue: this.name, messageId: message.messageId });
    this.changed();
    return message.messageId;
  }

  receive(maxMessages: number, visibilitySeconds = this.settings.visibilityTimeoutSeconds): ReceivedMessage[] {
    checkSeconds("VisibilityTimeout", visibilitySeconds, LONGEST_VISIBILITY_SECONDS);
    this.expire();
    const now = this.surroundings.clock.now();
    const received: ReceivedMessage[] = [];
    for (const message of this.messages.values()) {
      if (received.length === maxMessages) break;
      if (message.visibleAt > now || this.redriven(message)) continue;
      message.receiveCount += 1;
      message.firstReceivedAt ??= now;
      message.receivedAt = now;
      message.visibleAt = now + visibilitySeconds * 1000;
      message.receiptHandle = `${message.messageId}#${message.receiveCount}#${this.newId()}`;
      received.push(handOut(message, message.receiptHandle, message.firstReceivedAt));
    }
    return received;
  }

  /** With the handle of an earlier receive nothing is deleted, and SQS says nothing. */
  delete(receiptHandle: string): void {
    const message = this.messageOf(receiptHandle);
    if (message?.receiptHandle === receiptHandle) this.messages.delete(message.messageId);
  }

  changeVisibility(receiptHandle: string, seconds: number): void {
    checkSeconds("VisibilityTimeout", seconds, LONGEST_VISIBILITY_SECONDS);
    const message = this.messageOf(receiptHandle);
    if (!message || message.receiptHandle !== receiptHandle)
      throw new AwsError(
        "InvalidParameterValue",
        `Value ${receiptHandle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
      );
    const now = this.surroundings.clock.now();
    if (message.visibleAt <= now)
      throw new AwsError(
        "MessageNotInflight",
        "The specified message isn't in flight: its visibility timeout is over.",
      );
    if (now + seconds * 1000 > message.receivedAt + LONGEST_VISIBILITY_SECONDS * 1000)
      throw new AwsError(
        "InvalidParameterValue",
        `Value ${seconds} for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [${LONGEST_VISIBILITY_SECONDS} seconds].`,
      );
    message.visibleAt = now + seconds * 1000;
    this.changed();
  }

  list(): QueuedMessage[] {
    this.expire();
    return [...this.messages.values()].map((message) => ({
      messageId: message.messageId,
      body: message.body,
      sentAt: message.sentAt,
      visibleAt: message.visibleAt,
      state: this.stateOf(message),
      receiveCount: message.receiveCount,
      sourceQueueArn: message.sourceQueueArn,
    }));
  }

  /** When the next message can be received; undefined if there is none. */
  nextVisibleAt(): number | undefined {
    this.expire();
    let earliest: number | undefined;
    for (const { visibleAt } of this.messages.values()) earliest = Math.min(earliest ?? visibleAt, visibleAt);
    return earliest;
  }

  takeOver(earlier: Queue): void {
    for (const message of earlier.messages.values()) this.messages.set(message.messageId, message);
    this.changed();
  }

  private stateOf(message: StoredMessage): QueuedMessage["state"] {
    if (message.visibleAt <= this.surroundings.clock.now()) return "visible";
    return message.receiptHandle === undefined ? "delayed" : "inFlight";
  }

  private newId(): string {
    return (this.surroundings.newId ?? randomUUID)();
  }

  /** SQS redrives a message when it would be received once more than the policy allows. */
  private redriven(message: StoredMessage): boolean {
    const policy = this.settings.redrivePolicy;
    if (!policy || message.receiveCount < policy.maxReceiveCount) return false;
    const target = this.surroundings.find(policy.deadLetterTargetArn);
    if (!target) return false;
    this.messages.delete(message.messageId);
    this.surroundings.journal.record("queue.redriven", {
      queue: this.name,
      to: target.name,
      messageId: message.messageId,
      receiveCount: message.receiveCount,
    });
    target.adopt(message, this.arn);
    return true;
  }

  /** A redriven message keeps its id and the time at which it was sent, from which retention counts. */
  private adopt(message: StoredMessage, sourceQueueArn: string): void {
    message.sourceQueueArn = sourceQueueArn;
    message.receiptHandle = undefined;
    message.visibleAt = this.surroundings.clock.now();
    this.messages.set(message.messageId, message);
    this.changed();
  }

  private expire(): void {
    const oldest = this.surroundings.clock.now() - this.settings.messageRetentionSeconds * 1000;
    for (const { messageId, sentAt } of this.messages.values()) {
      if (sentAt > oldest) continue;
      this.messages.delete(messageId);
      this.surroundings.journal.record("queue.expired", { queue: this.name, messageId });
    }
  }

  private messageOf(receiptHandle: string): StoredMessage | undefined {
    const parts = receiptHandle.split("#");
    if (parts.length !== 3)
      throw new AwsError(
        "ReceiptHandleIsInvalid",
        `The input receipt handle "${receiptHandle}" is not a valid receipt handle.`,
      );
    return this.messages.get(parts[0] as string);
  }

  private checkBody(body: string): void {
    if (body === "") throw new AwsError("MissingParameter", "The request must contain the parameter MessageBody.");
    if (/[^\t\n\r\x20-\ufffd]/.test(body)) throw new AwsError("InvalidMessageContents", "Invalid characters found.");
    const { maxMessageSize } = this.settings;
    if (Buffer.byteLength(body) > maxMessageSize)
      throw new AwsError(
        "InvalidParameterValue",
        `One or more parameters are invalid. Reason: Message must be shorter than ${maxMessageSize} bytes.`,
      );
  }

  private changed(): void {
    for (const listener of [...this.listeners]) listener();
  }
}

function checkSeconds(parameter: string, seconds: number, max: number): void {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= max) return;
  throw new AwsError(
    "InvalidParameterValue",
    `Value ${seconds} for parameter ${parameter} is invalid. Reason: Must be between 0 and ${max}.`,
  );
}
