import { randomUUID } from "node:crypto";
import { physicalName } from "./names";
import { NotRunError, refuseInputs, refuseParameters } from "./notRun";
import { type AwsApi, AwsError, type CloudContext, type Created, type CreateRequest, type Service } from "./types";

/** A mail that a topic sent. */
export interface Mail {
  /** The sandbox's time, milliseconds since the epoch. */
  readonly at: number;
  readonly topicArn: string;
  readonly to: string;
  readonly subject: string;
  readonly message: string;
}

interface MailToSend {
  readonly subject?: string | undefined;
  readonly message: string;
}

interface Subscription {
  readonly arn: string;
  confirmed: boolean;
  readonly protocol: string;
  readonly endpoint: string;
  /** The sandbox doesn't evaluate filters, so it delivers nothing to such a subscription and says so. */
  readonly filtered: boolean;
}

/** What SNS puts into a mail without a subject. */
const DEFAULT_SUBJECT = "AWS Notification Message";
const MAX_SUBJECT_LENGTH = 100;
const MAX_MESSAGE_BYTES = 262_144;
const MOST_MAILS = 1_000;

/** SNS: topics whose e-mail subscriptions count as confirmed, and whose mails are kept instead of sent. */
export class Topics implements Service {
  /** The latest 1,000 mails, oldest first. */
  readonly mails: Mail[] = [];
  readonly resources: Service["resources"] = {
    "aws:sns/topic:Topic": (request) => this.createTopic(request),
    "aws:sns/topicSubscription:TopicSubscription": (request) => this.createSubscription(request),
  };
  readonly api: AwsApi = {
    signingName: "sns",
    protocol: "awsQuery",
    operations: {
      Publish: {
        authorize: ({ TopicArn }) => ({ action: "SNS:Publish", resource: String(TopicArn) }),
        run: (input) => this.publishFromWire(input),
      },
      ListSubscriptionsByTopic: {
        authorize: ({ TopicArn }) => ({ action: "SNS:ListSubscriptionsByTopic", resource: String(TopicArn) }),
        run: ({ TopicArn }) => ({ Subscriptions: this.topic(String(TopicArn)).map(described(String(TopicArn))) }),
      },
    },
  };
  private readonly subscriptions = new Map<string, Subscription[]>();

  constructor(private readonly context: CloudContext) {}

  /** Sends a message to a topic's subscribers, whoever asks for it. Throws `AwsError` as SNS does; returns the message id. */
  publish(topicArn: string, mail: MailToSend): string {
    const subscriptions = this.topic(topicArn);
    checkSubject(mail.subject);
    checkMessage(mail.message);
    for (const subscription of subscriptions) this.deliver(topicArn, subscription, mail);
    return (this.context.newId ?? randomUUID)();
  }

  /** As if the person had not followed the link in AWS's mail yet, or had: without that, nothing is delivered. */
  setConfirmed(endpoint: string, confirmed: boolean): void {
    for (const subscription of [...this.subscriptions.values()].flat())
      if (subscription.endpoint === endpoint) subscription.confirmed = confirmed;
  }

  /** As a person in the AWS console might: deletes a topic behind the program's back. */
  remove(topicArn: string): void {
    this.subscriptions.delete(topicArn);
  }

  takeOver(earlier: Topics): void {
    this.mails.unshift(...earlier.mails);
  }

  private publishFromWire(input: Record<string, unknown>): Record<string, unknown> {
    refuseParameters("sns:Publish", input, ["TopicArn", "Subject", "Message"]);
    const { TopicArn, Subject, Message } = input;
    const subject = Subject === undefined ? undefined : String(Subject);
    return { MessageId: this.publish(String(TopicArn), { subject, message: String(Message ?? "") }) };
  }

  private deliver(topicArn: string, to: Subscription, mail: MailToSend) {
    const { protocol, endpoint } = to;
    if (!to.confirmed) return;
    if (to.filtered || !protocol.startsWith("email")) {
      this.context.journal.record("topic.notDelivered", { topicArn, protocol, filtered: to.filtered });
      return;
    }
    const subject = mail.subject ?? DEFAULT_SUBJECT;
    this.mails.push({ at: this.context.clock.now(), topicArn, to: endpoint, subject, message: mail.message });
    if (this.mails.length > MOST_MAILS) this.mails.shift();
    this.context.journal.record("mail.sent", { to: endpoint, subject });
  }

  private createTopic(request: CreateRequest): Created {
    const name = physicalName(request, { maxLength: 256 });
    if (request.inputs.fifoTopic === true) throw new NotRunError("FIFO topics");
    refuseInputs(request, ["policy"]);
    if (!/^[\w-]+$/.test(name)) throw new AwsError("InvalidParameter", "Invalid parameter: Topic Name");
    const arn = `arn:aws:sns:${this.context.region}:${this.context.accountId}:${name}`;
    // SNS takes a second creation for the same topic, and so does Pulumi.
    if (!this.subscriptions.has(arn)) this.subscriptions.set(arn, []);
    return {
      id: arn,
      state: { ...request.inputs, name, arn, owner: this.context.accountId, tagsAll: request.inputs.tags ?? {} },
    };
  }

  private createSubscription(request: CreateRequest): Created {
    const { topic, protocol, endpoint, filterPolicy } = request.inputs;
    const subscriptions = this.topic(String(topic));
    const byMail = protocol === "email" || protocol === "email-json";
    if (byMail && !/^[^@\s]+@[^@\s]+$/.test(String(endpoint)))
      throw new AwsError("InvalidParameter", "Invalid parameter: Email address");
    const arn = `${topic}:${(this.context.newId ?? randomUUID)()}`;
    subscriptions.push({
      ...{ arn, confirmed: true },
      protocol: String(protocol),
      endpoint: String(endpoint),
      filtered: filterPolicy !== undefined,
    });
    return {
      id: arn,
      state: {
        ...request.inputs,
        arn,
        ownerId: this.context.accountId,
        // What AWS reports before the person has followed the link in the mail.
        pendingConfirmation: byMail,
        confirmationWasAuthenticated: !byMail,
      },
    };
  }

  private topic(arn: string): Subscription[] {
    const subscriptions = this.subscriptions.get(arn);
    if (!subscriptions) throw new AwsError("NotFound", "Topic does not exist", 404);
    return subscriptions;
  }
}

/** As SNS lists a subscription: one that nobody has confirmed has no ARN yet. */
function described(TopicArn: string) {
  return ({ arn, protocol, endpoint, confirmed }: Subscription) => ({
    ...{ TopicArn, Protocol: protocol, Endpoint: endpoint },
    SubscriptionArn: confirmed ? arn : "PendingConfirmation",
  });
}

/** SNS API reference, "Publish": UTF-8 text without line breaks and control characters. */
function checkSubject(subject: string | undefined): void {
  if (subject === undefined) return;
  if (!/^[^\p{Cc}\p{Zl}\p{Zp}]+$/u.test(subject) || subject.length > MAX_SUBJECT_LENGTH)
    throw new AwsError("InvalidParameter", "Invalid parameter: Subject");
}

function checkMessage(message: string): void {
  if (message === "") throw new AwsError("InvalidParameter", "Invalid parameter: Empty message");
  if (Buffer.byteLength(message) > MAX_MESSAGE_BYTES)
    throw new AwsError("InvalidParameter", "Invalid parameter: Message too long");
}
