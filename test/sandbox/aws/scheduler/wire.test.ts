import assert from "node:assert/strict";
import { GetScheduleCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { REGION, serve } from "../queues/support";
import { arnOf, failuresArn, roleArn, SchedulerWorld, target, workArn } from "./support";

describe("Scheduler on the wire", () => {
  let world: SchedulerWorld;
  let server: Awaited<ReturnType<typeof serve>>;
  let client: SchedulerClient;

  beforeEach(async () => {
    world = new SchedulerWorld();
    server = await serve(world.scheduler.api);
    client = new SchedulerClient({
      endpoint: server.url,
      region: REGION,
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
    });
  });
  afterEach(async () => {
    client.destroy();
    await server.close();
    world.stop();
  });

  it("tells what was declared", async () => {
    world.make({
      description: "d",
      target: { ...target, retryPolicy: { maximumRetryAttempts: 0 }, deadLetterConfig: { arn: failuresArn } },
    });
    const answer = await client.send(new GetScheduleCommand({ Name: "payday", GroupName: "group" }));
    assert.equal(answer.Arn, arnOf("scheduler", "schedule/group/payday"));
    assert.equal(answer.ScheduleExpression, "cron(0 9 * * ? *)");
    assert.equal(answer.ScheduleExpressionTimezone, "America/New_York");
    assert.equal(answer.State, "ENABLED");
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
    world.make();
    await assert.rejects(client.send(new GetScheduleCommand({ Name: "payday" })), {
      name: "ResourceNotFoundException",
      message: "Schedule payday does not exist.",
    });
    await assert.rejects(client.send(new GetScheduleCommand({ Name: "a/b", GroupName: "group" })), {
      message: "Schedule a/b does not exist.",
    });
  });

  it("asks for the right before it looks for the schedule", async () => {
    world.make();
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
    assert.equal(world.scheduler.api.route?.("GET", "/schedules", new URLSearchParams(), {}), undefined);
  });
});
