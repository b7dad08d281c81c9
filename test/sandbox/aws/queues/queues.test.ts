import assert from "node:assert/strict";
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  type QueueAttributeName,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { Queues } from "../../../../sandbox/aws/queues";
import type { CloudContext } from "../../../../sandbox/aws/types";
import { TestCloud } from "../support";
import { ACCOUNT, cloudContext, request, serve } from "./support";

const START = "2026-01-01T00:00:00Z";
const QUEUE = "aws:sqs/queue:Queue";
const MINUTE_MS = 60_000;

describe("Queues", () => {
  let context: CloudContext;
  let queues: Queues;

  beforeEach(() => {
    context = cloudContext(START);
    queues = new Queues(context);
  });
  afterEach(() => context.clock.stop());

  const make = (name: string, inputs: Record<string, unknown> = {}) =>
    queues.resources[QUEUE](request(QUEUE, name, { name, ...inputs }));
  const arnOf = (name: string) => `arn:aws:sqs:us-east-1:${ACCOUNT}:${name}`;
  const later = (ms: number) => context.clock.advanceTo(context.clock.now() + ms);
  const take = (name = "work", count = 10) => queues.get(arnOf(name)).receive(count);
  const firstOf = (name = "work") => {
    const [message] = take(name);
    assert.ok(message);
    return message;
  };

  describe("declared", () => {
    it("have the outputs that AWS's provider gives", () => {
      const { id, state } = make("work", { visibilityTimeoutSeconds: 90, tags: { a: "b" } });
      assert.equal(id, `http://sqs.us-east-1.localhost/${ACCOUNT}/work`);
      assert.equal(state.url, id);
      assert.equal(state.arn, arnOf("work"));
      assert.equal(state.name, "work");
      assert.equal(state.visibilityTimeoutSeconds, 90);
      assert.equal(state.messageRetentionSeconds, 345_600);
      assert.deepEqual(state.tagsAll, { a: "b" });
    });

    it("get a name of their own when none is given", () => {
      const { state } = queues.resources[QUEUE](request(QUEUE, "jobs", {}));
      assert.match(String(state.name), /^jobs-[0-9a-f]{7}$/);
    });

    const refused: [string, Record<string, unknown>, RegExp][] = [
      ["work.fifo", {}, /doesn't run FIFO queues/],
      ["work", { fifoQueue: true }, /doesn't run FIFO queues/],
      ["w".repeat(81), {}, /81 characters; at most 80/],
      ["a b", {}, /alphanumeric characters, hyphens, or underscores/],
      ["work", { visibilityTimeoutSeconds: 43_201 }, /VisibilityTimeout.*43201.*0 to 43200/],
      ["work", { messageRetentionSeconds: 59 }, /MessageRetentionPeriod/],
      ["work", { delaySeconds: 1.5 }, /DelaySeconds/],
      ["work", { redrivePolicy: "no" }, /not a valid JSON map/],
      ["work", { redrivePolicy: "[]" }, /not a valid JSON map/],
      ["work", { redrivePolicy: '{"maxReceiveCount":3}' }, /deadLetterTargetArn/],
      ["work", { redrivePolicy: '{"deadLetterTargetArn":"x","maxReceiveCount":0}' }, /1 to 1000/],
      [
        "work",
        { redrivePolicy: '{"deadLetterTargetArn":"x","maxReceiveCount":3}' },
        /Dead letter target does not exist/,
      ],
      ["work", { redriveAllowPolicy: "{}" }, /doesn't run aws:sqs\/queue:Queue "work" with redriveAllowPolicy/],
      ["work", { policy: "{}" }, /doesn't run aws:sqs\/queue:Queue "work" with policy/],
    ];
    for (const [name, inputs, message] of refused)
      it(`are refused: ${name.slice(0, 9)} ${JSON.stringify(inputs)}`, () => {
        assert.throws(() => make(name, inputs), message);
      });

    it("are refused with the name of another", () => {
      make("work");
      assert.throws(() => make("work"), { code: "QueueAlreadyExists" });
    });
  });

  it("take a message once for each receive, until its visibility timeout is over", async () => {
    make("work", { visibilityTimeoutSeconds: 60 });
    const messageId = queues.send(arnOf("work"), "hello");
    const first = firstOf();
    assert.equal(first.messageId, messageId);
    assert.equal(first.body, "hello");
    assert.equal(first.attributes.ApproximateReceiveCount, "1");
    assert.deepEqual(take(), []);
    await later(59_000);
    assert.deepEqual(take(), []);
    await later(MINUTE_MS);
    const second = firstOf();
    assert.equal(second.messageId, messageId);
    assert.equal(second.attributes.ApproximateReceiveCount, "2");
    assert.equal(second.attributes.SentTimestamp, first.attributes.SentTimestamp);
    assert.equal(second.attributes.ApproximateFirstReceiveTimestamp, first.attributes.ApproximateFirstReceiveTimestamp);
    assert.notEqual(second.receiptHandle, first.receiptHandle);
  });

  it("delete by the latest receipt handle only", async () => {
    make("work");
    queues.send(arnOf("work"), "hello");
    const first = firstOf();
    await later(MINUTE_MS);
    const second = firstOf();
    queues.get(arnOf("work")).delete(first.receiptHandle);
    assert.equal(queues.messages(arnOf("work")).length, 1);
    queues.get(arnOf("work")).delete(second.receiptHandle);
    assert.equal(queues.messages(arnOf("work")).length, 0);
    assert.throws(() => queues.get(arnOf("work")).delete("nonsense"), { code: "ReceiptHandleIsInvalid" });
  });

  it("change the visibility of a message in flight", async () => {
    make("work");
    queues.send(arnOf("work"), "hello");
    const queue = queues.get(arnOf("work"));
    const first = firstOf();
    queue.changeVisibility(first.receiptHandle, 600);
    await later(599_000);
    assert.deepEqual(take(), []);
    await later(MINUTE_MS);
    const second = firstOf();
    queue.changeVisibility(second.receiptHandle, 0);
    firstOf();
    assert.throws(() => queue.changeVisibility(first.receiptHandle, 5), /does not exist or is not available/);
  });

  it("refuse visibility changes beyond twelve hours of a receive, and of messages not in flight", async () => {
    make("work");
    queues.send(arnOf("work"), "hello");
    const queue = queues.get(arnOf("work"));
    const { receiptHandle } = firstOf();
    assert.throws(() => queue.changeVisibility(receiptHandle, 43_201), /between 0 and 43200/);
    assert.throws(() => queue.changeVisibility(receiptHandle, -1), /between 0 and 43200/);
    assert.throws(() => queue.changeVisibility(receiptHandle, Number.NaN), /between 0 and 43200/);
    queue.changeVisibility(receiptHandle, 3600);
    await later(10 * MINUTE_MS);
    assert.throws(() => queue.changeVisibility(receiptHandle, 43_200), /beyond the limit \[43200 seconds\]/);
    await later(3600_000);
    assert.throws(() => queue.changeVisibility(receiptHandle, 5), { code: "MessageNotInflight" });
  });

  it("move a message to the dead-letter queue after the allowed number of receives", async () => {
    make("failures");
    make("work", { redrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf("failures"), maxReceiveCount: 2 }) });
    const messageId = queues.send(arnOf("work"), "hello");
    firstOf();
    await later(MINUTE_MS);
    firstOf();
    await later(MINUTE_MS);
    assert.deepEqual(take(), []);
    assert.deepEqual(queues.messages(arnOf("work")), []);
    const [redriven] = queues.messages(arnOf("failures"));
    assert.equal(redriven?.messageId, messageId);
    assert.equal(redriven?.sourceQueueArn, arnOf("work"));
    assert.equal(redriven?.state, "visible");
    assert.equal(firstOf("failures").attributes.DeadLetterQueueSourceArn, arnOf("work"));
    const entry = context.journal.entries.find(({ kind }) => kind === "queue.redriven");
    assert.equal(entry?.messageId, messageId);
  });

  it("drop messages at the end of the retention period, and say so", async () => {
    make("work", { messageRetentionSeconds: 60 });
    queues.send(arnOf("work"), "hello");
    await later(59_000);
    assert.equal(queues.messages(arnOf("work")).length, 1);
    await later(MINUTE_MS);
    assert.deepEqual(queues.messages(arnOf("work")), []);
    assert.ok(context.journal.entries.some(({ kind }) => kind === "queue.expired"));
  });

  it("delay messages", async () => {
    make("work", { delaySeconds: 30 });
    queues.send(arnOf("work"), "hello");
    assert.equal(queues.messages(arnOf("work"))[0]?.state, "delayed");
    assert.deepEqual(take(), []);
    await later(MINUTE_MS);
    firstOf();
  });

  it("refuse empty and too large bodies, and queues that don't exist", () => {
    make("work");
    assert.throws(() => queues.send(arnOf("work"), ""), { code: "MissingParameter" });
    for (const text of ["\u0000", "\u001f", "\ufffe", "\uffff"])
      assert.throws(() => queues.send(arnOf("work"), `a${text}`), { code: "InvalidMessageContents" });
    queues.send(arnOf("work"), "\t\n\r \u007f\ud7ff\ue000\ufffd\u{1f600}");
    assert.throws(() => queues.send(arnOf("work"), "é".repeat(524_289)), /shorter than 1048576 bytes/);
    queues.send(arnOf("work"), "é".repeat(524_288));
    assert.throws(() => queues.send(arnOf("other"), "hello"), { code: "QueueDoesNotExist" });
  });

  it("keep a message's body out of the journal", () => {
    make("work");
    queues.send(arnOf("work"), "hello-from-a-test");
    assert.doesNotMatch(JSON.stringify(context.journal.entries), /hello-from-a-test/);
  });
});

describe("Queues on the wire", () => {
  let context: CloudContext;
  let queues: Queues;
  let server: Awaited<ReturnType<typeof serve>>;
  let client: SQSClient;
  let QueueUrl: string;
  const arn = `arn:aws:sqs:us-east-1:${ACCOUNT}:work`;
  const environment = { ...process.env };

  beforeEach(async () => {
    context = cloudContext(START);
    queues = new Queues(context, { endpointUrl: () => server.url });
    server = await serve(queues.api);
    // As in a function's process: nothing but the environment points at the sandbox.
    process.env.AWS_ENDPOINT_URL = server.url;
    client = new SQSClient({ region: "us-east-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } });
    QueueUrl = queues.resources[QUEUE](request(QUEUE, "work", { name: "work" })).id;
  });
  afterEach(async () => {
    client.destroy();
    context.clock.stop();
    process.env = { ...environment };
    await server.close();
  });

  it("carry a message there and back, with the digests that the SDK checks", async () => {
    const sent = await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "grüße" }));
    const { Messages } = await client.send(
      new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ["All"] }),
    );
    assert.equal(Messages?.[0]?.MessageId, sent.MessageId);
    assert.equal(Messages?.[0]?.Body, "grüße");
    assert.equal(Messages?.[0]?.Attributes?.ApproximateReceiveCount, "1");
    const { ReceiptHandle } = Messages?.[0] ?? {};
    await client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 600 }));
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    assert.deepEqual(queues.messages(arn), []);
    assert.deepEqual(server.calls, [
      `sqs:SendMessage ${arn}`,
      `sqs:ReceiveMessage ${arn}`,
      `sqs:ChangeMessageVisibility ${arn}`,
      `sqs:DeleteMessage ${arn}`,
    ]);
  });

  it("count what is to be taken, in flight and delayed", async () => {
    for (const DelaySeconds of [0, 0, 60])
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "x", DelaySeconds }));
    await client.send(new ReceiveMessageCommand({ QueueUrl }));
    const of = async (...AttributeNames: QueueAttributeName[]) =>
      (await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }))).Attributes;
    assert.deepEqual(await of("All"), {
      QueueArn: arn,
      DelaySeconds: "0",
      MessageRetentionPeriod: "345600",
      VisibilityTimeout: "30",
      ApproximateNumberOfMessages: "1",
      ApproximateNumberOfMessagesNotVisible: "1",
      ApproximateNumberOfMessagesDelayed: "1",
    });
    assert.deepEqual(await of("QueueArn"), { QueueArn: arn });
  });

  it("send even a client's first request to the endpoint", async () => {
    assert.equal(new URL(QueueUrl).origin, server.url);
    await client.send(new ReceiveMessageCommand({ QueueUrl }));
    assert.equal(server.calls.length, 1);
  });

  it("receive as soon as there is a message while waiting for one", async () => {
    const waiting = client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    while (server.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
    queues.send(arn, "late");
    assert.equal((await waiting).Messages?.[0]?.Body, "late");
  });

  it("answer nothing when the wait for a message is over", async () => {
    const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
    assert.equal(Messages, undefined);
  });

  it("take a wait of 0 to 20 whole seconds", async () => {
    queues.send(arn, "one");
    const receive = (WaitTimeSeconds: number) => client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds }));
    for (const seconds of [-1, 21])
      await assert.rejects(receive(seconds), {
        name: "InvalidParameterValue",
        message: `Value ${seconds} for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.`,
      });
    assert.equal((await receive(20)).Messages?.length, 1);
  });

  it("refuse what the sandbox has not", async () => {
    const attributes = { a: { DataType: "String", StringValue: "b" } };
    await assert.rejects(
      client.send(new SendMessageCommand({ QueueUrl, MessageBody: "x", MessageAttributes: attributes })),
      { name: "NotImplemented", message: "the sandbox doesn't run sqs:SendMessage with MessageAttributes" },
    );
    await assert.rejects(
      client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 11 })),
      /between 1 and 10/,
    );
    await assert.rejects(client.send(new SendMessageCommand({ QueueUrl: `${QueueUrl}2`, MessageBody: "x" })), {
      name: "QueueDoesNotExist",
    });
    await assert.rejects(
      client.send(new SendMessageCommand({ QueueUrl: `${server.url}/999999999999/work`, MessageBody: "x" })),
      { name: "QueueDoesNotExist" },
    );
    await assert.rejects(client.send(new SendMessageCommand({ QueueUrl: server.url, MessageBody: "x" })), {
      name: "InvalidAddress",
    });
  });
});

describe("Queues behind policies", () => {
  let cloud: TestCloud;
  let client: SQSClient;
  const send = (name: string) =>
    client.send(new SendMessageCommand({ QueueUrl: `${cloud.endpoint.url}/${ACCOUNT}/${name}`, MessageBody: "hello" }));

  beforeEach(async () => {
    cloud = new TestCloud((context) => {
      const queues = new Queues(context);
      for (const name of ["work", "other"]) queues.resources[QUEUE](request(QUEUE, name, { name }));
      return [queues.api];
    });
    await cloud.endpoint.start();
    const resources = ["work", "gone"].map((name) => `arn:aws:sqs:us-east-1:${ACCOUNT}:${name}`);
    const role = await cloud.role("sender", { Effect: "Allow", Action: "sqs:SendMessage", Resource: resources });
    client = new SQSClient(cloud.as(role));
  });
  afterEach(async () => {
    client.destroy();
    await cloud.stop();
  });

  it("ask for the right before they look for the queue", async () => {
    await send("work");
    await assert.rejects(send("other"), { name: "AccessDenied" });
    await assert.rejects(send("missing"), { name: "AccessDenied" });
    await assert.rejects(send("gone"), { name: "QueueDoesNotExist" });
  });

  it("send an error's code of the query protocol along, by which older programs know it", async () => {
    const codeOf = (name: string) =>
      send(name).then(
        () => assert.fail("it was sent"),
        (error: { Code?: string; Type?: string }) => [error.Code, error.Type],
      );
    assert.deepEqual(await codeOf("gone"), ["AWS.SimpleQueueService.NonExistentQueue", "Sender"]);
    assert.deepEqual(await codeOf("other"), ["AccessDenied", "Sender"]);
  });

  it("don't run what nothing of ours calls", async () => {
    const QueueUrl = `${cloud.endpoint.url}/${ACCOUNT}/work`;
    await assert.rejects(client.send(new PurgeQueueCommand({ QueueUrl })), {
      name: "NotImplemented",
      message: "the sandbox doesn't run sqs:PurgeQueue",
    });
  });
});
