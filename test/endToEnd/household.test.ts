import assert from "node:assert/strict";
import { join } from "node:path";
import { occurrenceKey } from "../../lambda/triggers/lifecycle/key";
import { Sandbox } from "../../sandbox";
import { ask, logged, PAYDAY, programs, START, triggerCalls, urlOf } from "./support";

/** The place that the log gives of an error, or of its cause. */
function placeOf(line: Record<string, unknown> | undefined): string {
  const error = line?.error as { at?: string; cause?: { at?: string } } | undefined;
  return String(error?.cause?.at ?? error?.at);
}

describe("A program with amounts of its own", () => {
  let sandbox: Sandbox;

  before(async () => {
    sandbox = await Sandbox.start({ directory: join(programs, "household"), startAt: START });
  });
  after(() => sandbox?.stop());

  it("is answered although another amount has left a failing promise behind, which is logged with that amount's name", async () => {
    assert.equal((await ask(urlOf(sandbox, "forgetful"))).body, '{"amountInCents":5000}');
    assert.equal((await ask(urlOf(sandbox, "savings"))).body, '{"amountInCents":7000}');
    await sandbox.idle();
    const [left, ...more] = logged(sandbox, "amount.leftBehind");
    assert.deepEqual(more, []);
    assert.equal(left?.amount, "forgetful");
    assert.match(placeOf(left), /^at later \(amounts\.ts:8:\d+\)$/);
    const first = logged(sandbox, "amount.answered").find(({ amount }) => amount === "forgetful");
    assert.equal(left?.awsRequestId, first?.awsRequestId);
  });

  it("finds the file and line of an error in the log", async () => {
    assert.equal((await ask(urlOf(sandbox, "broken"))).status, 500);
    assert.match(placeOf(logged(sandbox, "amount.failed")[0]), /^at broken \(amounts\.ts:24:\d+\)$/);
  });

  it("has its rule triggered at exactly the path of the URL that was pasted, under the key of the bare id", async () => {
    await sandbox.runUntilTriggered();
    assert.deepEqual(
      triggerCalls(sandbox).map(({ path, idempotencyKey }) => ({ path, idempotencyKey })),
      [{ path: "/rules/ru_9/trigger", idempotencyKey: occurrenceKey({ ruleId: "ru_9", scheduledTime: PAYDAY }) }],
    );
    assert.deepEqual(
      sandbox.transfers.map(({ to, cents }) => [to, cents]),
      [["Savings", 7_000]],
    );
  });
});
