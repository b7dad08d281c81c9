import assert from "node:assert/strict";
import { HOUR_MS, MINUTE_MS, mails, PAYDAY, pass, triggerCalls } from "../../endToEnd/support";
import { endAll } from "../support";
import { type ServedStack, servedStack } from "./support";

describe("sequence-remote-api pause and resume", function () {
  this.timeout(120_000);
  let served: ServedStack;

  beforeEach(async () => {
    served = await servedStack(undefined, { startAt: PAYDAY - MINUTE_MS });
  });
  afterEach(async () => {
    await served?.stop();
    await endAll();
  });

  it("stop every call, say what waits, and let it go on", async () => {
    const { sandbox } = served;
    sandbox.sequence.fault({ status: 429, times: 1 });
    await pass(sandbox, 2 * MINUTE_MS);
    const before = triggerCalls(sandbox).length;
    const { code, stdout, stderr } = await served.run("pause", "--reason", "the bank is down");
    assert.equal(code, 0, stderr);
    const lines = stdout.split("\n");
    assert.equal(lines[0], "Paused: no rule of sequence is triggered until you run resume.");
    assert.equal(lines[2], "The work queue has 0 to be taken, and 1 with the function or put back for a later try.");
    assert.match(stdout, /older than 360 minutes by then is skipped/);
    assert.match(stdout, /^Amounts are answered as ever.*set paused: true on it and deploy\.$/m);
    await pass(sandbox, HOUR_MS);
    assert.equal(triggerCalls(sandbox).length, before);

    const resumed = await served.run("resume");
    assert.equal(resumed.code, 0);
    assert.match(
      resumed.stdout,
      /^Resumed: the triggers of sequence go on\. It was switched on at 2026-12-01T14:0\S+Z: the bank is down\.\n/,
    );
    await pass(sandbox, HOUR_MS);
    assert.equal(sandbox.sequence.triggers.length, 1);
  });

  it("change nothing when they are run again, and tell so", async () => {
    const first = await served.json("pause", "--reason", "first");
    assert.deepEqual([first.json.paused, first.json.wasPaused, first.json.reason], [true, false, "first"]);
    const { since } = first.json;
    const again = await served.json("pause", "--reason", "second");
    assert.equal(again.code, 0);
    assert.deepEqual([again.json.wasPaused, again.json.reason, again.json.since], [true, "first", since]);
    assert.match((await served.run("pause")).stdout, /it was paused already\. It was switched on at \S+: first\.$/m);
    assert.equal((await served.json("resume")).json.wasPaused, true);
    const last = await served.json("resume");
    assert.deepEqual([last.code, last.json.wasPaused, last.json.paused], [0, false, false]);
    assert.match((await served.run("resume")).stdout, /^sequence was not paused: nothing was changed\.\n/);
  });

  it("name what was skipped meanwhile", async () => {
    const { sandbox } = served;
    await served.run("pause");
    // Past the age limit, and before the next daily check, which mails it.
    await pass(sandbox, 7 * HOUR_MS);
    const { stdout } = await served.run("resume");
    assert.match(stdout, /^Skipped meanwhile, .*:\n {2}payday of 2026-12-01T14:00:00Z$/m);
    assert.deepEqual(mails(sandbox), []);
    assert.equal(triggerCalls(sandbox).length, 0);
  });

  it("refuse a reason that is none", async () => {
    const { code, stderr } = await served.run("pause", "--reason", " ");
    assert.equal(code, 2);
    assert.match(stderr, /--reason has 1 characters; it must have 1 to 500/);
    assert.equal((await served.json("resume")).json.wasPaused, false);
  });
});
