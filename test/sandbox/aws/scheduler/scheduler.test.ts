import assert from "node:assert/strict";
import { GetScheduleCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { Queues } from "../../../../sandbox/aws/queues";
import { Scheduler } from "../../../../sandbox/aws/scheduler";
import type { Authorizer, CloudContext, FunctionRunner } from "../../../../sandbox/aws/types";
import { ACCOUNT, authorizerAllowing, cloudContext, REGION, request, serve } from "../queues/support";

const QUEUE = "aws:sqs/queue:Queue";
const GROUP = "aws:scheduler/scheduleGroup:ScheduleGroup";
const SCHEDULE = "aws:scheduler/schedule:Schedule";
const arnOf = (service: string, name: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${name}`;
const workArn = arnOf("sqs", "work");
const failuresArn = arnOf("sqs", "failures");
const functionArn = arnOf("lambda", "function:worker");
const roleArn = `arn:aws:iam::${ACCOUNT}:role/scheduler`;
const maySend = `sqs:SendMessage ${workArn}`;
const mayDeadLetter = `sqs:SendMessage ${failuresArn}`;
const mayInvoke = `lambda:InvokeFunction ${functionArn}`;
const HOUR_MS = 3_600_000;

describe("Scheduler", () => {
  let context: CloudContext;
  let queues: Queues;
  let invoked: unknown[];
  let invoke: FunctionRunner["invoke"];
  let allowed: string[];
  let assumed: Parameters<Authorizer["canAssume"]>[0][];
  let trusts: boolean;
  let scheduler: Scheduler;

  beforeEach(() => {
    context = cloudContext("2026-03-01T00:00:00Z");
    queues = new Queues(context);
    queues.resources[QUEUE](request(QUEUE, "work", { name: "work" }));
    queues.resources[QUEUE](request(QUEUE, "failures", { name: "failures" }));
    invoked = [];
    invoke = async (_arn, event) => {
      invoked.push(event);
      return { requestId: "r" };
    };
    allowed = [maySend, mayDeadLetter, mayInvoke];
    assumed = [];
    trusts = true;
    const authorizer: Authorizer = {
      ...authorizerAllowing([]),
      authorize: ({ action, resource, roleArn: role }) => ({
        allowed: role === roleArn && allowed.includes(`${action} ${resource}`),
        reason: "no statement allows it",
      }),
      canAssume: (asked) => {
        assumed.push(asked);
        return { allowed: trusts, reason: "test" };
      },
    };
    const functions: FunctionRunner = {
      invoke: (arn, event) => invoke(arn, event),
      exists: (arn) => arn === functionArn,
      roleOf: () => "",
    };
    scheduler = new Scheduler(context, { authorizer, queues, functions });
    scheduler.resources[GROUP](request(GROUP, "group", { name: "group" }));
  });
  afterEach(() => {
    scheduler.stop();
    context.clock.stop();
  });

  const target = { arn: workArn, roleArn, input: '{"at":"<aws.scheduler.scheduled-time>"}' };
  const make = (inputs: Record<string, unknown> = {}) =>
    scheduler.resources[SCHEDULE](
      request(SCHEDULE, "payday", {
        name: "payday",
        groupName: "group",
        scheduleExpression: "cron(0 9 * * ? *)",
        scheduleExpressionTimezone: "America/New_York",
        flexibleTimeWindow: { mode: "OFF" },
        target,
        ...inputs,
      }),
    );
  const advanceTo = (time: string) => context.clock.advanceTo(Date.parse(time));
  const bodies = (arn = workArn) => queues.messages(arn).map(({ body }) => body);
  const entries = (kind: string) => context.journal.entries.filter((entry) => entry.kind === kind);

  describe("when a schedule is declared", () => {
    it("gives it the outputs that AWS's provider gives", () => {
      const { id, state } = make();
      assert.equal(id, "group/payday");
      assert.equal(state.arn, arnOf("scheduler", "schedule/group/payday"));
      assert.equal(state.state, "ENABLED");
      const group = scheduler.resources[GROUP](request(GROUP, "g2", { name: "g2" }));
      assert.equal(group.id, "g2");
      assert.equal(group.state.arn, arnOf("scheduler", "schedule-group/g2"));
    });

    it("gives it the default group and UTC when nothing else is said", () => {
      const { id, state } = make({ groupName: undefined, scheduleExpressionTimezone: undefined });
      assert.equal(id, "default/payday");
      assert.equal(state.groupName, "default");
      assert.equal(state.scheduleExpressionTimezone, "UTC");
    });

    it("asks whether Scheduler may assume the role, with the group's ARN as the source", () => {
      make();
      assert.deepEqual(assumed, [
        {
          roleArn,
          service: "scheduler.amazonaws.com",
          context: { "aws:SourceAccount": ACCOUNT, "aws:SourceArn": arnOf("scheduler", "schedule-group/group") },
        },
      ]);
      trusts = false;
      assert.throws(() => make({ name: "second" }), {
        code: "ValidationException",
        message: "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
      });
    });

    const refused: [Record<string, unknown>, RegExp][] = [
      [{ groupName: "other" }, /Schedule group other does not exist/],
      [{ name: "p".repeat(65) }, /65 characters; at most 64/],
      [{ name: "pay day" }, /letters, digits/],
      [{ scheduleExpression: "rate(1 day)" }, /Invalid Schedule Expression rate\(1 day\)/],
      [{ scheduleExpression: "cron(0 9 * * * *)" }, /exactly one of them must be \?/],
      [{ scheduleExpressionTimezone: "EST" }, /Invalid ScheduleExpressionTimezone EST/],
      [{ startDate: "soon" }, /"soon" is not a date/],
      [{ startDate: "2027-01-01T00:00:00Z", endDate: "2027-01-01T00:00:00Z" }, /EndDate must come after StartDate/],
      [{ state: "ON" }, /ENABLED and DISABLED/],
      [{ flexibleTimeWindow: { mode: "FLEXIBLE", maximumWindowInMinutes: 5 } }, /mode OFF only/],
      [{ target: { ...target, arn: "arn:aws:sns:us-east-1:1:t" } }, /queues and functions as targets/],
      [{ target: { ...target, roleArn: undefined } }, /roleArn is missing/],
      [{ target: { ...target, sqsParameters: { messageGroupId: "g" } } }, /standard queues only/],
      [{ target: { ...target, deadLetterConfig: { arn: functionArn } } }, /standard SQS queue/],
      [{ target: { ...target, retryPolicy: { maximumRetryAttempts: 186 } } }, /maximumRetryAttempts is 186.*0 to 185/],
      [{ target: { ...target, retryPolicy: { maximumEventAgeInSeconds: 59 } } }, /59; .*60 to 86400/],
    ];
    for (const [inputs, message] of refused)
      it(`refuses ${JSON.stringify(inputs).slice(0, 80)}`, () => {
        assert.throws(() => make(inputs), message);
      });

    it("refuses a second one of the same name in the group", () => {
      make();
      make({ groupName: "default" });
      assert.throws(() => make(), { code: "ConflictException" });
      assert.throws(() => scheduler.resources[GROUP](request(GROUP, "g", { name: "group" })), {
        code: "ConflictException",
      });
    });
  });

  it("fires at each occurrence, through a change of the clocks", async () => {
    make();
    scheduler.start();
    await advanceTo("2026-03-10T00:00:00Z");
    assert.deepEqual(bodies().slice(-3), [
      '{"at":"2026-03-07T14:00:00Z"}',
      '{"at":"2026-03-08T13:00:00Z"}',
      '{"at":"2026-03-09T13:00:00Z"}',
    ]);
    assert.equal(entries("scheduler.fired").length, 9);
    assert.equal(entries("scheduler.fired")[0]?.scheduledTime, "2026-03-01T14:00:00.000Z");
  });

  it("fires at the time itself, in the order of the times", async () => {
    make({ name: "a", scheduleExpression: "cron(0 10 * * ? *)" });
    make({ name: "b", scheduleExpression: "cron(0 9 * * ? *)" });
    make({ name: "c", scheduleExpression: "cron(30 9 2 3 ? *)" });
    scheduler.start();
    await advanceTo("2026-03-03T00:00:00Z");
    const fired = entries("scheduler.fired");
    assert.deepEqual(
      fired.map(({ schedule }) => schedule),
      ["b", "a", "b", "c", "a"],
    );
    for (const { at, scheduledTime } of fired) assert.equal(new Date(at).toISOString(), scheduledTime);
  });

  it("fires nothing before the program is declared, nor after it stopped", async () => {
    make();
    await advanceTo("2026-03-03T00:00:00Z");
    scheduler.start();
    scheduler.stop();
    await advanceTo("2026-03-05T00:00:00Z");
    assert.deepEqual(bodies(), []);
  });

  it("fires no disabled schedule, and none outside its dates", async () => {
    make({ name: "off", state: "DISABLED" });
    make({ startDate: "2026-03-03T00:00:00Z", endDate: "2026-03-04T23:00:00Z" });
    scheduler.start();
    await advanceTo("2026-03-06T00:00:00Z");
    assert.deepEqual(bodies(), ['{"at":"2026-03-03T14:00:00Z"}', '{"at":"2026-03-04T14:00:00Z"}']);
  });

  it("fills in every context attribute, a new execution id for each", async () => {
    const attributes = ["schedule-arn", "scheduled-time", "execution-id", "attempt-number", "unknown"];
    const input = JSON.stringify(attributes.map((name) => `<aws.scheduler.${name}>`));
    make({ target: { ...target, input } });
    scheduler.start();
    await advanceTo("2026-03-03T00:00:00Z");
    const [first, second] = bodies().map((body) => JSON.parse(body));
    assert.equal(first[0], arnOf("scheduler", "schedule/group/payday"));
    assert.equal(first[1], "2026-03-01T14:00:00Z");
    assert.match(first[2], /^[0-9a-f-]{36}$/);
    assert.notEqual(first[2], second[2]);
    assert.equal(first[3], "1");
    assert.equal(first[4], "<aws.scheduler.unknown>");
  });

  it("sends its own event when no input is given", async () => {
    make({ target: { arn: workArn, roleArn } });
    scheduler.start();
    await advanceTo("2026-03-02T00:00:00Z");
    const event = JSON.parse(bodies()[0] ?? "");
    assert.equal(event["detail-type"], "Scheduled Event");
    assert.equal(event.time, "2026-03-01T14:00:00Z");
    assert.deepEqual(event.resources, [arnOf("scheduler", "schedule/group/payday")]);
  });

  it("invokes a function with the input as its event", async () => {
    make({ target: { ...target, arn: functionArn } });
    scheduler.start();
    await advanceTo("2026-03-02T00:00:00Z");
    assert.deepEqual(invoked, [{ at: "2026-03-01T14:00:00Z" }]);
  });

  it("invokes no function that the role may not invoke", async () => {
    allowed = [maySend];
    make({ target: { ...target, arn: functionArn } });
    scheduler.start();
    await advanceTo("2026-03-01T14:00:00Z");
    assert.deepEqual(invoked, []);
    assert.match(String(entries("scheduler.failed")[0]?.reason), /not authorized to perform lambda:InvokeFunction/);
  });

  it("says so when an invocation that Lambda took comes to nothing", async () => {
    make({ target: { ...target, arn: functionArn } });
    invoke = () => Promise.reject(new Error("throttled"));
    scheduler.start();
    await advanceTo("2026-03-01T14:00:00Z");
    assert.equal(entries("scheduler.functionFailed")[0]?.reason, "throttled");
  });

  describe("when the target can't be reached", () => {
    const strict = { ...target, deadLetterConfig: { arn: failuresArn } };

    it("tries again until it works, with the same scheduled time", async () => {
      allowed = [];
      make({ target: { ...target, input: '["<aws.scheduler.scheduled-time>","<aws.scheduler.attempt-number>"]' } });
      scheduler.start();
      await advanceTo("2026-03-01T14:02:30Z");
      assert.equal(entries("scheduler.failed").length, 2);
      allowed = [maySend];
      await advanceTo("2026-03-01T15:00:00Z");
      assert.deepEqual(bodies(), ['["2026-03-01T14:00:00Z","3"]']);
      assert.deepEqual(entries("scheduler.dropped"), []);
    });

    it("puts the occurrence into the dead-letter queue after the last try", async () => {
      allowed = [mayDeadLetter];
      make({ target: { ...strict, retryPolicy: { maximumRetryAttempts: 2, maximumEventAgeInSeconds: 86_400 } } });
      scheduler.start();
      await advanceTo("2026-03-01T20:00:00Z");
      assert.equal(entries("scheduler.failed").length, 3);
      assert.equal(entries("iam.denied").length, 3);
      const [event] = bodies(failuresArn).map((body) => JSON.parse(body));
      assert.equal(event.MessageBody, '{"at":"2026-03-01T14:00:00Z"}');
      assert.equal(event.QueueUrl, `https://sqs.us-east-1.amazonaws.com/${ACCOUNT}/work`);
      const [dropped] = entries("scheduler.dropped");
      assert.equal(dropped?.deadLettered, true);
      assert.match(String(dropped?.reason), /not authorized to perform sqs:SendMessage.*no tries left/);
    });

    it("takes 0 tries as none", async () => {
      allowed = [mayDeadLetter];
      make({ target: { ...strict, retryPolicy: { maximumRetryAttempts: 0 } } });
      scheduler.start();
      await advanceTo("2026-03-01T14:00:00Z");
      assert.equal(entries("scheduler.failed").length, 1);
      assert.equal(bodies(failuresArn).length, 1);
    });

    it("gives up at the maximum age", async () => {
      allowed = [mayDeadLetter];
      make({ target: { ...strict, retryPolicy: { maximumEventAgeInSeconds: 600 } } });
      scheduler.start();
      await advanceTo("2026-03-01T14:10:00Z");
      assert.equal(bodies(failuresArn).length, 1);
      assert.match(String(entries("scheduler.dropped")[0]?.reason), /older than 600 seconds/);
    });

    it("by default tries for a day", async () => {
      allowed = [];
      make({ scheduleExpression: "cron(0 9 1 3 ? *)" });
      scheduler.start();
      await advanceTo("2026-03-02T13:00:00Z");
      assert.deepEqual(entries("scheduler.dropped"), []);
      await advanceTo("2026-03-02T14:00:00Z");
      assert.match(String(entries("scheduler.dropped")[0]?.reason), /there is no dead-letter queue/);
    });

    it("says so when the dead-letter queue can't be reached either", async () => {
      allowed = [];
      make({ target: { ...strict, retryPolicy: { maximumRetryAttempts: 0 } } });
      scheduler.start();
      await advanceTo("2026-03-02T00:00:00Z");
      const [dropped] = entries("scheduler.dropped");
      assert.equal(dropped?.deadLettered, false);
      assert.match(String(dropped?.reason), /dead-letter queue: .*not authorized/);
    });

    it("counts a queue or function that doesn't exist as unreachable", async () => {
      allowed = [`sqs:SendMessage ${workArn}2`, `lambda:InvokeFunction ${functionArn}2`];
      make({ name: "a", target: { ...target, arn: `${workArn}2` } });
      make({ name: "b", target: { ...target, arn: `${functionArn}2` } });
      scheduler.start();
      await advanceTo("2026-03-01T14:00:00Z");
      assert.deepEqual(
        entries("scheduler.failed").map(({ schedule }) => schedule),
        ["a", "b"],
      );
    });
  });

  it("fires an occurrence by hand, several times if told to", () => {
    make();
    scheduler.start();
    scheduler.fire("payday", Date.parse("2026-01-01T14:00:00Z"), { times: 2 });
    assert.deepEqual(bodies(), ['{"at":"2026-01-01T14:00:00Z"}', '{"at":"2026-01-01T14:00:00Z"}']);
    scheduler.fire("group/payday");
    assert.equal(bodies()[2], '{"at":"2026-03-01T14:00:00Z"}');
    assert.throws(() => scheduler.fire("other"), { code: "ResourceNotFoundException" });
    make({ groupName: "default" });
    assert.throws(() => scheduler.fire("payday"), /group\/payday or default\/payday/);
  });

  it("refuses to make up a time for a schedule that is over", () => {
    make({ scheduleExpression: "cron(0 9 * * ? 2025)" });
    assert.throws(() => scheduler.fire("payday"), /no occurrence left; give a time/);
  });

  it("lists the schedules with their next occurrences", () => {
    make();
    make({ name: "off", state: "DISABLED" });
    make({ name: "over", scheduleExpression: "cron(0 9 * * ? 2025)" });
    const next = Date.parse("2026-03-01T14:00:00Z");
    assert.deepEqual(scheduler.schedules()[0], {
      name: "payday",
      group: "group",
      expression: "cron(0 9 * * ? *)",
      timezone: "America/New_York",
      enabled: true,
      next,
    });
    assert.deepEqual(
      scheduler.schedules().map((one) => one.next),
      [next, undefined, undefined],
    );
    assert.deepEqual(scheduler.nextOccurrence(), { schedule: "payday", at: next });
  });

  it("follows what a person does to a schedule behind the program's back", async () => {
    make();
    scheduler.start();
    scheduler.setEnabled("payday", false);
    await advanceTo("2026-03-03T00:00:00Z");
    assert.deepEqual(bodies(), []);
    scheduler.setEnabled("payday", true);
    await advanceTo("2026-03-04T00:00:00Z");
    assert.equal(bodies().length, 1);
    scheduler.remove("payday");
    await advanceTo("2026-03-05T00:00:00Z");
    assert.equal(bodies().length, 1);
    assert.deepEqual(scheduler.schedules(), []);
    assert.equal(scheduler.nextOccurrence(), undefined);
  });

  it("runs a year of a schedule at once", async () => {
    make({ scheduleExpression: "cron(0 9 1,15 * ? *)" });
    scheduler.start();
    await context.clock.advanceTo(context.clock.now() + 365 * 24 * HOUR_MS);
    assert.equal(entries("scheduler.fired").length, 24);
  });

  describe("on the wire", () => {
    let server: Awaited<ReturnType<typeof serve>>;
    let client: SchedulerClient;

    beforeEach(async () => {
      server = await serve(scheduler.api);
      client = new SchedulerClient({
        endpoint: server.url,
        region: REGION,
        credentials: { accessKeyId: "a", secretAccessKey: "b" },
      });
    });
    afterEach(async () => {
      client.destroy();
      await server.close();
    });

    it("tells what was declared", async () => {
      make({
        startDate: "2026-01-01T00:00:00Z",
        endDate: "2027-01-01T00:00:00.500+01:00",
        description: "d",
        target: { ...target, retryPolicy: { maximumRetryAttempts: 0 }, deadLetterConfig: { arn: failuresArn } },
      });
      const answer = await client.send(new GetScheduleCommand({ Name: "payday", GroupName: "group" }));
      assert.equal(answer.Arn, arnOf("scheduler", "schedule/group/payday"));
      assert.equal(answer.ScheduleExpression, "cron(0 9 * * ? *)");
      assert.equal(answer.ScheduleExpressionTimezone, "America/New_York");
      assert.equal(answer.State, "ENABLED");
      assert.equal(answer.StartDate?.toISOString(), "2026-01-01T00:00:00.000Z");
      assert.equal(answer.EndDate?.toISOString(), "2026-12-31T23:00:00.000Z");
      assert.deepEqual(answer.Target, {
        Arn: workArn,
        RoleArn: roleArn,
        Input: target.input,
        DeadLetterConfig: { Arn: failuresArn },
        RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 0 },
      });
      assert.deepEqual(server.calls, [`scheduler:GetSchedule ${arnOf("scheduler", "schedule/group/payday")}`]);
    });

    it("says when there is no such schedule", async () => {
      make();
      await assert.rejects(client.send(new GetScheduleCommand({ Name: "payday" })), {
        name: "ResourceNotFoundException",
        message: "Schedule payday does not exist.",
      });
      await assert.rejects(client.send(new GetScheduleCommand({ Name: "a/b", GroupName: "group" })), {
        message: "Schedule a/b does not exist.",
      });
    });

    it("asks for the right before it looks for the schedule", async () => {
      make();
      for (const name of ["payday", "missing", "a/b"])
        await client.send(new GetScheduleCommand({ Name: name, GroupName: "group" })).catch(() => {});
      assert.deepEqual(
        server.calls,
        ["payday", "missing", "a/b"].map(
          (name) => `scheduler:GetSchedule ${arnOf("scheduler", `schedule/group/${name}`)}`,
        ),
      );
    });

    it("doesn't list them", () => {
      assert.equal(scheduler.api.route?.("GET", "/schedules", new URLSearchParams()), undefined);
    });
  });
});
