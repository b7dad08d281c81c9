import assert from "node:assert/strict";
import type { SQSEvent } from "aws-lambda";
import { Queues } from "../../../../sandbox/aws/queues";
import { EventSourceMappings, type TimedFunctionRunner } from "../../../../sandbox/aws/queues/eventSourceMappings";
import type { CloudContext, InvocationResult } from "../../../../sandbox/aws/types";
import { ACCOUNT, authorizerAllowing, cloudContext, REGION, request } from "./support";

const QUEUE = "aws:sqs/queue:Queue";
const MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping";
const queueArn = `arn:aws:sqs:${REGION}:${ACCOUNT}:work`;
const functionArn = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:worker`;
const roleArn = `arn:aws:iam::${ACCOUNT}:role/worker`;
const rights = ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"].map((action) => `sqs:${action} ${queueArn}`);

type Handler = (event: SQSEvent) => unknown;

/** Runs one function in this process. */
class OneFunction implements TimedFunctionRunner {
  readonly events: SQSEvent[] = [];
  running = 0;
  mostRunning = 0;
  handler: Handler = () => undefined;

  async invoke(_functionArn: string, event: unknown): Promise<InvocationResult> {
    this.events.push(event as SQSEvent);
    this.running += 1;
    this.mostRunning = Math.max(this.mostRunning, this.running);
    await new Promise((resolve) => setImmediate(resolve));
    try {
      return { requestId: "r", payload: await this.handler(event as SQSEvent) };
    } catch (error) {
      return { requestId: "r", error: { type: "Error", message: String(error) } };
    } finally {
      this.running -= 1;
    }
  }
  exists = (name: string) => name === "worker" || name === functionArn;
  roleOf = () => roleArn;
  timeoutSeconds = () => 30;

  /** The bodies of each delivered batch. */
  get bodies(): string[][] {
    return this.events.map(({ Records }) => Records.map(({ body }) => body));
  }
}

describe("EventSourceMappings", () => {
  let context: CloudContext;
  let queues: Queues;
  let functions: OneFunction;
  let mappings: EventSourceMappings;

  beforeEach(() => {
    context = cloudContext("2026-01-01T00:00:00Z");
    queues = new Queues(context);
    queues.resources[QUEUE](request(QUEUE, "work", { name: "work", visibilityTimeoutSeconds: 60 }));
    functions = new OneFunction();
    mappings = new EventSourceMappings(context, { queues, functions, authorizer: authorizerAllowing(rights) });
  });
  afterEach(() => {
    mappings.stop();
    context.clock.stop();
  });

  const make = (inputs: Record<string, unknown> = {}, of = mappings) =>
    of.resources[MAPPING](
      request(MAPPING, "worker", { eventSourceArn: queueArn, functionName: "worker", batchSize: 1, ...inputs }),
    );
  const reporting = { functionResponseTypes: ["ReportBatchItemFailures"] };
  const later = (seconds: number) => context.clock.advanceTo(context.clock.now() + seconds * 1000);
  const failAll: Handler = ({ Records }) => ({
    batchItemFailures: Records.map(({ messageId }) => ({ itemIdentifier: messageId })),
  });

  describe("declared", () => {
    it("have an id that is the same at every start, and ARNs", () => {
      const { id, state } = make();
      assert.match(id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      assert.equal(state.functionArn, functionArn);
      assert.equal(state.uuid, id);
      assert.equal(state.state, "Enabled");
      assert.equal(make({ functionName: functionArn }).state.functionArn, functionArn);
      const again = new EventSourceMappings(context, { queues, functions, authorizer: authorizerAllowing(rights) });
      assert.equal(make({}, again).id, id);
    });

    for (const right of rights)
      it(`are refused when the function's role may not ${right.split(" ")[0]}`, () => {
        const authorizer = authorizerAllowing(rights.filter((other) => other !== right));
        assert.throws(() => make({}, new EventSourceMappings(context, { queues, functions, authorizer })), {
          code: "InvalidParameterValueException",
          message: `The provided execution role does not have permissions to call ${right.slice(4).split(" ")[0]} on SQS`,
        });
      });

    it("are refused when the queue's visibility timeout is shorter than the function's timeout", () => {
      functions.timeoutSeconds = () => 61;
      assert.throws(() => make(), {
        message: "Queue visibility timeout: 60 seconds is less than Function timeout: 61 seconds",
      });
      functions.timeoutSeconds = () => 60;
      make();
    });

    const refused: [Record<string, unknown>, RegExp][] = [
      [{ eventSourceArn: `${queueArn}2` }, /queue does not exist/],
      [{ eventSourceArn: "arn:aws:kinesis:us-east-1:1:stream/s" }, /SQS queues only/],
      [{ functionName: "other" }, /Function does not exist: other/],
      [{ batchSize: 0 }, /BatchSize is 0; allowed are whole numbers from 1 to 10000/],
      [{ batchSize: 11 }, /Maximum batch window in seconds must be greater than 0/],
      [
        { scalingConfig: { maximumConcurrency: 1 } },
        /MaximumConcurrency is 1; allowed are whole numbers from 2 to 1000/,
      ],
      [{ filterCriteria: {} }, /no filterCriteria/],
    ];
    for (const [inputs, message] of refused)
      it(`are refused with ${JSON.stringify(inputs)}`, () => {
        assert.throws(() => make(inputs), message);
      });
  });

  it("deliver nothing before the program is declared, everything after", async () => {
    make();
    queues.send(queueArn, "early");
    await later(0);
    assert.deepEqual(functions.bodies, []);
    mappings.start();
    queues.send(queueArn, "late");
    await later(0);
    assert.deepEqual(functions.bodies.flat().sort(), ["early", "late"]);
  });

  it("give the function Lambda's event for SQS", async () => {
    make();
    mappings.start();
    const messageId = queues.send(queueArn, '{"a":1}');
    await later(0);
    const [record] = functions.events[0]?.Records ?? [];
    assert.ok(record);
    assert.equal(record.messageId, messageId);
    assert.equal(record.body, '{"a":1}');
    assert.equal(record.eventSource, "aws:sqs");
    assert.equal(record.eventSourceARN, queueArn);
    assert.equal(record.awsRegion, REGION);
    assert.equal(record.attributes.ApproximateReceiveCount, "1");
    assert.match(record.attributes.SentTimestamp, /^17672256\d{5}$/);
    assert.match(record.attributes.ApproximateFirstReceiveTimestamp, /^17672256\d{5}$/);
    assert.equal(record.attributes.SenderId, ACCOUNT);
    assert.ok(record.receiptHandle);
  });

  it("delete messages that the function was done with", async () => {
    make();
    mappings.start();
    queues.send(queueArn, "hello");
    await later(3600);
    assert.equal(functions.events.length, 1);
    assert.deepEqual(queues.messages(queueArn), []);
  });

  it("deliver again after the visibility timeout when the function failed", async () => {
    make();
    mappings.start();
    functions.handler = () => Promise.reject(new Error("no"));
    queues.send(queueArn, "hello");
    await later(59);
    assert.equal(functions.events.length, 1);
    await later(2);
    assert.equal(functions.events.length, 2);
    assert.equal(functions.events[1]?.Records[0]?.attributes.ApproximateReceiveCount, "2");
    functions.handler = () => undefined;
    await later(60);
    assert.deepEqual(queues.messages(queueArn), []);
    assert.equal(functions.events.length, 3);
  });

  it("deliver again when the function could not be invoked", async () => {
    make();
    mappings.start();
    const { invoke } = functions;
    functions.invoke = () => Promise.reject(new Error("throttled"));
    queues.send(queueArn, "hello");
    await later(1);
    functions.invoke = invoke;
    await later(60);
    assert.equal(functions.events.length, 1);
    assert.deepEqual(queues.messages(queueArn), []);
  });

  it("deliver again at the time to which the function changed the visibility", async () => {
    make(reporting);
    mappings.start();
    functions.handler = (event) => {
      queues.get(queueArn).changeVisibility(event.Records[0]?.receiptHandle ?? "", 1800);
      return failAll(event);
    };
    queues.send(queueArn, "hello");
    await later(1799);
    assert.equal(functions.events.length, 1);
    await later(2);
    assert.equal(functions.events.length, 2);
  });

  it("delete all but the messages that the function reports as failed", async () => {
    make({ ...reporting, batchSize: 10 });
    queues.send(queueArn, "good");
    const bad = queues.send(queueArn, "bad");
    functions.handler = () => ({ batchItemFailures: [{ itemIdentifier: bad }] });
    mappings.start();
    await later(1);
    assert.deepEqual(functions.bodies, [["good", "bad"]]);
    assert.deepEqual(
      queues.messages(queueArn).map(({ body }) => body),
      ["bad"],
    );
  });

  it("take no notice of the report when the mapping doesn't ask for it", async () => {
    make();
    mappings.start();
    functions.handler = failAll;
    queues.send(queueArn, "hello");
    await later(1);
    assert.deepEqual(queues.messages(queueArn), []);
  });

  const answers: [string, unknown, number][] = [
    ["null", null, 0],
    ["an empty object", {}, 0],
    ["an empty list", { batchItemFailures: [] }, 0],
    ["null for the list", { batchItemFailures: null }, 0],
    ["text", "done", 2],
    ["a list that is none", { batchItemFailures: "x" }, 2],
    ["an unknown message", { batchItemFailures: [{ itemIdentifier: "x" }] }, 2],
    ["an entry without a message", { batchItemFailures: [{}] }, 2],
    ["a null entry", { batchItemFailures: [null] }, 2],
  ];
  for (const [title, answer, left] of answers)
    it(`keep ${left} of 2 messages when the function answers ${title}`, async () => {
      make({ ...reporting, batchSize: 10 });
      queues.send(queueArn, "one");
      queues.send(queueArn, "two");
      functions.handler = () => answer;
      mappings.start();
      await later(1);
      assert.equal(queues.messages(queueArn).length, left);
    });

  it("redrive a message after the queue's number of deliveries", async () => {
    queues.resources[QUEUE](request(QUEUE, "failures", { name: "failures" }));
    const failures = queueArn.replace("work", "failures");
    const redrivePolicy = JSON.stringify({ deadLetterTargetArn: failures, maxReceiveCount: 3 });
    queues.resources[QUEUE](request(QUEUE, "strict", { name: "strict", redrivePolicy, visibilityTimeoutSeconds: 60 }));
    const strict = queueArn.replace("work", "strict");
    const authorizer = authorizerAllowing(rights.map((right) => right.replace(queueArn, strict)));
    mappings = new EventSourceMappings(context, { queues, functions, authorizer });
    make({ eventSourceArn: strict });
    mappings.start();
    functions.handler = () => Promise.reject(new Error("no"));
    queues.send(strict, "hello");
    await later(3600);
    assert.equal(functions.events.length, 3);
    assert.deepEqual(
      queues.messages(failures).map(({ body }) => body),
      ["hello"],
    );
  });

  it("run no more batches at a time than the mapping allows", async () => {
    make({ scalingConfig: { maximumConcurrency: 2 } });
    for (let i = 0; i < 7; i++) queues.send(queueArn, `${i}`);
    mappings.start();
    await later(1);
    assert.equal(functions.events.length, 7);
    assert.equal(functions.mostRunning, 2);
  });

  it("deliver a batch twice when told to, one after the other", async () => {
    make();
    mappings.start();
    mappings.duplicateNext();
    queues.send(queueArn, "twice");
    await later(1);
    queues.send(queueArn, "once");
    await later(1);
    assert.deepEqual(functions.bodies.flat(), ["twice", "twice", "once"]);
    assert.equal(functions.mostRunning, 1);
    assert.deepEqual(queues.messages(queueArn), []);
  });

  it("deliver a batch twice at the same time when told to", async () => {
    make();
    mappings.start();
    mappings.duplicateNext({ concurrently: true, queueArn });
    queues.send(queueArn, "twice");
    await later(1);
    assert.deepEqual(functions.bodies.flat(), ["twice", "twice"]);
    assert.equal(functions.mostRunning, 2);
  });

  it("duplicate only for the queue that was named", async () => {
    make();
    mappings.start();
    mappings.duplicateNext({ queueArn: `${queueArn}2` });
    queues.send(queueArn, "once");
    await later(1);
    assert.equal(functions.events.length, 1);
  });

  it("deliver nothing when disabled", async () => {
    make({ enabled: false });
    mappings.start();
    queues.send(queueArn, "hello");
    await later(60);
    assert.deepEqual(functions.events, []);
  });

  it("deliver nothing after they were stopped", async () => {
    make();
    mappings.start();
    mappings.stop();
    queues.send(queueArn, "hello");
    await later(60);
    assert.deepEqual(functions.events, []);
  });

  it("keep the order of due times while the clock is advanced over hours", async () => {
    make(reporting);
    mappings.start();
    const seen: string[] = [];
    functions.handler = (event) => {
      seen.push(`${event.Records[0]?.body} ${new Date(context.clock.now()).toISOString().slice(11, 16)}`);
      const count = Number(event.Records[0]?.attributes.ApproximateReceiveCount);
      if (count === 3) return undefined;
      const seconds = event.Records[0]?.body === "slow" ? 3600 : 1800;
      queues.get(queueArn).changeVisibility(event.Records[0]?.receiptHandle ?? "", seconds);
      return failAll(event);
    };
    queues.send(queueArn, "slow");
    queues.send(queueArn, "fast");
    await later(3 * 3600);
    assert.deepEqual(
      [...seen].sort((a, b) => a.slice(5).localeCompare(b.slice(5))),
      seen,
    );
    assert.deepEqual(
      seen.filter((line) => line.startsWith("fast")).map((line) => line.slice(5)),
      ["00:00", "00:30", "01:00"],
    );
    assert.deepEqual(
      seen.filter((line) => line.startsWith("slow")).map((line) => line.slice(5)),
      ["00:00", "01:00", "02:00"],
    );
  });
});
