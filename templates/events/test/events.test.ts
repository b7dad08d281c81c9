import assert from "node:assert/strict";
import { join } from "node:path";
import { type RunningSandbox, startSandbox } from "sequence-remote-api/testing";

describe("a paid invoice", () => {
  let sandbox: RunningSandbox;

  beforeEach(async () => {
    sandbox = await startSandbox({ directory: join(__dirname, "..") });
  });
  afterEach(() => sandbox?.stop());

  it("sets its taxes aside, once, however often the message comes", async () => {
    await sandbox.sendEvent("invoice-paid", "invoice-4711");
    await sandbox.sendEvent("invoice-paid", "invoice-4711");
    // Says why, if something was not done.
    assert.deepEqual(sandbox.occurrences()[0]?.reasons, []);
    assert.equal(sandbox.balances()["Tax Pod"], 25_000);
  });

  it("is another event than the next invoice", async () => {
    await sandbox.sendEvent("invoice-paid", "invoice-4711");
    await sandbox.sendEvent("invoice-paid", "invoice-4712");
    assert.equal(sandbox.balances()["Tax Pod"], 50_000);
  });
});
