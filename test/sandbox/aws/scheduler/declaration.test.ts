import assert from "node:assert/strict";
import { ACCOUNT, request } from "../queues/support";
import { arnOf, functionArn, GROUP, roleArn, SchedulerWorld, target } from "./support";

describe("A schedule that is declared", () => {
  let world: SchedulerWorld;
  beforeEach(() => {
    world = new SchedulerWorld();
  });
  afterEach(() => world.stop());

  it("has the outputs that AWS's provider gives", () => {
    const { id, state } = world.make();
    assert.equal(id, "group/payday");
    assert.equal(state.arn, arnOf("scheduler", "schedule/group/payday"));
    assert.equal(state.state, "ENABLED");
    const group = world.scheduler.resources[GROUP](request(GROUP, "g2", { name: "g2" }));
    assert.equal(group.id, "g2");
    assert.equal(group.state.arn, arnOf("scheduler", "schedule-group/g2"));
  });

  it("has the default group and UTC when nothing else is said", () => {
    const { id, state } = world.make({ groupName: undefined, scheduleExpressionTimezone: undefined });
    assert.equal(id, "default/payday");
    assert.equal(state.groupName, "default");
    assert.equal(state.scheduleExpressionTimezone, "UTC");
  });

  it("needs a role that Scheduler may assume, with the group's ARN as the source", () => {
    world.make();
    assert.deepEqual(world.assumed, [
      {
        roleArn,
        service: "scheduler.amazonaws.com",
        context: { "aws:SourceAccount": ACCOUNT, "aws:SourceArn": arnOf("scheduler", "schedule-group/group") },
      },
    ]);
    world.trusts = false;
    assert.throws(() => world.make({ name: "second" }), {
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
    [{ scheduleExpressionTimezone: "EST" }, /Invalid ScheduleExpressionTimezone: it is "EST"; it must be/],
    [{ startDate: "2027-01-01T00:00:00Z" }, /doesn't run aws:scheduler\/schedule:Schedule "payday" with startDate/],
    [{ endDate: "2027-01-01T00:00:00Z" }, /doesn't run aws:scheduler\/schedule:Schedule "payday" with endDate/],
    [{ state: "ON" }, /ENABLED and DISABLED/],
    [
      { flexibleTimeWindow: { mode: "FLEXIBLE", maximumWindowInMinutes: 5 } },
      /another flexibleTimeWindow mode than OFF/,
    ],
    [{ target: { ...target, arn: "arn:aws:sns:us-east-1:1:t" } }, /another target than a queue or a function/],
    [{ target: { ...target, roleArn: undefined } }, /roleArn is missing/],
    [{ target: { ...target, sqsParameters: { messageGroupId: "g" } } }, /schedules with sqsParameters/],
    [{ target: { ...target, deadLetterConfig: { arn: functionArn } } }, /standard SQS queue/],
    [{ target: { ...target, retryPolicy: { maximumRetryAttempts: 186 } } }, /maximumRetryAttempts is 186.*0 to 185/],
    [{ target: { ...target, retryPolicy: { maximumEventAgeInSeconds: 59 } } }, /59; .*60 to 86400/],
  ];
  for (const [inputs, message] of refused)
    it(`is refused with ${JSON.stringify(inputs).slice(0, 80)}`, () => {
      assert.throws(() => world.make(inputs), message);
    });

  it("is refused if there is one of the same name in its group", () => {
    world.make();
    world.make({ groupName: "default" });
    assert.throws(() => world.make(), { code: "ConflictException" });
    assert.throws(() => world.scheduler.resources[GROUP](request(GROUP, "g", { name: "group" })), {
      code: "ConflictException",
    });
  });
});
