import assert from "node:assert/strict";
import { join } from "node:path";
import { type RunningSandbox, startSandbox } from "sequence-remote-api/testing";

describe("the amounts", () => {
  let sandbox: RunningSandbox;

  before(async () => {
    sandbox = await startSandbox({ directory: join(__dirname, "..") });
  });
  after(() => sandbox?.stop());

  it("are what Sequence is answered", async () => {
    assert.deepEqual(await sandbox.ask("rent"), { name: "rent", amountInCents: 150_000 });
    assert.deepEqual(await sandbox.ask("taxes"), { name: "taxes", amountInCents: 102_005 });
    assert.deepEqual(await sandbox.ask("buffer"), { name: "buffer", amountInCents: 20_000 });
  });

  it("are an error, and never a guess, while a balance is unknown", async () => {
    sandbox.setBalance("Bills Pod", { unknown: "the bank does not answer" });
    const answer = await sandbox.ask("buffer");
    assert.ok(!("amountInCents" in answer));
    assert.match(answer.reason, /the bank does not answer/);
  });
});
