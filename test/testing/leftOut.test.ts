import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Sandbox } from "../../sandbox";
import { root, stopSwitch } from "../endToEnd/support";
import { removePrograms, writeProgram } from "../support/program";

const quickstart = readFileSync(join(root, "examples", "quickstart", "index.ts"), "utf8");
const settings = readFileSync(join(root, "examples", "quickstart", "sandbox.yaml"), "utf8");
const PAYDAYS = 'schedule: "cron(0 9 1,15 * ? *)"';

describe("Occurrences that don't happen", () => {
  let sandbox: Sandbox;

  afterEach(() => sandbox?.stop());
  after(removePrograms);

  async function start(schedule = PAYDAYS): Promise<Sandbox> {
    assert.ok(quickstart.includes(PAYDAYS));
    const text = quickstart.replace(PAYDAYS, schedule);
    const directory = writeProgram({ "index.ts": text, "sandbox.yaml": settings });
    return Sandbox.start({ directory, startAt: "2026-12-01T12:00:00Z" });
  }

  const next = () => {
    const at = sandbox.schedules().find(({ name }) => name === "payday")?.next;
    return at === undefined ? undefined : new Date(at).toISOString();
  };
  const told = () =>
    sandbox
      .occurrences()
      .map(({ scheduledTime, result, reasons }) => [scheduledTime?.slice(0, 10), result, ...reasons]);

  it("are none to move to, and are told as skipped with their reason", async () => {
    sandbox = await start(
      'schedule: "cron(0 9 ? * FRI *)", everyWeeks: 2, from: "2026-12-11", skipDates: ["2026-12-25"], endDate: "2027-01-10T00:00:00Z"',
    );
    assert.equal(next(), "2026-12-11T14:00:00.000Z");
    assert.deepEqual(await sandbox.clock.advanceToNext("payday"), {
      schedule: "payday",
      at: Date.parse("2026-12-11T14:00:00Z"),
    });
    assert.equal(next(), "2027-01-08T14:00:00.000Z");
    await sandbox.clock.advanceToNext("payday");
    assert.equal(next(), undefined);
    await sandbox.clock.advanceBy({ days: 7 });
    const otherWeek = "it runs every 2 weeks from 2026-12-11, and this is no week of it";
    assert.deepEqual(told(), [
      ["2026-12-04", "skipped", otherWeek],
      ["2026-12-11", "done"],
      ["2026-12-18", "skipped", otherWeek],
      ["2026-12-25", "skipped", "its skipDates leave out that day"],
      ["2027-01-01", "skipped", otherWeek],
      ["2027-01-08", "done"],
      ["2027-01-15", "skipped", "it is after its endDate 2027-01-10T00:00:00Z"],
    ]);
    assert.equal(sandbox.triggers.length, 2);
  });

  it("are passed until the first that does, also beyond 62 days", async () => {
    sandbox = await start('schedule: "cron(0 9 1 * ? *)", startDate: "2027-02-20T00:00:00Z"');
    assert.deepEqual(await sandbox.runUntilTriggered(), { schedule: "payday", at: Date.parse("2027-03-01T14:00:00Z") });
    assert.deepEqual(told()[0], ["2026-12-01", "skipped", "it is before its startDate 2027-02-20T00:00:00Z"]);
    assert.equal(told().at(-1)?.[1], "done");
  });

  it("are told as skipped with the reason of the ledger when the stop switch outlasts them", async () => {
    sandbox = await start();
    await stopSwitch(sandbox, true);
    await sandbox.clock.advanceBy({ days: 1 });
    assert.deepEqual(told(), [["2026-12-01", "skipped", "Triggers were paused when the time for its tries ended."]]);
  });
});
