import assert from "node:assert/strict";
import type { Sandbox } from "../../sandbox";
import { failures, HOUR_MS, MINUTE_MS, mails, PAYDAY, pass, startQuickstart, triggerCalls, workQueue } from "./support";

describe("A trigger that fails", () => {
  let sandbox: Sandbox;

  beforeEach(async () => {
    sandbox = await startQuickstart({ startAt: PAYDAY - MINUTE_MS });
  });
  afterEach(() => sandbox?.stop());

  it("is tried for hours if a later try may help, then ends in the failure queue and in a mail", async () => {
    sandbox.fault({ status: 429, times: 10_000 });
    await pass(sandbox, 5 * HOUR_MS);
    assert.deepEqual(failures(sandbox), []);
    await pass(sandbox, 2 * HOUR_MS);
    const calls = triggerCalls(sandbox);
    assert.ok(calls.length > 20, `${calls.length} calls`);
    assert.ok((calls.at(-1)?.at ?? 0) > PAYDAY + 5 * HOUR_MS, "the last try is shortly before the six hours are over");
    assert.deepEqual(
      failures(sandbox).map(({ executed, attempts }) => [executed, attempts]),
      [["no", calls.length]],
    );
    assert.equal(mails(sandbox).length, 1);
  });

  it("goes back as it was, and runs nothing, when the console's button moves it into the work queue", async () => {
    sandbox.fault({ when: "after", connection: "close" });
    sandbox.fault({ status: 500, nth: 2, times: 1_000 });
    await pass(sandbox, 7 * HOUR_MS);
    const calls = triggerCalls(sandbox).length;
    const [failure] = failures(sandbox);
    assert.equal(failure?.executed, "unknown");
    sandbox.clearFaults();
    sandbox.cloud.queues.send(workQueue(sandbox), JSON.stringify(failure, null, 2));
    await pass(sandbox, HOUR_MS);
    assert.equal(triggerCalls(sandbox).length, calls);
    assert.deepEqual(failures(sandbox), [failure, failure]);
    assert.equal(mails(sandbox).at(-1)?.subject, "Sequence: a failure was put back, nothing was run");
  });
});
