import assert from "node:assert/strict";
import { join } from "node:path";
import { Sandbox } from "../../sandbox";
import {
  failures,
  HOUR_MS,
  keysAndBodies,
  logged,
  MINUTE_MS,
  mails,
  PAYDAY,
  pass,
  processesNaming,
  programs,
  START,
  startQuickstart,
  triggerCalls,
  until,
  workQueue,
} from "./support";

/** What the schedule puts into the work queue at its first occurrence. */
const MESSAGE = JSON.stringify({ trigger: "payday", ruleId: "ru_12345", scheduledTime: "2026-12-01T14:00:00Z" });

/** One rule, one scheduled time, one execution (the first of the promises). */
function executedOnce(sandbox: Sandbox): void {
  assert.equal(sandbox.triggers.length, 1);
  assert.equal(sandbox.transfers.length, 3);
  assert.equal(keysAndBodies(sandbox).length, 1, "every try has the same key and the same body");
}

describe("One occurrence of a schedule", () => {
  let sandbox: Sandbox;

  beforeEach(async () => {
    sandbox = await startQuickstart({ startAt: PAYDAY - MINUTE_MS });
  });
  afterEach(() => sandbox?.stop());

  async function payday(): Promise<void> {
    await pass(sandbox, MINUTE_MS);
  }

  it("executes once though Scheduler delivers it three times more, at once and an hour later", async () => {
    // Our own ledger must do it: Sequence is made to forget every key.
    sandbox.modes.memoryMs = 0;
    await payday();
    await sandbox.fire("payday", { scheduledTime: PAYDAY, times: 2 });
    await pass(sandbox, HOUR_MS);
    await sandbox.fire("payday", { scheduledTime: PAYDAY });
    executedOnce(sandbox);
    assert.equal(triggerCalls(sandbox).length, 1);
    assert.equal(logged(sandbox, "occurrence.duplicate").length, 3);
    assert.deepEqual(failures(sandbox), []);
  });

  it("executes once though it is delivered twice while the first call is under way", async () => {
    sandbox.modes.memoryMs = 0;
    sandbox.modes.concurrentDuplicatesToldApart = false;
    let answer = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    sandbox.fault({ until: answered });
    const round = payday();
    const ended = invocationsEnded(sandbox);
    await until(() => triggerCalls(sandbox).length === 1, "the first call is under way");
    for (let time = 0; time < 2; time++) sandbox.cloud.queues.send(workQueue(sandbox), MESSAGE);
    await until(() => invocationsEnded(sandbox) > ended, "another delivery is through while the first is not");
    assert.equal(triggerCalls(sandbox).length, 1);
    answer();
    await round;
    await pass(sandbox, HOUR_MS);
    executedOnce(sandbox);
    assert.equal(triggerCalls(sandbox).length, 1);
    assert.deepEqual(failures(sandbox), []);
  });

  it("executes once though SQS delivers its message twice", async () => {
    sandbox.modes.memoryMs = 0;
    await payday();
    sandbox.cloud.queues.send(workQueue(sandbox), MESSAGE);
    await sandbox.idle();
    executedOnce(sandbox);
    assert.equal(triggerCalls(sandbox).length, 1);
  });

  it("is tried again with the same key and body until Sequence answers", async () => {
    sandbox.fault({ status: 500, times: 2 });
    sandbox.fault({ status: 429, nth: 3, headers: { "retry-after": "120" } });
    sandbox.fault({ connection: "close", nth: 4 });
    sandbox.fault({ body: "<html>bad gateway</html>", status: 502, contentType: "text/html", nth: 5 });
    await payday();
    await pass(sandbox, 2 * HOUR_MS);
    executedOnce(sandbox);
    assert.deepEqual(
      triggerCalls(sandbox).map(({ status }) => status),
      [500, 500, 429, "none", 502, 200],
    );
    assert.deepEqual(failures(sandbox), []);
    assert.deepEqual(mails(sandbox), []);
  });

  it("executes once though every answer to its first calls is lost", async () => {
    sandbox.fault({ when: "after", connection: "close" });
    sandbox.fault({ when: "after", connection: "truncate", nth: 2 });
    sandbox.fault({ when: "after", status: 500, nth: 3 });
    await payday();
    await pass(sandbox, 2 * HOUR_MS);
    executedOnce(sandbox);
    assert.equal(triggerCalls(sandbox).at(-1)?.status, 200);
    assert.ok(triggerCalls(sandbox).length >= 4);
    assert.equal(logged(sandbox, "occurrence.executed")[0]?.sequenceRequestId, sandbox.triggers[0]?.requestId);
  });

  it("executes once though the function dies, and Sequence works on for another minute", async () => {
    sandbox.modes.concurrentDuplicatesToldApart = false;
    let execute = () => {};
    const executed = new Promise<void>((resolve) => {
      execute = resolve;
    });
    sandbox.fault({ when: "before", until: executed });
    const round = payday();
    await until(() => triggerCalls(sandbox).length === 1, "the first call is under way");
    for (const pid of processesNaming(sandbox.cloud.context.directory)) process.kill(pid, "SIGKILL");
    await round;
    sandbox.cloud.queues.send(workQueue(sandbox), MESSAGE);
    await pass(sandbox, 2 * MINUTE_MS);
    assert.equal(triggerCalls(sandbox).length, 1, "the lease, and a minute after it");
    execute();
    await until(() => sandbox.triggers.length === 1, "Sequence has executed the first call");
    await pass(sandbox, HOUR_MS);
    executedOnce(sandbox);
    assert.equal(triggerCalls(sandbox).length, 2);
    assert.deepEqual(failures(sandbox), []);
  });

  it("is left to a person, as unknown, if no try ever tells whether it was executed", async () => {
    sandbox.fault({ when: "after", connection: "close" });
    sandbox.fault({ status: 500, nth: 2, times: 1_000 });
    await payday();
    await pass(sandbox, 7 * HOUR_MS);
    const calls = triggerCalls(sandbox).length;
    assert.ok(calls > 2);
    const [failure, ...more] = failures(sandbox);
    assert.deepEqual(more, []);
    assert.equal(failure?.executed, "unknown");
    assert.match(String(failure?.command), /"confirmedNotExecutedUntil":"2026-12-01T/);
    sandbox.clearFaults();
    await pass(sandbox, 24 * HOUR_MS);
    assert.equal(triggerCalls(sandbox).length, calls, "no automatic try follows");
    executedOnce(sandbox);
  });
});

function invocationsEnded(sandbox: Sandbox): number {
  return sandbox.journal.entries.filter(({ kind }) => kind === "function.invoked").length;
}

describe("The idempotency key of an occurrence", () => {
  const keyIn = async (sandbox: Sandbox): Promise<string> => {
    await sandbox.runUntilTriggered();
    const [key, ...more] = keysAndBodies(sandbox);
    assert.deepEqual(more, []);
    assert.match(String(key), /^[\w.:/|-]{1,36} \{\}$/);
    return String(key);
  };

  it("is the same in a second stack, after a new start, and after the trigger and the component were renamed", async () => {
    const starts = [
      () => startQuickstart(),
      () => startQuickstart({ startAt: PAYDAY - HOUR_MS }),
      () => Sandbox.start({ directory: join(programs, "renamed-trigger"), startAt: START }),
    ];
    const sandboxes = await starts.reduce<Promise<Sandbox[]>>(
      async (earlier, start) => [...(await earlier), await start()],
      Promise.resolve([]),
    );
    try {
      const keys = [];
      for (const sandbox of sandboxes) keys.push(await keyIn(sandbox));
      assert.equal(new Set(keys).size, 1, keys.join(", "));
    } finally {
      for (const sandbox of sandboxes) await sandbox.stop();
    }
  });

  it("is another one at the next occurrence", async () => {
    const sandbox = await startQuickstart();
    try {
      await sandbox.runUntilTriggered();
      await sandbox.runUntilTriggered();
      assert.equal(sandbox.triggers.length, 2);
      assert.equal(keysAndBodies(sandbox).length, 2);
    } finally {
      await sandbox.stop();
    }
  });
});
