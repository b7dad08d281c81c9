import assert from "node:assert/strict";
import { DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { DeleteRolePolicyCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { GetScheduleCommand } from "@aws-sdk/client-scheduler";
import { PurgeQueueCommand } from "@aws-sdk/client-sqs";
import { dueMessage, triggerCalls } from "../endToEnd/onBothClouds/world";
import { ask, root } from "../endToEnd/support";
import { removePrograms } from "../support/program";
import { changedQuickstart } from "../support/quickstart";
import { resource } from "./deployment";
import { type EmulatorWorld, startEmulatorWorld } from "./world";

/** Where MiniStack looks for the right to read any schedule. */
const IN_DEFAULT_GROUP = "arn:aws:scheduler:us-east-1:000000000000:schedule/default/*";

describe("The quickstart on another AWS", () => {
  let world: EmulatorWorld;

  before(async () => {
    world = await startEmulatorWorld();
  });
  after(async () => {
    await world?.stop();
    removePrograms();
  });

  const amountOf = async (url: string | undefined) => (await ask(String(url))).body;

  it("has each alarm as it is declared", async () => {
    const { MetricAlarms = [] } = await world.cloud.place.clients.cloudWatch.send(new DescribeAlarmsCommand({}));
    const declared = world
      .deployment()
      .resources.filter(({ type }) => type === "aws:cloudwatch/metricAlarm:MetricAlarm");
    const topic = resource(world.deployment(), "aws:sns/topic:Topic", "-topic").id;
    assert.ok(declared.length > 10);
    assert.equal(MetricAlarms.length, declared.length);
    for (const { id, inputs } of declared) {
      const made = MetricAlarms.find(({ AlarmName }) => AlarmName === id);
      const dimensions = Object.fromEntries((made?.Dimensions ?? []).map(({ Name, Value }) => [Name, Value]));
      assert.deepEqual(
        {
          alarmDescription: made?.AlarmDescription,
          namespace: made?.Namespace,
          metricName: made?.MetricName,
          dimensions,
          statistic: made?.Statistic,
          threshold: made?.Threshold,
          period: made?.Period,
          comparisonOperator: made?.ComparisonOperator,
          evaluationPeriods: made?.EvaluationPeriods,
          datapointsToAlarm: made?.DatapointsToAlarm,
          treatMissingData: made?.TreatMissingData,
          okActions: made?.OKActions ?? [],
        },
        // MiniStack 1.5.33 ignores the warm-up.
        Object.fromEntries(
          Object.entries(inputs).filter(([name]) => !["alarmActions", "tags", "warmUpConfiguration"].includes(name)),
        ),
        id,
      );
      assert.deepEqual(made?.AlarmActions, [topic], id);
    }
  });

  describe("checked daily", () => {
    const heartbeat = () => JSON.stringify({ heartbeat: dueMessage(world).scheduledTime });
    const checks = async () => (await world.logged("heartbeat.done")).length;

    // MiniStack 1.5.33 asks for the right to scheduler:GetSchedule on schedule/default/NAME, whatever the schedule's group. AWS asks on
    // schedule/GROUP/NAME, which is what the role has, so only the second test gives it MiniStack's.
    it("finds nothing but that it may not read its schedules, because MiniStack asks for the right on another ARN", async () => {
      await world.send(heartbeat());
      await world.until(async () => (await checks()) === 1, "the check is done");
      const [found, ...more] = await world.logged("heartbeat.problems");
      assert.deepEqual(more, []);
      const problems = found?.problems as string[];
      assert.equal(problems.length, 2);
      for (const problem of problems)
        assert.match(problem, /can't be read: AccessDenied.* perform: scheduler:GetSchedule/);
      assert.equal((await world.mails()).length, 1);
    });

    it("finds every schedule as it was deployed once it may read them there", async () => {
      const { iam } = world.cloud.place.clients;
      const RoleName = resource(world.deployment(), "aws:iam/role:Role", "-triggers-role").id;
      const PolicyName = "what-ministack-asks-for";
      const statement = { Effect: "Allow", Action: "scheduler:GetSchedule", Resource: IN_DEFAULT_GROUP };
      const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
      await world.send(heartbeat());
      await world.until(async () => (await checks()) === 2, "the check is done");
      assert.equal((await world.logged("heartbeat.problems")).length, 1);
      assert.equal((await world.mails()).length, 1);
      await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
    });
  });

  describe("deployed again", () => {
    let urls: Readonly<Record<string, string>>;
    before(() => {
      urls = { ...world.amountUrls };
    });

    it("without a change, changes nothing", async () => {
      assert.deepEqual(await world.deployAgain(root), { created: [], updated: [], replaced: [], deleted: [] });
    });

    it("with a new amount, answers it, and the others at their old URLs", async () => {
      const tips = "tips: { kind: AmountKind.Fixed, cents: 2_500 },\n    // What the pod";
      const changes = await world.deployAgain(changedQuickstart("// What the pod", tips));
      assert.deepEqual(changes, {
        created: [],
        updated: ["aws:lambda/function:Function sequence-amounts-function"],
        replaced: [],
        deleted: [],
      });
      assert.equal(await amountOf(world.amountUrls.tips), '{"amountInCents":2500}');
      assert.equal(await amountOf(urls.rent), '{"amountInCents":150000}');
      assert.equal(world.amountUrls.rent, urls.rent);
    });

    it("with a new URL key, answers the old URLs as long as their key is declared", async () => {
      const withKeys = (keys: string) => changedQuickstart("amounts: {", `urlKeys: ${keys},\n  amounts: {`);
      const { created } = await world.deployAgain(withKeys('["v2", "v1"]'));
      assert.deepEqual(created, ["random:index/randomPassword:RandomPassword sequence-amounts-url-key-v2"]);
      assert.notEqual(world.amountUrls.rent, urls.rent);
      for (const url of [world.amountUrls.rent, urls.rent])
        assert.equal(await amountOf(url), '{"amountInCents":150000}');
      const { deleted } = await world.deployAgain(withKeys('["v2"]'));
      assert.deepEqual(deleted, ["random:index/randomPassword:RandomPassword sequence-amounts-url-key-v1"]);
      assert.equal(await amountOf(world.amountUrls.rent), '{"amountInCents":150000}');
      assert.equal((await ask(String(urls.rent))).status, 404);
    });

    it("with another schedule, has that at Scheduler", async () => {
      await world.deployAgain(root);
      const { updated, replaced } = await world.deployAgain(
        changedQuickstart("cron(0 9 1,15 * ? *)", "cron(30 8 L * ? *)"),
      );
      assert.deepEqual(updated.sort(), [
        "aws:lambda/function:Function sequence-triggers-function",
        "aws:scheduler/schedule:Schedule sequence-triggers-schedule-payday",
      ]);
      assert.deepEqual(replaced, []);
      const [GroupName, Name] = resource(
        world.deployment(),
        "aws:scheduler/schedule:Schedule",
        "-schedule-payday",
      ).id.split("/");
      const { scheduler } = world.cloud.place.clients;
      const made = await scheduler.send(new GetScheduleCommand({ GroupName, Name }));
      assert.equal(made.ScheduleExpression, "cron(30 8 L * ? *)");
      assert.equal(made.ScheduleExpressionTimezone, "America/New_York");
      assert.deepEqual(made.Target?.RetryPolicy, { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 185 });
    });

    it("with a rule that waits for an amount, calls Sequence only while that is known", async () => {
      await world.deployAgain(changedQuickstart("asks: [", 'holdUntilKnown: ["buffer"],\n      asks: ['));
      world.sequence.setBalance("Bills Pod", { unknown: "the bank does not answer" });
      await world.send(dueMessage(world, 120).body);
      const isHeld = async () => (await world.logged("occurrence.checked")).some(({ held }) => held === true);
      await world.until(isHeld, "it waits for the balance");
      assert.deepEqual(triggerCalls(world), []);
      // It would come back at some time.
      const QueueUrl = resource(world.deployment(), "aws:sqs/queue:Queue", "-work").id;
      await world.cloud.place.clients.sqs.send(new PurgeQueueCommand({ QueueUrl }));
      world.sequence.setBalance("Bills Pod", { cents: 12_055 });
      await world.send(dueMessage(world, 60).body);
      await world.until(async () => (await world.logged("occurrence.executed")).length === 1, "the next is executed");
      assert.equal(triggerCalls(world).length, 1);
    });

    it("with a renamed trigger, has one schedule in place of the other, and executes no occurrence again", async () => {
      await world.deployAgain(root);
      const { body } = dueMessage(world);
      await world.send(body);
      await world.until(async () => (await world.logged("occurrence.executed")).length === 2, "it is executed");
      const { created, replaced, deleted } = await world.deployAgain(changedQuickstart("payday: {", "salary: {"));
      assert.deepEqual(created, ["aws:scheduler/schedule:Schedule sequence-triggers-schedule-salary"]);
      assert.deepEqual(replaced, []);
      assert.deepEqual(deleted, ["aws:scheduler/schedule:Schedule sequence-triggers-schedule-payday"]);
      await world.send(body.replace("payday", "salary"));
      await world.until(async () => (await world.logged("occurrence.duplicate")).length === 1, "it is known");
      assert.equal(triggerCalls(world).length, 2);
    });
  });

  describe("deleted", () => {
    it("leaves nothing", async () => {
      assert.ok((await world.cloud.list()).length > 30);
      await world.stop();
      assert.deepEqual(await world.cloud.list(), []);
    });
  });
});
