import assert from "node:assert/strict";
import type { Sandbox } from "../../sandbox";
import {
  failures,
  HOUR_MS,
  keysAndBodies,
  logged,
  MINUTE_MS,
  mails,
  PAYDAY,
  pass,
  startQuickstart,
  stopSwitch,
  triggerCalls,
  workQueue,
} from "./support";

describe("The stop switch, in the middle of retries", () => {
  let sandbox: Sandbox;

  beforeEach(async () => {
    sandbox = await startQuickstart({ startAt: PAYDAY - MINUTE_MS });
    sandbox.sequence.fault({ status: 429, times: 10_000 });
    await pass(sandbox, 20 * MINUTE_MS);
    assert.ok(triggerCalls(sandbox).length > 1);
  });
  afterEach(() => sandbox?.stop());

  it("ends all calls at once and loses nothing", async () => {
    const before = triggerCalls(sandbox).length;
    await stopSwitch(sandbox, true);
    sandbox.sequence.clearFaults();
    sandbox.cloud.queues.send(workQueue(sandbox), JSON.stringify({ trigger: "payday", occurrence: "bonus" }));
    await pass(sandbox, 4 * HOUR_MS);
    assert.equal(triggerCalls(sandbox).length, before);
    assert.deepEqual([failures(sandbox), mails(sandbox)], [[], []]);
    assert.equal(sandbox.cloud.queues.messages(workQueue(sandbox)).length, 2);
    await stopSwitch(sandbox, false);
    await pass(sandbox, HOUR_MS);
    assert.equal(sandbox.sequence.triggers.length, 2);
    assert.equal(keysAndBodies(sandbox).length, 2);
    assert.deepEqual(sandbox.cloud.queues.messages(workQueue(sandbox)), []);
  });

  it("keeps messages far from the limits of their queue, and ends them as skipped in one mail", async () => {
    await stopSwitch(sandbox, true);
    const before = triggerCalls(sandbox).length;
    await pass(sandbox, 5 * HOUR_MS);
    const [waiting] = sandbox.cloud.queues.messages(workQueue(sandbox));
    assert.ok(waiting && waiting.receiveCount < 60, `${waiting?.receiveCount} of 119 receives`);
    await pass(sandbox, 20 * HOUR_MS);
    assert.equal(triggerCalls(sandbox).length, before);
    assert.deepEqual(failures(sandbox), []);
    assert.deepEqual(sandbox.cloud.queues.messages(workQueue(sandbox)), []);
    assert.equal(logged(sandbox, "occurrence.skipped").length, 1);
    assert.equal(logged(sandbox, "heartbeat.done").length, 1);
    const [mail, ...others] = mails(sandbox);
    assert.deepEqual(others, []);
    assert.equal(mail?.subject, "Sequence: 1 occurrence was skipped during a pause");
    const command = /--message-body '([^']+)'/.exec(mail?.message ?? "")?.[1];
    assert.ok(command, mail?.message);
    sandbox.sequence.clearFaults();
    await stopSwitch(sandbox, false);
    sandbox.cloud.queues.send(workQueue(sandbox), command);
    await pass(sandbox, HOUR_MS);
    assert.equal(sandbox.sequence.triggers.length, 1);
    assert.equal(keysAndBodies(sandbox).length, 1);
  });
});
