import assert from "node:assert/strict";
import { utcSeconds } from "../../../../lambda/agreements/instant";
import { HOUR, MINUTE, noAnswer, PAYDAY_TIME, scheduled, tooMany, type World } from "../world";
import { asDeployed, check, checkedBefore, deploy, executed, PAYDAY, payday, told } from "./checked";

describe("an occurrence that Scheduler ran at another time than the expected one", () => {
  const at = (hours: number) => ({ scheduledTime: utcSeconds(PAYDAY + hours * HOUR) });

  it("runs, and says so once", async () => {
    const world = await checkedBefore();
    world.now = PAYDAY - HOUR + MINUTE;
    world.answer = () => {
      throw tooMany();
    };
    assert.equal(await world.handle(scheduled(at(-1))), "back");
    // The rule's pace holds it back until then.
    world.now += 2 * MINUTE;
    assert.equal(await world.handle(scheduled(at(-1)), { receiveCount: 2 }), "back");
    assert.equal(world.calls.length, 2);
    assert.equal(world.count("UnexpectedScheduledTime"), 1);
    assert.equal(world.events.filter(({ event }) => event === "occurrence.unexpectedTime").length, 1);
  });

  it("is not one that a person asks for, or that is expected", async () => {
    const world = await checkedBefore();
    await world.handle(scheduled());
    world.now += MINUTE;
    await world.handle({ trigger: "payday", scheduledTime: PAYDAY_TIME });
    await world.handle({ trigger: "payday", occurrence: "extra" });
    await world.handle({ trigger: "payday", ...at(-5) });
    assert.equal(world.count("UnexpectedScheduledTime"), 0);
  });

  it("explains that the expected one didn't come", async () => {
    for (const hours of [-2, -1, -0.25, 0.5, 1, 2]) {
      const world = await checkedBefore();
      world.now = PAYDAY + hours * HOUR + MINUTE;
      await world.handle(scheduled(at(hours)));
      assert.equal(world.calls.length, 1);
      await check(world, PAYDAY + 16 * HOUR);
      await check(world, PAYDAY + 17 * HOUR);
      assert.deepEqual(told(world), [], `${hours} hours`);
      assert.deepEqual(world.mails, []);
      assert.equal(world.ledger.only().standsFor, PAYDAY_TIME);
      assert.equal(world.events.filter(({ event }) => event === "occurrence.shifted").length, 1);
    }
  });

  it("explains one only, in whichever checks they are looked at", async () => {
    for (const checks of [[30], [7.2, 30]]) {
      const world = await checkedBefore();
      deploy(world, { expression: "cron(0 14,15 * * ? *)" }, PAYDAY - 6 * HOUR);
      await check(world, PAYDAY - 5 * HOUR);
      world.now = PAYDAY + 30 * MINUTE;
      await world.handle(scheduled(at(0.5)));
      for (const hours of checks) await check(world, PAYDAY + hours * HOUR);
      assert.deepEqual(told(world), ["payday 2026-12-01T15:00:00Z"]);
    }
  });

  it("explains nothing when it is too near, too far, older than the schedule, another trigger's, or expected", async () => {
    const cases: Record<string, (world: World) => void> = {
      "ten minutes away": (world) => executed(world, PAYDAY + 10 * MINUTE),
      "more than two hours away": (world) => executed(world, PAYDAY + 2.25 * HOUR),
      "before the schedule was changed": (world) => {
        world.schedules.set("payday", asDeployed({ changedAt: PAYDAY - HOUR + MINUTE }));
        executed(world, PAYDAY - HOUR);
      },
      "another trigger's": (world) => executed(world, PAYDAY - HOUR, { trigger: "rent" }),
      "expected of another trigger of the rule": (world) => {
        const spec = payday(world);
        const early = { ...spec, schedule: { ...spec.schedule, name: "early", expression: "cron(0 13 * * ? *)" } };
        world.config = { ...world.config, triggers: { ...world.config.triggers, early } };
        const input = JSON.stringify({ ...JSON.parse(asDeployed().input ?? ""), trigger: "early" });
        world.schedules.set("early", asDeployed({ expression: "cron(0 13 * * ? *)", input }));
        executed(world, PAYDAY - HOUR);
        executed(world, PAYDAY - 25 * HOUR);
      },
    };
    for (const [title, prepare] of Object.entries(cases)) {
      const world = await checkedBefore();
      prepare(world);
      await check(world, PAYDAY + 16 * HOUR);
      assert.deepEqual(told(world), [`payday ${PAYDAY_TIME}`], title);
    }
  });

  it("leaves the expected one to the next check while it is being tried", async () => {
    const world = await checkedBefore();
    executed(world, PAYDAY + HOUR, { state: "waiting", updatedAt: new Date(PAYDAY + 6.5 * HOUR).toISOString() });
    await check(world, PAYDAY + 7 * HOUR);
    assert.deepEqual(told(world), []);
    executed(world, PAYDAY + HOUR);
    await check(world, PAYDAY + 16 * HOUR);
    assert.deepEqual(told(world), []);
  });

  it("and whose message got lost after an unknown outcome makes the expected one unknown", async () => {
    const world = await checkedBefore();
    world.now = PAYDAY + HOUR + MINUTE;
    world.answer = () => {
      throw noAnswer();
    };
    await world.handle(scheduled(at(1)));
    await check(world, PAYDAY + 16 * HOUR);
    assert.deepEqual(
      world.failures.map(({ scheduledTime, executed: may }) => `${scheduledTime} ${may}`),
      [`${PAYDAY_TIME} unknown`],
    );
    assert.match(world.failures[0]?.reason ?? "", /tried as the occurrence of 2026-12-01T15:00:00Z/);
  });

  it("is waited for if it may come later than the expected one is over", async () => {
    const world = await checkedBefore({ maxAgeMinutes: 0 });
    await check(world, PAYDAY + 1.5 * HOUR);
    world.now = PAYDAY + 2 * HOUR + MINUTE;
    await world.handle(scheduled(at(2)));
    await check(world, PAYDAY + 16 * HOUR);
    assert.deepEqual(told(world), []);
  });
});
