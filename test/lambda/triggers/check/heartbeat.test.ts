import assert from "node:assert/strict";
import type { DeployedSchedule } from "../../../../lambda/triggers/ports";
import { HOUR, invalidRequest, MINUTE, noAnswer, PAYDAY_TIME, receipt, scheduled, tooMany } from "../world";
import { asDeployed, checkedBefore, DAY, healthy, heartbeat, PAYDAY, payday } from "./checked";

describe("the daily check", () => {
  it("of a healthy deployment says that it ran, and nothing else", async () => {
    const world = await checkedBefore();
    await world.handle(scheduled());
    world.now = PAYDAY + 16 * HOUR;
    assert.equal(await world.handle(heartbeat(world)), "done");
    assert.equal(world.count("Heartbeat"), 1);
    assert.equal(world.count("HeartbeatProblem"), 0);
    assert.equal(world.count("OccurrenceMissed"), 0);
    assert.deepEqual(world.mails, []);
  });

  it("names a secret that isn't filled", async () => {
    const world = healthy();
    world.badSecrets.add("arn:secret:payday");
    await world.handle(heartbeat(world));
    assert.equal(world.count("HeartbeatProblem"), 1);
    assert.match(
      world.mails[0]?.text ?? "",
      /trigger "payday" can't be used\. Secret arn:secret:payday has no value yet/,
    );
  });

  it("names what is wrong with a schedule", async () => {
    const input = (changes: object) =>
      JSON.stringify({
        trigger: "payday",
        ruleId: "ru_1",
        scheduledTime: "<aws.scheduler.scheduled-time>",
        ...changes,
      });
    const cases: [DeployedSchedule | Error | undefined, RegExp][] = [
      [undefined, /doesn't exist/],
      [new Error("throttled"), /can't be read: Error: throttled/],
      [asDeployed({ enabled: false }), /the state "disabled"; deployed was "enabled"/],
      [asDeployed({ expression: "cron(0 15 * * ? *)" }), /the expression "cron\(0 15/],
      [asDeployed({ timezone: "Europe/Berlin" }), /the time zone "Europe\/Berlin"/],
      [asDeployed({ startsAt: PAYDAY }), /the start date "2026-12-01T14:00:00.000Z"; deployed was "none"/],
      [asDeployed({ endsAt: PAYDAY }), /the end date/],
      [asDeployed({ input: undefined }), /sends nothing\. Deploy again/],
      [asDeployed({ input: "payday" }), /sends "payday", which is no JSON object/],
      [asDeployed({ expression: `cron(${"0,".repeat(60)}1 15 * * ? *)` }), /0,1 15 \* \* \? \*\)"; deployed was/],
      [asDeployed({ input: input({ trigger: "rent" }) }), /sends the trigger "rent"/],
      [asDeployed({ input: input({ ruleId: "ru_2" }) }), /sends the rule "ru_2"; deployed was "ru_1"/],
      [asDeployed({ input: input({ ruleId: undefined }) }), /sends no rule; deployed was "ru_1"/],
      [asDeployed({ input: input({ scheduledTime: PAYDAY_TIME }) }), /sends the time/],
      [asDeployed({ input: input({ payload: { x: 1 } }) }), /another payload/],
    ];
    for (const [schedule, text] of cases) {
      const world = healthy();
      if (schedule) world.schedules.set("payday", schedule);
      else world.schedules.delete("payday");
      await world.handle(heartbeat(world));
      assert.equal(world.count("HeartbeatProblem"), 1, String(text));
      assert.match(world.mails[0]?.text ?? "", text);
    }
  });

  it("finds a payload in order that says the same in another way, and dates that only the function knows", async () => {
    const world = healthy();
    const spec = payday(world);
    const payload = { a: 1, b: [2] };
    const schedule = { ...spec.schedule, startDate: "2026-11-01T00:00:00+01:00" };
    world.config = { ...world.config, triggers: { payday: { ...spec, payload, schedule } } };
    const input = { ...JSON.parse(asDeployed().input ?? ""), payload: { b: [2], a: 1 } };
    world.schedules.set("payday", asDeployed({ input: JSON.stringify(input) }));
    await world.handle(heartbeat(world));
    assert.equal(world.count("HeartbeatProblem"), 0);
  });

  it("names its own schedule when that is disabled", async () => {
    const world = healthy({ heartbeatScheduleName: "heartbeat" });
    world.schedules.set("heartbeat", asDeployed({ enabled: false }));
    await world.handle(heartbeat(world));
    assert.match(world.mails[0]?.text ?? "", /daily check's schedule "heartbeat" is disabled/);
  });

  it("comes back while the ledger is down, and gives up after an hour", async () => {
    const world = healthy();
    world.ledger.before = () => {
      throw new Error("DynamoDB is down");
    };
    const sentAt = world.now;
    assert.equal(await world.handle(heartbeat(world), { sentAt }), "back");
    world.now += HOUR;
    assert.equal(await world.handle(heartbeat(world), { sentAt }), "done");
    assert.equal(world.count("Heartbeat"), 0, "the alarm on a missing heartbeat tells of it");
  });

  it("goes on where it stopped when time runs out", async () => {
    const world = await checkedBefore();
    world.now = PAYDAY + 3 * DAY;
    world.remainingMs = 5_000;
    assert.equal(await world.handle(heartbeat(world)), "back");
    assert.equal(world.count("Heartbeat"), 0);
    world.remainingMs = 30_000;
    assert.equal(await world.handle(heartbeat(world)), "done");
    assert.equal(world.failures.length, 3);
  });
});

describe("a missed occurrence", () => {
  it("is told in the failure queue and a mail, with the command that runs it, and isn't run", async () => {
    const world = await checkedBefore();
    world.now = PAYDAY + 16 * HOUR;
    await world.handle(heartbeat(world));
    assert.equal(world.calls.length, 0);
    assert.equal(world.count("OccurrenceMissed"), 1);
    assert.equal(world.count("TriggerFailed"), 1);
    assert.equal(world.count("TriggerFailed"), 1);
    const [failure] = world.failures;
    assert.equal(failure?.code, "OCCURRENCE_MISSED");
    assert.equal(failure?.executed, "no");
    assert.equal(failure?.scheduledTime, PAYDAY_TIME);
    assert.match(world.mails[0]?.subject ?? "", /found missed occurrences/);
    assert.ok(world.mails[0]?.text.includes(failure?.command ?? "?"));
  });

  it("is told once", async () => {
    const world = await checkedBefore();
    world.now = PAYDAY + 16 * HOUR;
    await world.handle(heartbeat(world));
    await world.handle(heartbeat(world));
    world.now += 2 * HOUR;
    await world.handle(heartbeat(world));
    assert.equal(world.failures.length, 1);
  });

  it("can be run by hand afterwards", async () => {
    const world = await checkedBefore();
    world.now = PAYDAY + 16 * HOUR;
    await world.handle(heartbeat(world));
    world.now += MINUTE;
    await world.handle({ trigger: "payday", scheduledTime: PAYDAY_TIME });
    assert.equal(world.ledger.only().state, "executed");
  });

  it("whose message comes after all is not run by it", async () => {
    const world = await checkedBefore();
    world.now = PAYDAY + 16 * HOUR;
    await world.handle(heartbeat(world));
    assert.equal(await world.handle(scheduled()), "done");
    assert.equal(world.calls.length, 0);
  });

  it("is not one that is still within its age limit", async () => {
    const world = await checkedBefore();
    world.now = PAYDAY + 6 * HOUR;
    await world.handle(heartbeat(world));
    assert.equal(world.count("OccurrenceMissed"), 0);
    world.now = PAYDAY + 7 * HOUR;
    await world.handle(heartbeat(world));
    assert.equal(world.count("OccurrenceMissed"), 1, "the next check finds it");
  });

  it("is not one that failed and was told, was in test mode, or a dry run", async () => {
    const failed = await checkedBefore();
    failed.answer = () => {
      throw invalidRequest();
    };
    const testMode = await checkedBefore();
    testMode.answer = (call) => receipt(call, { testMode: true });
    const dryRun = await checkedBefore({ dryRun: true });
    for (const world of [failed, testMode, dryRun]) {
      await world.handle(scheduled());
      world.now = PAYDAY + 16 * HOUR;
      await world.handle(heartbeat(world));
      assert.equal(world.count("OccurrenceMissed"), 0);
    }
  });

  it("is one whose message got lost between two tries; it says whether it may have been executed", async () => {
    for (const [error, executed] of [
      [tooMany(), "no"],
      [noAnswer(), "unknown"],
    ] as const) {
      const world = await checkedBefore();
      world.answer = () => {
        throw error;
      };
      await world.handle(scheduled());
      world.now = PAYDAY + 16 * HOUR;
      await world.handle(heartbeat(world));
      assert.equal(world.failures[0]?.executed, executed);
      assert.match(world.failures[0]?.reason ?? "", /neither was it executed, nor was anybody told/);
    }
  });

  it("is not one that a person is just repeating; the next check looks at it again", async () => {
    const world = await checkedBefore();
    world.now = PAYDAY + 15 * HOUR;
    world.answer = () => {
      throw tooMany();
    };
    await world.handle({ trigger: "payday", scheduledTime: PAYDAY_TIME });
    world.now += 10 * MINUTE;
    await world.handle(heartbeat(world));
    assert.equal(world.count("OccurrenceMissed"), 0);
    world.now += DAY;
    await world.handle(heartbeat(world));
    assert.deepEqual(
      world.failures.map(({ scheduledTime }) => scheduledTime),
      [PAYDAY_TIME, "2026-12-02T14:00:00Z"],
    );
  });

  it("is none before the trigger's schedule was made", async () => {
    const world = await checkedBefore();
    const spec = payday(world);
    const rent = { ...spec, ruleId: "ru_2", schedule: { ...spec.schedule, name: "rent" } };
    world.config = { ...world.config, triggers: { ...world.config.triggers, rent } };
    const input = JSON.stringify({ ...JSON.parse(asDeployed().input ?? ""), trigger: "rent", ruleId: "ru_2" });
    await world.handle(scheduled());
    world.schedules.set("rent", asDeployed({ input, changedAt: PAYDAY + HOUR }));
    world.now = PAYDAY + 16 * HOUR;
    await world.handle(heartbeat(world));
    assert.equal(world.count("OccurrenceMissed"), 0);
    world.now = PAYDAY + 40 * HOUR;
    await world.handle(heartbeat(world));
    assert.deepEqual(
      world.failures.map(({ trigger, scheduledTime }) => `${trigger} ${scheduledTime}`),
      ["payday 2026-12-02T14:00:00Z", "rent 2026-12-02T14:00:00Z"],
    );
  });

  it("is none while the schedule was disabled, nor right after it was enabled", async () => {
    const world = await checkedBefore();
    const spec = payday(world);
    const enabled = world.config;
    world.config = { ...enabled, triggers: { payday: { ...spec, schedule: { ...spec.schedule, enabled: false } } } };
    world.schedules.set("payday", asDeployed({ enabled: false, changedAt: PAYDAY - HOUR }));
    world.now = PAYDAY + 16 * HOUR;
    await world.handle(heartbeat(world));
    world.config = enabled;
    world.schedules.set("payday", asDeployed({ changedAt: PAYDAY + 25 * HOUR }));
    world.now = PAYDAY + 40 * HOUR;
    await world.handle(heartbeat(world));
    assert.equal(world.count("OccurrenceMissed"), 0);
    assert.equal(world.count("HeartbeatProblem"), 0);
  });

  it("is told as unknown by a ledger's first check, because it may have replaced another ledger", async () => {
    const world = healthy();
    world.now = PAYDAY + 16 * HOUR;
    await world.handle(heartbeat(world));
    assert.deepEqual(
      world.failures.map(({ scheduledTime, executed }) => `${scheduledTime} ${executed}`),
      [`${PAYDAY_TIME} unknown`],
    );
    world.now += MINUTE;
    await world.handle({ trigger: "payday", scheduledTime: PAYDAY_TIME });
    assert.equal(world.calls.length, 0, "not without a person's word");
    await world.handle(
      { trigger: "payday", scheduledTime: PAYDAY_TIME, confirmedNotExecutedUntil: new Date(world.now).toISOString() },
      { sentAt: world.now + 1 },
    );
    assert.equal(world.calls.length, 1);
  });

  it("is told again if the failure queue did not take it", async () => {
    const world = await checkedBefore();
    world.now = PAYDAY + 16 * HOUR;
    world.failureQueueError = new Error("SQS is down");
    assert.equal(await world.handle(heartbeat(world)), "back");
    world.failureQueueError = undefined;
    world.now += 2 * HOUR;
    assert.equal(await world.handle(heartbeat(world)), "done");
    assert.equal(world.failures.length, 1);
  });

  it("among many others makes one mail, and a message each", async () => {
    const world = await checkedBefore();
    world.now = PAYDAY + 24 * DAY + 16 * HOUR;
    await world.handle(heartbeat(world));
    assert.equal(world.failures.length, 25);
    assert.equal(world.mails.length, 1);
    assert.match(world.mails[0]?.text ?? "", /And 5 more/);
  });
});
