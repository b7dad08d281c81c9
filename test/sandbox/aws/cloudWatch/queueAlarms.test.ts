import assert from "node:assert/strict";
import { AlarmWorld, empty, HOUR_MS, MINUTE_MS } from "./support";

describe("An alarm on a queue", () => {
  let world: AlarmWorld;

  beforeEach(() => {
    world = new AlarmWorld();
  });
  afterEach(() => world.stop());

  const onQueue = (metricName: string) => ({
    namespace: "AWS/SQS",
    metricName,
    dimensions: { QueueName: "failures" },
    statistic: "Maximum",
  });

  it("goes off while a message waits, and is OK when none does", async () => {
    const queue = world.queue("failures");
    world.alarm(onQueue("ApproximateNumberOfMessagesVisible"));
    world.cloudWatch.start();
    await world.pass(10 * MINUTE_MS);
    world.queues.send(queue, "failed");
    await world.pass(HOUR_MS);
    empty(world.queues.get(queue));
    await world.pass(HOUR_MS);
    assert.deepEqual(world.changes, ["0 OK", "11 ALARM", "71 OK"]);
  });

  it("tells a message that waits from one that is with a function", async () => {
    const queue = world.queue("failures");
    world.alarm(onQueue("ApproximateNumberOfMessagesVisible"));
    world.alarm({ ...onQueue("ApproximateNumberOfMessagesNotVisible"), name: "flight" }, "flight");
    world.cloudWatch.start();
    world.queues.send(queue, "m");
    world.queues.get(queue).receive(1, 3600);
    await world.pass(10 * MINUTE_MS);
    assert.deepEqual(
      world.cloudWatch.alarms().map(({ state }) => state),
      ["OK", "ALARM"],
    );
  });

  it("knows the age of a message that nobody takes", async () => {
    const queue = world.queue("failures");
    world.alarm({ ...onQueue("ApproximateAgeOfOldestMessage"), threshold: 1800 });
    world.cloudWatch.start();
    world.queues.send(queue, "m");
    await world.pass(25 * MINUTE_MS);
    assert.equal(world.state, "OK");
    await world.pass(15 * MINUTE_MS);
    assert.equal(world.state, "ALARM");
  });

  it("counts a redriven message from when it was moved", async () => {
    const failures = world.queue("failures");
    const redrivePolicy = JSON.stringify({ deadLetterTargetArn: failures, maxReceiveCount: 1 });
    const inputs = { name: "work", redrivePolicy };
    const type = "aws:sqs/queue:Queue";
    const work = String(world.queues.resources[type]({ type, name: "work", inputs, archives: {} }).state.arn);
    world.alarm({ ...onQueue("ApproximateAgeOfOldestMessage"), threshold: 1800 });
    world.cloudWatch.start();
    world.queues.send(work, "m");
    world.queues.get(work).receive(1, 0);
    await world.pass(HOUR_MS);
    world.queues.get(work).receive(1, 0);
    await world.pass(20 * MINUTE_MS);
    assert.equal(world.state, "OK");
    await world.pass(20 * MINUTE_MS);
    assert.equal(world.state, "ALARM");
  });

  it("leaves a message that was received three times out of the age", async () => {
    const queue = world.queue("failures");
    world.alarm({ ...onQueue("ApproximateAgeOfOldestMessage"), threshold: 1800 });
    world.cloudWatch.start();
    world.queues.send(queue, "m");
    for (let count = 0; count < 3; count++) world.queues.get(queue).receive(1, 0);
    await world.pass(2 * HOUR_MS);
    assert.equal(world.state, "OK");
  });

  it("has no data of a queue that doesn't exist", async () => {
    world.alarm({ ...onQueue("ApproximateNumberOfMessagesVisible"), treatMissingData: "missing" });
    world.cloudWatch.start();
    await world.pass(HOUR_MS);
    assert.equal(world.state, "INSUFFICIENT_DATA");
  });

  it("isn't evaluated while the queue is empty", async () => {
    world.queue("failures");
    world.alarm(onQueue("ApproximateNumberOfMessagesVisible"));
    world.cloudWatch.start();
    let reads = 0;
    const { messages } = world.queues;
    world.queues.messages = (arn) => {
      reads += 1;
      return messages.call(world.queues, arn);
    };
    await world.pass(365 * 24 * HOUR_MS);
    assert.ok(reads <= 1, `${reads} reads`);
  });
});
