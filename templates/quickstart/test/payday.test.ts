import assert from "node:assert/strict";
import { join } from "node:path";
import { type RunningSandbox, startSandbox } from "sequence-remote-api/testing";

describe("payday", () => {
  let sandbox: RunningSandbox;

  beforeEach(async () => {
    sandbox = await startSandbox({ directory: join(__dirname, ".."), startAt: "2026-11-29T12:00:00Z" });
  });
  afterEach(() => sandbox?.stop());

  it("moves the rent, fills the buffer, and saves what is too much", async () => {
    await sandbox.clock.advanceToNext("payday");
    // Says why, if something was not done.
    assert.deepEqual(sandbox.occurrences()[0]?.reasons, []);
    assert.deepEqual(
      sandbox.transfers.map(({ to, cents }) => [to, cents]),
      [
        ["Rent Pod", 150_000],
        ["Bills Pod", 20_000],
        ["Savings Pod", 260_000],
      ],
    );
  });

  it("moves it once, although the answer of Sequence is lost", async () => {
    sandbox.fault({ when: "after", connection: "close" });
    await sandbox.clock.advanceToNext("payday");
    await sandbox.clock.advanceBy({ hours: 2 });
    assert.equal(sandbox.balances()["Rent Pod"], 150_000);
  });
});
