import assert from "node:assert/strict";
import { utcSeconds } from "../../../../lambda/agreements/instant";
import { createTriggerHandler } from "../../../../lambda/triggers/handler";
import { HOUR, MINUTE, PAYDAY_TIME, type World } from "../world";
import {
  asDeployed,
  check,
  checkedBefore,
  DAY,
  deploy,
  executed,
  healthy,
  heartbeat,
  mailed,
  PAYDAY,
  payday,
  told,
} from "./checked";

describe("an occurrence that was due while its schedule", () => {
  it("was switched off between two checks is not missed, but named, because it may have been on", async () => {
    const world = await checkedBefore();
    world.schedules.set("payday", asDeployed({ changedAt: PAYDAY + HOUR }));
    await check(world, PAYDAY + 16 * HOUR);
    assert.deepEqual(told(world), []);
    assert.equal(world.count("OccurrenceMissed"), 0);
    assert.equal(world.count("HeartbeatProblem"), 0);
    assert.match(world.mails[0]?.subject ?? "", /occurrences that may have been missed/);
    assert.match(mailed(world), /"payday" did not run at 2026-12-01T14:00:00Z\. .* changed at 2026-12-01T15:00:00Z/);
    await check(world, PAYDAY + 40 * HOUR);
    assert.deepEqual(told(world), ["payday 2026-12-02T14:00:00Z"], "the next one is missed");
    assert.equal(world.mails.length, 2);
  });

  it("was switched off or missing at a check is not missed, nor is it named", async () => {
    for (const schedule of [asDeployed({ enabled: false, changedAt: PAYDAY - HOUR }), undefined]) {
      const world = await checkedBefore();
      if (schedule) world.schedules.set("payday", schedule);
      else world.schedules.delete("payday");
      await check(world, PAYDAY - 30 * MINUTE);
      world.mails.length = 0;
      world.schedules.set("payday", asDeployed({ changedAt: PAYDAY + 3 * HOUR }));
      await check(world, PAYDAY + 16 * HOUR);
      assert.deepEqual(told(world), []);
      assert.deepEqual(world.mails, []);
    }
  });

  it("stays away for weeks is not missed", async () => {
    const world = await checkedBefore();
    world.schedules.delete("payday");
    for (let day = 0; day < 21; day += 1) await check(world, PAYDAY - HOUR + day * DAY);
    for (let minute = 0; minute < 60; minute += 1) await check(world, world.now + MINUTE);
    assert.deepEqual(told(world), []);
  });

  it("is changed again and again doesn't make the record grow", async () => {
    const world = await checkedBefore();
    const most = async (times: number, stepMs: number) => {
      for (let i = 0; i < times; i += 1) await check(world, world.now + stepMs);
      return world.ledger.check?.watched.payday?.seen?.length ?? 0;
    };
    world.schedules.delete("payday");
    assert.equal(await most(60, MINUTE), 2);
    for (let day = 0; day < 21; day += 1) {
      world.schedules.set("payday", asDeployed({ changedAt: world.now }));
      assert.ok((await most(1, DAY)) <= 3);
    }
  });

  it("was taken out of the deployment and added again is not missed", async () => {
    const world = await checkedBefore();
    const { config } = world;
    world.config = { ...config, triggers: {} };
    await check(world, PAYDAY - HOUR);
    world.config = config;
    world.schedules.set("payday", asDeployed({ changedAt: PAYDAY + HOUR }));
    await check(world, PAYDAY + 16 * HOUR);
    assert.deepEqual(told(world), []);
  });

  it("was on, and which was switched off afterwards, is missed", async () => {
    const world = await checkedBefore();
    await check(world, PAYDAY + 2 * HOUR);
    deploy(world, { enabled: false }, PAYDAY + 3 * HOUR);
    await check(world, PAYDAY + 16 * HOUR);
    assert.deepEqual(told(world), [`payday ${PAYDAY_TIME}`]);
    await check(world, PAYDAY + 40 * HOUR);
    assert.equal(world.failures.length, 1, "none is due while it is off");
  });

  it("was on, and which was changed after a check had seen it so, is missed", async () => {
    const world = await checkedBefore();
    await check(world, PAYDAY + 2 * HOUR);
    world.schedules.set("payday", asDeployed({ changedAt: PAYDAY + 3 * HOUR }));
    await check(world, PAYDAY + 16 * HOUR);
    assert.deepEqual(told(world), [`payday ${PAYDAY_TIME}`]);
  });

  it("can't be read is left to a later check", async () => {
    const known = await checkedBefore();
    const unknown = healthy();
    for (const world of [known, unknown]) {
      const schedule = world.schedules.get("payday");
      assert.ok(schedule);
      world.schedules.set("payday", new Error("throttled"));
      await check(world, PAYDAY + 16 * HOUR);
      assert.deepEqual(told(world), []);
      assert.match(mailed(world), /can't be read: Error: throttled/);
      world.schedules.set("payday", schedule);
      await check(world, PAYDAY + 20 * HOUR);
      assert.deepEqual(told(world), [`payday ${PAYDAY_TIME}`]);
    }
    const made = await checkedBefore();
    deploy(made, { name: "payday-2" }, PAYDAY + HOUR);
    made.schedules.set("payday-2", new Error("throttled"));
    await check(made, PAYDAY + 16 * HOUR);
    made.schedules.set("payday-2", asDeployed({ changedAt: PAYDAY + HOUR }));
    made.mails.length = 0;
    await check(made, PAYDAY + 20 * HOUR);
    assert.deepEqual(told(made), [], "it was made after payday");
    assert.match(mailed(made), /"payday" did not run at 2026-12-01T14:00:00Z\. .* changed at 2026-12-01T15:00:00Z/);
    assert.equal(known.failures[0]?.executed, "no");
    assert.equal(unknown.failures[0]?.executed, "unknown");
  });

  it("was on is told as unknown if it was due before the ledger's first check, whichever check finds it", async () => {
    const world = healthy();
    await check(world, PAYDAY + 2 * HOUR);
    await check(world, PAYDAY + 40 * HOUR);
    assert.deepEqual(
      world.failures.map(({ scheduledTime, executed }) => `${scheduledTime} ${executed}`),
      ["2026-11-30T14:00:00Z unknown", `${PAYDAY_TIME} unknown`, "2026-12-02T14:00:00Z no"],
    );
  });
});

describe("the telling of a missed occurrence", () => {
  it("is over, mail included, before anything says that it is", async () => {
    const world = await checkedBefore();
    const sofar: string[] = [];
    world.ledger.before = (operation, item) => {
      if (operation === "write" && item?.state !== "failed") sofar.push(`record, mails: ${world.mails.length}`);
      else if (item?.told) sofar.push(`told, mails: ${world.mails.length}, messages: ${world.failures.length}`);
    };
    await check(world, PAYDAY + 16 * HOUR);
    assert.deepEqual(sofar, ["told, mails: 1, messages: 1", "record, mails: 1"]);
  });

  it("is repeated at once after a crash right after it", async () => {
    const world = await checkedBefore();
    world.ledger.before = (operation, item) => {
      if (operation === "write" && (item?.told || !item)) throw new Error("crashed");
    };
    assert.equal(await check(world, PAYDAY + 16 * HOUR), "back");
    assert.equal(world.failures.length, 1);
    assert.equal(world.mails.length, 1);
    world.ledger.before = () => {};
    assert.equal(await check(world, world.now + 5 * MINUTE), "done");
    assert.equal(world.failures.length, 2);
    assert.equal(world.mails.length, 2);
    assert.equal(await check(world, world.now + 2 * HOUR), "done");
    assert.equal(world.failures.length, 2);
  });

  it("happens once if two triggers of the rule were due at its time", async () => {
    const world = await checkedBefore();
    const spec = payday(world);
    const twin = { ...spec, schedule: { ...spec.schedule, name: "twin" } };
    world.config = { ...world.config, triggers: { ...world.config.triggers, twin } };
    const input = JSON.stringify({ ...JSON.parse(asDeployed().input ?? ""), trigger: "twin" });
    world.schedules.set("twin", asDeployed({ input }));
    executed(world, PAYDAY - DAY);
    await check(world, PAYDAY + 16 * HOUR);
    await check(world, PAYDAY + 17 * HOUR);
    assert.deepEqual(told(world), [`payday ${PAYDAY_TIME}`]);
  });

  it("includes what was found before the failure queue broke down", async () => {
    const world = await checkedBefore();
    const deps = world.deps();
    let sends = 0;
    const handler = createTriggerHandler({
      ...deps,
      failureQueue: {
        send: async (message) => {
          sends += 1;
          if (sends === 2) throw new Error("SQS is down");
          await deps.failureQueue.send(message);
        },
      },
    });
    world.now = PAYDAY + 3 * DAY - HOUR;
    assert.equal(await world.handle(heartbeat(world), { handler }), "back");
    assert.equal(world.mails.length, 1);
    assert.equal(await world.handle(heartbeat(world), { handler }), "done");
    assert.deepEqual(told(world), [
      "payday 2026-12-01T14:00:00Z",
      "payday 2026-12-02T14:00:00Z",
      "payday 2026-12-03T14:00:00Z",
    ]);
    assert.equal(world.mails.length, 2);
  });
});

describe("the daily check of very many occurrences", () => {
  it("looks at each", async () => {
    const world = await checkedBefore();
    deploy(world, { expression: "cron(* * * * ? *)" }, world.now);
    await check(world, world.now);
    const minutes = 7 * 24 * 60;
    const first = PAYDAY + 3 * MINUTE;
    for (let minute = 0; minute < minutes; minute += 1)
      if (minute !== 5 && minute !== 10_050) executed(world, first + minute * MINUTE);
    await check(world, first + (minutes - 1) * MINUTE + 6.75 * HOUR);
    assert.deepEqual(told(world), [
      `payday ${utcSeconds(first + 5 * MINUTE)}`,
      `payday ${utcSeconds(first + 10_050 * MINUTE)}`,
    ]);
  });

  it("tells some, and goes on with the others in the next run", async () => {
    const world = await checkedBefore();
    deploy(world, { expression: "cron(* * * * ? *)" }, world.now);
    await check(world, world.now);
    world.mails.length = 0;
    world.badSecrets.add("arn:secret:payday");
    const now = PAYDAY + 16 * HOUR - 2 * MINUTE;
    assert.equal(await check(world, now), "back");
    assert.equal(world.failures.length, 500);
    assert.equal(world.count("HeartbeatProblem"), 0, "the last run tells of the problems");
    assert.equal(await check(world, now), "done");
    assert.equal(world.failures.length, 551);
    assert.equal(new Set(told(world)).size, 551);
    assert.equal(world.mails.length, 2);
    assert.equal(world.count("HeartbeatProblem"), 1);
  });

  it("gives up after an hour, says so, and lets the heartbeat's alarm fire", async () => {
    const world = await checkedBefore();
    world.now = PAYDAY + 16 * HOUR;
    world.remainingMs = 15_000;
    const sentAt = world.now;
    assert.equal(await world.handle(heartbeat(world), { sentAt }), "back");
    assert.deepEqual(world.mails, []);
    world.now += HOUR;
    assert.equal(await world.handle(heartbeat(world), { sentAt }), "done");
    assert.match(mailed(world), /not completed within an hour\. It ran out of time/);
    assert.equal(world.count("Heartbeat"), 0);
    world.remainingMs = 30_000;
    await check(world, world.now + 2 * HOUR);
    assert.deepEqual(told(world), [`payday ${PAYDAY_TIME}`]);
  });

  it("says what it did not look at after more than five weeks", async () => {
    const world = await checkedBefore();
    await check(world, PAYDAY + 40 * DAY);
    assert.match(mailed(world), /"payday" between 2026-11-.* and 2026-12-06T14:00:00Z were not checked/);
    assert.equal(world.failures[0]?.scheduledTime, "2026-12-07T14:00:00Z");
  });
});

describe("the schedules of 200 triggers", () => {
  function many(): World {
    const world = healthy();
    const spec = payday(world);
    const names = Array.from({ length: 200 }, (_, i) => `t${i}`);
    world.config = {
      ...world.config,
      triggers: Object.fromEntries(
        names.map((name) => [
          name,
          { ...spec, schedule: { ...spec.schedule, name, expression: "cron(0 0 1 1 ? 2030)" } },
        ]),
      ),
    };
    for (const name of names) {
      const input = JSON.stringify({ ...JSON.parse(asDeployed().input ?? ""), trigger: name });
      world.schedules.set(name, asDeployed({ expression: "cron(0 0 1 1 ? 2030)", input }));
    }
    return world;
  }

  it("are read several at a time", async () => {
    const world = many();
    const { schedules, ...deps } = world.deps();
    let underWay = 0;
    let most = 0;
    const get = async (name: string) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise(setImmediate);
      underWay -= 1;
      return schedules.get(name);
    };
    const handler = createTriggerHandler({ ...deps, schedules: { get } });
    assert.equal(await world.handle(heartbeat(world), { handler }), "done");
    assert.equal(most, 8);
    assert.equal(world.count("HeartbeatProblem"), 0);
  });

  it("that there was no time for are named", async () => {
    const world = many();
    world.remainingMs = 60_000;
    const { schedules, ...deps } = world.deps();
    const get = async (name: string) => {
      world.remainingMs -= 500;
      return schedules.get(name);
    };
    const handler = createTriggerHandler({ ...deps, schedules: { get } });
    assert.equal(await world.handle(heartbeat(world), { handler }), "done");
    assert.equal(world.count("HeartbeatProblem"), 200 - 49);
    assert.match(mailed(world), /trigger "t49" can't be read: Error: the daily check ran out of time/);
  });
});
