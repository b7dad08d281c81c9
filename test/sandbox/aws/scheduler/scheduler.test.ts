import assert from "node:assert/strict";
import { ACCOUNT } from "../queues/support";
import {
  arnOf,
  failuresArn,
  functionArn,
  mayDeadLetter,
  maySend,
  roleArn,
  SchedulerWorld,
  target,
  workArn,
} from "./support";

const HOUR_MS = 3_600_000;

describe("Scheduler", () => {
  let world: SchedulerWorld;
  beforeEach(() => {
    world = new SchedulerWorld();
  });
  afterEach(() => world.stop());

  it("fires at each occurrence, through a change of the clocks", async () => {
    world.make();
    world.scheduler.start();
    await world.advanceTo("2026-03-10T00:00:00Z");
    assert.deepEqual(world.bodies().slice(-3), [
      '{"at":"2026-03-07T14:00:00Z"}',
      '{"at":"2026-03-08T13:00:00Z"}',
      '{"at":"2026-03-09T13:00:00Z"}',
    ]);
    assert.equal(world.entries("scheduler.fired").length, 9);
    assert.equal(world.entries("scheduler.fired")[0]?.scheduledTime, "2026-03-01T14:00:00.000Z");
  });

  it("fires at the time itself, in the order of the times", async () => {
    world.make({ name: "a", scheduleExpression: "cron(0 10 * * ? *)" });
    world.make({ name: "b", scheduleExpression: "cron(0 9 * * ? *)" });
    world.make({ name: "c", scheduleExpression: "cron(30 9 2 3 ? *)" });
    world.scheduler.start();
    await world.advanceTo("2026-03-03T00:00:00Z");
    const fired = world.entries("scheduler.fired");
    assert.deepEqual(
      fired.map(({ schedule }) => schedule),
      ["b", "a", "b", "c", "a"],
    );
    for (const { at, scheduledTime } of fired) assert.equal(new Date(at).toISOString(), scheduledTime);
  });

  it("fires nothing before the program is declared, nor after it stopped", async () => {
    world.make();
    await world.advanceTo("2026-03-03T00:00:00Z");
    world.scheduler.start();
    world.scheduler.stop();
    await world.advanceTo("2026-03-05T00:00:00Z");
    assert.deepEqual(world.bodies(), []);
  });

  it("fires no disabled schedule", async () => {
    world.make({ name: "off", state: "DISABLED" });
    world.make({ scheduleExpression: "cron(0 9 3 3 ? *)" });
    world.scheduler.start();
    await world.advanceTo("2026-03-06T00:00:00Z");
    assert.deepEqual(world.bodies(), ['{"at":"2026-03-03T14:00:00Z"}']);
  });

  it("fills in every context attribute, a new execution id for each", async () => {
    const attributes = ["schedule-arn", "scheduled-time", "execution-id", "attempt-number", "unknown"];
    const input = JSON.stringify(attributes.map((name) => `<aws.scheduler.${name}>`));
    world.make({ target: { ...target, input } });
    world.scheduler.start();
    await world.advanceTo("2026-03-03T00:00:00Z");
    const [first, second] = world.bodies().map((body) => JSON.parse(body));
    assert.equal(first[0], arnOf("scheduler", "schedule/group/payday"));
    assert.equal(first[1], "2026-03-01T14:00:00Z");
    assert.match(first[2], /^[0-9a-f-]{36}$/);
    assert.notEqual(first[2], second[2]);
    assert.equal(first[3], "1");
    assert.equal(first[4], "<aws.scheduler.unknown>");
  });

  it("sends its own event when no input is given", async () => {
    world.make({ target: { arn: workArn, roleArn } });
    world.scheduler.start();
    await world.advanceTo("2026-03-02T00:00:00Z");
    const event = JSON.parse(world.bodies()[0] ?? "");
    assert.equal(event["detail-type"], "Scheduled Event");
    assert.equal(event.time, "2026-03-01T14:00:00Z");
    assert.deepEqual(event.resources, [arnOf("scheduler", "schedule/group/payday")]);
  });

  it("invokes a function with the input as its event", async () => {
    world.make({ target: { ...target, arn: functionArn } });
    world.scheduler.start();
    await world.advanceTo("2026-03-02T00:00:00Z");
    assert.deepEqual(world.invoked, [{ at: "2026-03-01T14:00:00Z" }]);
  });

  it("invokes no function that the role may not invoke", async () => {
    world.allowed = [maySend];
    world.make({ target: { ...target, arn: functionArn } });
    world.scheduler.start();
    await world.advanceTo("2026-03-01T14:00:00Z");
    assert.deepEqual(world.invoked, []);
    assert.match(
      String(world.entries("scheduler.failed")[0]?.reason),
      /not authorized to perform lambda:InvokeFunction/,
    );
  });

  it("says so when an invocation that Lambda took comes to nothing", async () => {
    world.make({ target: { ...target, arn: functionArn } });
    world.invoke = () => Promise.reject(new Error("throttled"));
    world.scheduler.start();
    await world.advanceTo("2026-03-01T14:00:00Z");
    assert.equal(world.entries("scheduler.functionFailed")[0]?.reason, "throttled");
  });

  describe("when the target can't be reached", () => {
    const strict = { ...target, deadLetterConfig: { arn: failuresArn } };

    it("tries again until it works, with the same scheduled time", async () => {
      world.allowed = [];
      world.make({
        target: { ...target, input: '["<aws.scheduler.scheduled-time>","<aws.scheduler.attempt-number>"]' },
      });
      world.scheduler.start();
      await world.advanceTo("2026-03-01T14:02:30Z");
      assert.equal(world.entries("scheduler.failed").length, 2);
      world.allowed = [maySend];
      await world.advanceTo("2026-03-01T15:00:00Z");
      assert.deepEqual(world.bodies(), ['["2026-03-01T14:00:00Z","3"]']);
      assert.deepEqual(world.entries("scheduler.dropped"), []);
    });

    it("puts the occurrence into the dead-letter queue after the last try", async () => {
      world.allowed = [mayDeadLetter];
      world.make({ target: { ...strict, retryPolicy: { maximumRetryAttempts: 2, maximumEventAgeInSeconds: 86_400 } } });
      world.scheduler.start();
      await world.advanceTo("2026-03-01T20:00:00Z");
      assert.equal(world.entries("scheduler.failed").length, 3);
      assert.equal(world.entries("iam.denied").length, 3);
      const [event] = world.bodies(failuresArn).map((body) => JSON.parse(body));
      assert.equal(event.MessageBody, '{"at":"2026-03-01T14:00:00Z"}');
      assert.equal(event.QueueUrl, `https://sqs.us-east-1.amazonaws.com/${ACCOUNT}/work`);
      const [dropped] = world.entries("scheduler.dropped");
      assert.equal(dropped?.deadLettered, true);
      assert.match(String(dropped?.reason), /not authorized to perform sqs:SendMessage.*no tries left/);
    });

    it("takes 0 tries as none", async () => {
      world.allowed = [mayDeadLetter];
      world.make({ target: { ...strict, retryPolicy: { maximumRetryAttempts: 0 } } });
      world.scheduler.start();
      await world.advanceTo("2026-03-01T14:00:00Z");
      assert.equal(world.entries("scheduler.failed").length, 1);
      assert.equal(world.bodies(failuresArn).length, 1);
    });

    it("gives up at the maximum age", async () => {
      world.allowed = [mayDeadLetter];
      world.make({ target: { ...strict, retryPolicy: { maximumEventAgeInSeconds: 600 } } });
      world.scheduler.start();
      await world.advanceTo("2026-03-01T14:10:00Z");
      assert.equal(world.bodies(failuresArn).length, 1);
      assert.match(String(world.entries("scheduler.dropped")[0]?.reason), /older than 600 seconds/);
    });

    it("by default tries for a day", async () => {
      world.allowed = [];
      world.make({ scheduleExpression: "cron(0 9 1 3 ? *)" });
      world.scheduler.start();
      await world.advanceTo("2026-03-02T13:00:00Z");
      assert.deepEqual(world.entries("scheduler.dropped"), []);
      await world.advanceTo("2026-03-02T14:00:00Z");
      assert.match(String(world.entries("scheduler.dropped")[0]?.reason), /there is no dead-letter queue/);
    });

    it("says so when the dead-letter queue can't be reached either", async () => {
      world.allowed = [];
      world.make({ target: { ...strict, retryPolicy: { maximumRetryAttempts: 0 } } });
      world.scheduler.start();
      await world.advanceTo("2026-03-02T00:00:00Z");
      const [dropped] = world.entries("scheduler.dropped");
      assert.equal(dropped?.deadLettered, false);
      assert.match(String(dropped?.reason), /dead-letter queue: .*not authorized/);
    });

    it("counts a queue or function that doesn't exist as unreachable", async () => {
      world.allowed = [`sqs:SendMessage ${workArn}2`, `lambda:InvokeFunction ${functionArn}2`];
      world.make({ name: "a", target: { ...target, arn: `${workArn}2` } });
      world.make({ name: "b", target: { ...target, arn: `${functionArn}2` } });
      world.scheduler.start();
      await world.advanceTo("2026-03-01T14:00:00Z");
      assert.deepEqual(
        world.entries("scheduler.failed").map(({ schedule }) => schedule),
        ["a", "b"],
      );
    });
  });

  it("fires an occurrence by hand, several times if told to", () => {
    world.make();
    world.scheduler.start();
    world.scheduler.fire("payday", Date.parse("2026-01-01T14:00:00Z"), { times: 2 });
    assert.deepEqual(world.bodies(), ['{"at":"2026-01-01T14:00:00Z"}', '{"at":"2026-01-01T14:00:00Z"}']);
    world.scheduler.fire("group/payday");
    assert.equal(world.bodies()[2], '{"at":"2026-03-01T14:00:00Z"}');
    assert.throws(() => world.scheduler.fire("other"), { code: "ResourceNotFoundException" });
    world.make({ groupName: "default" });
    assert.throws(() => world.scheduler.fire("payday"), /group\/payday or default\/payday/);
  });

  it("refuses to make up a time for a schedule that is over", () => {
    world.make({ scheduleExpression: "cron(0 9 * * ? 2025)" });
    assert.throws(() => world.scheduler.fire("payday"), /no occurrence left; give a time/);
  });

  it("lists the schedules with their next occurrences", () => {
    world.make();
    world.make({ name: "off", state: "DISABLED" });
    world.make({ name: "over", scheduleExpression: "cron(0 9 * * ? 2025)" });
    const next = Date.parse("2026-03-01T14:00:00Z");
    assert.deepEqual(world.scheduler.schedules()[0], {
      name: "payday",
      group: "group",
      expression: "cron(0 9 * * ? *)",
      timezone: "America/New_York",
      enabled: true,
      next,
    });
    assert.deepEqual(
      world.scheduler.schedules().map((one) => one.next),
      [next, undefined, undefined],
    );
    assert.deepEqual(world.scheduler.nextOccurrence(), { schedule: "payday", at: next });
  });

  it("follows what a person does to a schedule behind the program's back", async () => {
    world.make();
    world.scheduler.start();
    world.scheduler.setEnabled("payday", false);
    await world.advanceTo("2026-03-03T00:00:00Z");
    assert.deepEqual(world.bodies(), []);
    world.scheduler.setEnabled("payday", true);
    await world.advanceTo("2026-03-04T00:00:00Z");
    assert.equal(world.bodies().length, 1);
    world.scheduler.remove("payday");
    await world.advanceTo("2026-03-05T00:00:00Z");
    assert.equal(world.bodies().length, 1);
    assert.deepEqual(world.scheduler.schedules(), []);
    assert.equal(world.scheduler.nextOccurrence(), undefined);
  });

  it("runs a year of a schedule at once", async () => {
    world.make({ scheduleExpression: "cron(0 9 1,15 * ? *)" });
    world.scheduler.start();
    await world.context.clock.advanceTo(world.context.clock.now() + 365 * 24 * HOUR_MS);
    assert.equal(world.entries("scheduler.fired").length, 24);
  });
});
