import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Sandbox } from "../../sandbox";
import { removePrograms, writeProgram } from "../support/program";
import { failures, mails, pass, root, triggerCalls } from "./support";

const DAY_MS = 86_400_000;

describe("A trigger every other week", () => {
  let sandbox: Sandbox;
  after(removePrograms);
  afterEach(() => sandbox?.stop());

  it("runs in its own weeks but the day that is skipped, and nobody hears of the others", async () => {
    const quickstart = readFileSync(join(root, "examples", "quickstart", "index.ts"), "utf8");
    const text = quickstart.replace(
      'schedule: "cron(0 9 1,15 * ? *)"',
      'schedule: "cron(0 9 ? * FRI *)", everyWeeks: 2, from: "2026-12-11", skipDates: ["2026-12-25"]',
    );
    assert.notEqual(text, quickstart);
    const settings = readFileSync(join(root, "examples", "quickstart", "sandbox.yaml"), "utf8");
    sandbox = await Sandbox.start({
      directory: writeProgram({ "index.ts": text, "sandbox.yaml": settings }),
      startAt: Date.parse("2026-12-01T12:00:00Z"),
    });
    await pass(sandbox, 44 * DAY_MS);
    const called = triggerCalls(sandbox).map(({ at }) => new Date(at).toISOString().slice(0, 16));
    assert.deepEqual(called, ["2026-12-11T14:00", "2027-01-08T14:00"]);
    assert.deepEqual([failures(sandbox), mails(sandbox)], [[], []]);
    const left = sandbox.cloud.logs.lines().filter(({ message }) => message.includes("occurrence.outsideDates"));
    assert.equal(left.length, 4);
    const results = () => sandbox.occurrences().map(({ result }) => result);
    const told = results();
    assert.equal(told.filter((result) => result === "skipped").length, 4);
    // The log keeps so many lines.
    const [{ group, stream } = { group: "", stream: "" }] = left;
    for (let line = 0; line < 25_000; line++) sandbox.cloud.logs.append(group, stream, "another line");
    assert.deepEqual(results(), told);
  });
});
