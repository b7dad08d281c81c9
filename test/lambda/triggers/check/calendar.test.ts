import assert from "node:assert/strict";
import { HOUR, scheduled } from "../world";
import { asDeployed, check, checkedBefore, DAY, deploy, PAYDAY, payday, told } from "./checked";

/** 1 December 2026 is a Tuesday. */
const TUESDAYS = { expression: "cron(0 14 ? * TUE *)" };

describe("the daily check of a trigger that leaves days out", () => {
  it("misses only what is left, whether or not Scheduler's messages come", async () => {
    const world = await checkedBefore();
    deploy(world, { ...TUESDAYS, everyWeeks: 2, from: "2026-11-24", skipDates: ["2026-12-22"] }, PAYDAY - 20 * HOUR);
    for (let day = 0; day <= 36; day += 1) {
      const time = new Date(PAYDAY + day * DAY).toISOString();
      world.now = PAYDAY + day * DAY + 20_000;
      // Of the left out ones, one comes: it changes nothing.
      if (day === 14) await world.handle(scheduled({ scheduledTime: time }));
      await check(world, PAYDAY + day * DAY + 16 * HOUR);
    }
    assert.equal(world.calls.length, 0);
    assert.deepEqual(told(world), ["payday 2026-12-08T14:00:00Z", "payday 2027-01-05T14:00:00Z"]);
    assert.equal(world.count("OccurrenceMissed"), 2);
  });

  it("looks back by what was left out then, after the trigger was renamed", async () => {
    const world = await checkedBefore();
    deploy(world, { ...TUESDAYS, everyWeeks: 2, from: "2026-11-24" }, PAYDAY - 20 * HOUR);
    await check(world, PAYDAY + 5 * HOUR);
    const spec = payday(world);
    world.config = {
      ...world.config,
      triggers: { salary: { ...spec, schedule: { ...spec.schedule, name: "salary" } } },
    };
    world.schedules.delete("payday");
    const input = JSON.stringify({ ...JSON.parse(asDeployed().input ?? ""), trigger: "salary" });
    world.schedules.set("salary", asDeployed({ ...TUESDAYS, input, changedAt: PAYDAY + 6 * HOUR }));
    for (const day of [0, 1, 7]) await check(world, PAYDAY + day * DAY + 16 * HOUR);
    assert.deepEqual(told(world), ["salary 2026-12-08T14:00:00Z"]);
  });

  it("goes on where it was when the days change, and looks at no day again", async () => {
    const world = await checkedBefore();
    deploy(world, { ...TUESDAYS, skipDates: ["2026-12-01"] }, PAYDAY - 20 * HOUR);
    await check(world, PAYDAY + 16 * HOUR);
    deploy(world, { ...TUESDAYS, skipDates: ["2026-12-08"] }, PAYDAY - 20 * HOUR);
    await check(world, PAYDAY + 20 * HOUR);
    for (const day of [1, 7, 8]) await check(world, PAYDAY + day * DAY + 16 * HOUR);
    assert.deepEqual(told(world), []);
  });
});
