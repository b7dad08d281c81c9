import assert from "node:assert/strict";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { Topics } from "../../../sandbox/aws/topics";
import { make, TestCloud } from "./support";

const TOPIC = "aws:sns/topic:Topic";
const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";

describe("SNS", () => {
  let cloud: TestCloud;
  let topics: Topics;
  let topic: string;

  beforeEach(async () => {
    cloud = new TestCloud((context) => {
      topics = new Topics(context);
      return [topics.api];
    });
    await cloud.endpoint.start();
    topic = (await make(topics, TOPIC, "alarms", { name: "alarms" })).id;
  });
  afterEach(() => cloud.stop());

  const subscribe = (inputs: object = {}) =>
    make(topics, SUBSCRIPTION, "mail", { topic, protocol: "email", endpoint: "me@example.com", ...inputs });
  const publish = (input: object = {}) =>
    new SNSClient(cloud.as()).send(new PublishCommand({ TopicArn: topic, Message: "It failed.", ...input }));

  it("keeps the mail that a subscriber gets", async () => {
    const subscription = await subscribe();
    assert.equal(subscription.state.pendingConfirmation, true);
    const answer = await publish({ Subject: "Payday failed", Message: "Zwölf & <two>\nlines" });
    assert.ok(answer.MessageId);
    const [mail, ...others] = topics.mails;
    assert.deepEqual(others, []);
    assert.deepEqual(
      { ...mail, at: 0 },
      { at: 0, topicArn: topic, to: "me@example.com", subject: "Payday failed", message: "Zwölf & <two>\nlines" },
    );
  });

  it("journals a mail by address and subject", async () => {
    await subscribe();
    await publish({ Subject: "Payday failed" });
    const { at: _at, ...entry } = cloud.context.journal.entries.at(-1) ?? { at: 0 };
    assert.deepEqual(entry, { kind: "mail.sent", to: "me@example.com", subject: "Payday failed" });
  });

  it("gives a mail without a subject the subject that AWS gives", async () => {
    await subscribe();
    await publish();
    assert.equal(topics.mails[0]?.subject, "AWS Notification Message");
  });

  it("accepts a message that nobody subscribed to", async () => {
    await publish();
    assert.deepEqual(topics.mails, []);
  });

  it("journals that a subscription isn't delivered to", async () => {
    await subscribe({ protocol: "https", endpoint: "https://example.com" });
    await subscribe({ filterPolicy: "{}" });
    await publish();
    assert.deepEqual(topics.mails, []);
    const notDelivered = cloud.context.journal.entries.filter(({ kind }) => kind === "topic.notDelivered");
    assert.equal(notDelivered.length, 2);
  });

  const badSubjects = ["", "a".repeat(101), "two\nlines", "two\u2028lines", "tab\there", "\u0085"];
  for (const Subject of badSubjects)
    it(`refuses the subject ${JSON.stringify(Subject.slice(0, 20))}`, async () => {
      await assert.rejects(publish({ Subject }), {
        name: "InvalidParameterException",
        message: "Invalid parameter: Subject",
      });
    });

  it("takes a subject of a hundred characters", async () => {
    await publish({ Subject: "a".repeat(100) });
  });

  it("takes a subject in any script", async () => {
    await subscribe();
    await publish({ Subject: "Miete für März: 12 € 🏠" });
    assert.equal(topics.mails[0]?.subject, "Miete für März: 12 € 🏠");
  });

  it("refuses an empty message and one above 256 KB", async () => {
    await assert.rejects(publish({ Message: "" }), { message: "Invalid parameter: Empty message" });
    await assert.rejects(publish({ Message: "ü".repeat(131_073) }), { message: "Invalid parameter: Message too long" });
    await publish({ Message: "a".repeat(262_144) });
  });

  it("refuses a topic that doesn't exist", async () => {
    await assert.rejects(publish({ TopicArn: `${topic}2` }), { name: "NotFoundException" });
    await assert.rejects(subscribe({ topic: `${topic}2` }), { code: "NotFound" });
  });

  it("says that it doesn't run a message per protocol, text messages and attributes", async () => {
    await assert.rejects(publish({ MessageStructure: "json" }), { name: "NotImplemented" });
    await assert.rejects(publish({ TopicArn: undefined, PhoneNumber: "+15550100" }), { name: "NotImplemented" });
    const MessageAttributes = { kind: { DataType: "String", StringValue: "failure" } };
    await assert.rejects(publish({ MessageAttributes }), /doesn't run sns:Publish with MessageAttributes/);
  });

  it("refuses an address that is none", async () => {
    await assert.rejects(subscribe({ endpoint: "me" }), { message: "Invalid parameter: Email address" });
  });

  it("says that it runs no FIFO topics and no publishing to a target other than a topic", async () => {
    await assert.rejects(make(topics, TOPIC, "fifo", { fifoTopic: true }), /doesn't run FIFO topics/);
    await assert.rejects(publish({ TopicArn: undefined, TargetArn: topic }), { name: "NotImplemented" });
  });

  it("doesn't run topic policies: they are listed as declared and not run", () => {
    assert.equal(topics.resources["aws:sns/topicPolicy:TopicPolicy"], undefined);
  });

  it("lets only a role with the right publish", async () => {
    const allowed = await cloud.role("a", { Effect: "Allow", Action: "sns:Publish", Resource: topic });
    const other = await cloud.role("b", { Effect: "Allow", Action: "sns:Publish", Resource: `${topic}2` });
    const command = new PublishCommand({ TopicArn: topic, Message: "m" });
    await new SNSClient(cloud.as(allowed)).send(command);
    await assert.rejects(new SNSClient(cloud.as(other)).send(command), { name: "AuthorizationErrorException" });
  });

  it("keeps the latest thousand mails", async () => {
    await subscribe();
    for (let count = 0; count < 1_005; count++) topics.publish(topic, { message: `mail ${count}` });
    assert.equal(topics.mails.length, 1_000);
    assert.equal(topics.mails.at(-1)?.message, "mail 1004");
  });
});
