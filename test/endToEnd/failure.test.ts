import assert from "node:assert/strict";
import type { Sandbox } from "../../sandbox";
import { failures, HOUR_MS, MINUTE_MS, mails, PAYDAY, pass, startQuickstart, triggerCalls, workQueue } from "./support";

describe("A trigger that fails", () => {
  let sandbox: Sandbox;

  beforeEach(async () => {
    sandbox = await startQuickstart({ startAt: PAYDAY - MINUTE_MS });
  });
  afterEach(() => sandbox?.stop());

  it("ends in the failure queue and in a mail at once if no further try can help", async () => {
    sandbox.sequence.configureRule("ru_12345", { remote: false });
    await pass(sandbox, 10 * MINUTE_MS);
    const [failure, ...more] = failures(sandbox);
    assert.deepEqual(more, []);
    assert.deepEqual(
      [failure?.trigger, failure?.executed, failure?.code, failure?.status, failure?.attempts],
      ["payday", "no", "INVALID_REQUEST", 400, 1],
    );
    const [mail, ...moreMails] = mails(sandbox);
    assert.deepEqual(moreMails, []);
    assert.equal(mail?.to, "you@example.com");
    assert.equal(mail?.subject, "Sequence: payday of 2026-12-01T14:00:00Z was not executed");
    for (const part of ["Executed: no", "What to do: ", "The command:", String(failure?.idempotencyKey)])
      assert.ok(mail?.message.includes(part), part);
    assert.deepEqual(sandbox.sequence.transfers, []);
    assert.deepEqual(sandbox.cloud.queues.messages(workQueue(sandbox)), []);
  });

  it("is tried for hours if a later try may help, then ends in the failure queue and in a mail", async () => {
    sandbox.sequence.fault({ status: 429, times: 10_000 });
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

  it("runs again under its own key when the operator sends what the mail says", async () => {
    sandbox.sequence.configureRule("ru_12345", { remote: false });
    await pass(sandbox, 10 * MINUTE_MS);
    const command = String(failures(sandbox)[0]?.command);
    const message = /--message-body '([^']+)'/.exec(command)?.[1];
    assert.ok(message, command);
    sandbox.sequence.configureRule("ru_12345", { remote: true });
    for (let time = 0; time < 2; time++) sandbox.cloud.queues.send(workQueue(sandbox), message);
    await pass(sandbox, HOUR_MS);
    assert.equal(sandbox.sequence.triggers.length, 1);
    assert.equal(new Set(triggerCalls(sandbox).map(({ idempotencyKey }) => idempotencyKey)).size, 1);
  });

  it("goes back as it was, and runs nothing, when the console's button moves it into the work queue", async () => {
    sandbox.sequence.fault({ when: "after", connection: "close" });
    sandbox.sequence.fault({ status: 500, nth: 2, times: 1_000 });
    await pass(sandbox, 7 * HOUR_MS);
    const calls = triggerCalls(sandbox).length;
    const [failure] = failures(sandbox);
    assert.equal(failure?.executed, "unknown");
    sandbox.sequence.clearFaults();
    sandbox.cloud.queues.send(workQueue(sandbox), JSON.stringify(failure, null, 2));
    await pass(sandbox, HOUR_MS);
    assert.equal(triggerCalls(sandbox).length, calls);
    assert.deepEqual(failures(sandbox), [failure, failure]);
    assert.equal(mails(sandbox).at(-1)?.subject, "Sequence: a failure was put back, nothing was run");
  });

  it("is told of, and moves nothing, if the rule is in test mode", async () => {
    sandbox.sequence.configureRule("ru_12345", { testMode: true });
    await pass(sandbox, 10 * MINUTE_MS);
    assert.deepEqual(sandbox.sequence.transfers, []);
    assert.deepEqual(
      mails(sandbox).map(({ subject }) => subject),
      ["Sequence: payday of 2026-12-01T14:00:00Z - the rule seems to be in test mode"],
    );
  });

  it("leaves a message that names no trigger of the program to a person", async () => {
    const other = { trigger: "bonus", ruleId: "ru_12345", scheduledTime: "2026-12-01T13:00:00Z" };
    for (const body of [
      "not JSON",
      JSON.stringify(other),
      JSON.stringify({ ...other, trigger: "payday", ruleId: "ru_1" }),
    ])
      sandbox.cloud.queues.send(workQueue(sandbox), body);
    await sandbox.idle();
    assert.deepEqual(triggerCalls(sandbox), []);
    assert.deepEqual(
      failures(sandbox)
        .map(({ code }) => code)
        .sort(),
      ["INVALID_MESSAGE", "RULE_CHANGED", "UNKNOWN_TRIGGER"],
    );
    assert.equal(mails(sandbox).length, 3);
  });
});
