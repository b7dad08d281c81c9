import assert from "node:assert/strict";
import { HOUR, MINUTE, PAYDAY_TIME, type World } from "../world";
import { asDeployed, check, checkedBefore, DAY, deploy, executed, mailed, PAYDAY, payday, told } from "./checked";

/** Deploys the trigger under another name. */
function rename(world: World, changedAt: number): void {
  const spec = payday(world);
  const schedule = { ...spec.schedule, name: "wages" };
  world.config = { ...world.config, triggers: { wages: { ...spec, schedule } } };
  world.schedules.delete("payday");
  const input = JSON.stringify({ ...JSON.parse(asDeployed().input ?? ""), trigger: "wages" });
  world.schedules.set("wages", asDeployed({ changedAt, input }));
}

/** Checked eight hours before payday, and again two hours after it, when it isn't over yet. */
async function checkedSince(): Promise<World> {
  const world = await checkedBefore();
  await check(world, PAYDAY + 2 * HOUR);
  assert.deepEqual([told(world), world.mails], [[], []]);
  return world;
}

describe("an occurrence that never came, of a trigger that was renamed", () => {
  it("is missed if a check had seen its schedule switched on after it", async () => {
    const world = await checkedSince();
    rename(world, PAYDAY + 3 * HOUR);
    await check(world, PAYDAY + 16 * HOUR);
    assert.deepEqual(told(world), [`wages ${PAYDAY_TIME}`]);
    assert.match(world.failures[0]?.command ?? "", /"trigger":"wages","scheduledTime":"2026-12-01T14:00:00Z"/);
    await check(world, PAYDAY + 17 * HOUR);
    assert.equal(world.failures.length, 1);
    assert.deepEqual(world.ledger.check?.ended, []);
  });

  it("is named in the mail if it was due after the last check", async () => {
    const world = await checkedBefore();
    rename(world, PAYDAY + HOUR);
    await check(world, PAYDAY + 2 * HOUR);
    assert.equal(world.mails.length, 0, "it isn't over yet");
    await check(world, PAYDAY + 16 * HOUR);
    assert.match(
      mailed(world),
      /"wages" did not run at 2026-12-01T14:00:00Z\. Its schedule was made or changed at 2026-12-01T15/,
    );
    assert.match(mailed(world), /"trigger":"wages","scheduledTime":"2026-12-01T14:00:00Z"/);
    world.mails.length = 0;
    await check(world, PAYDAY + 17 * HOUR);
    assert.deepEqual([told(world), world.mails], [[], []]);
  });

  it("is named again until the mail is sent", async () => {
    const world = await checkedBefore();
    rename(world, PAYDAY + HOUR);
    world.mailError = new Error("SNS is down");
    assert.equal(await check(world, PAYDAY + 16 * HOUR), "back");
    world.mailError = undefined;
    assert.equal(await check(world, PAYDAY + 16 * HOUR + 5 * MINUTE), "done");
    assert.match(mailed(world), /"wages" did not run at 2026-12-01T14:00:00Z/);
  });

  it("is left to a later check while the new schedule can't be read", async () => {
    const world = await checkedBefore();
    rename(world, PAYDAY + HOUR);
    const schedule = world.schedules.get("wages");
    assert.ok(schedule);
    world.schedules.set("wages", new Error("throttled"));
    await check(world, PAYDAY + 16 * HOUR);
    assert.doesNotMatch(mailed(world), /did not run/);
    world.schedules.set("wages", schedule);
    await check(world, PAYDAY + 17 * HOUR);
    assert.match(mailed(world), /"wages" did not run at 2026-12-01T14:00:00Z/);
  });

  it("isn't spoken of if it was executed, before the change or under the new name", async () => {
    for (const trigger of ["payday", "wages"]) {
      const world = await checkedBefore();
      executed(world, PAYDAY, { trigger });
      rename(world, PAYDAY + HOUR);
      await check(world, PAYDAY + 16 * HOUR);
      assert.deepEqual([told(world), world.mails], [[], []]);
    }
  });

  it("isn't excused by another one of the schedule that was deployed then", async () => {
    const world = await checkedBefore();
    deploy(world, { expression: "cron(0 14,15 * * ? *)" }, PAYDAY - 4 * HOUR);
    await check(world, PAYDAY + 2 * HOUR);
    executed(world, PAYDAY + HOUR);
    deploy(world, { expression: "cron(0 20 * * ? *)" }, PAYDAY + 3 * HOUR);
    executed(world, PAYDAY + 6 * HOUR);
    await check(world, PAYDAY + 16 * HOUR);
    assert.deepEqual(told(world), [`payday ${PAYDAY_TIME}`]);
  });
});

describe("an occurrence that never came, of a trigger that was changed", () => {
  it("is named with what can be done: the deployed schedule doesn't know its time any more", async () => {
    const world = await checkedBefore();
    deploy(world, { expression: "cron(0 20 * * ? *)" }, PAYDAY + HOUR);
    executed(world, PAYDAY + 6 * HOUR);
    await check(world, PAYDAY + 16 * HOUR);
    assert.match(mailed(world), /"payday" did not run at 2026-12-01T14:00:00Z.*triggered in Sequence by hand\./);
    assert.doesNotMatch(mailed(world), /aws sqs/);
  });

  it("isn't found if the last check was of an earlier version, whose record doesn't say what was expected", async () => {
    const world = await checkedBefore();
    const { check: record } = world.ledger;
    const { of: _, ...known } = record?.watched.payday ?? { expects: "", checkedUntil: "" };
    world.ledger.check = { version: record?.version ?? 0, watched: { payday: known } };
    deploy(world, { expression: "cron(0 20 * * ? *)" }, PAYDAY + HOUR);
    executed(world, PAYDAY + 6 * HOUR);
    await check(world, PAYDAY + 16 * HOUR);
    assert.deepEqual([told(world), world.mails], [[], []]);
  });
});

describe("an occurrence that never came, of a trigger that was taken out", () => {
  it("is missed if a check had seen its schedule switched on after it", async () => {
    const world = await checkedSince();
    world.config = { ...world.config, triggers: {} };
    await check(world, PAYDAY + 16 * HOUR);
    assert.deepEqual(told(world), [`payday ${PAYDAY_TIME}`]);
    assert.equal(world.failures[0]?.command, undefined);
    assert.match(world.failures[0]?.whatToDo ?? "", /trigger the rule in Sequence by hand/);
  });

  it("isn't expected after the last check that saw it", async () => {
    const world = await checkedBefore();
    world.config = { ...world.config, triggers: {} };
    await check(world, PAYDAY + 16 * HOUR);
    await check(world, PAYDAY + DAY);
    assert.deepEqual([told(world), world.mails], [[], []]);
    assert.deepEqual(world.ledger.check?.watched, {});
  });
});
