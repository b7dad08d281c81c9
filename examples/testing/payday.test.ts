import assert from "node:assert/strict";
import { type RunningSandbox, startSandbox } from "sequence-remote-api/testing";

describe("payday", () => {
  let sandbox: RunningSandbox;
  beforeEach(async () => {
    sandbox = await startSandbox({ directory: __dirname, startAt: "2026-12-01T00:00:00Z" });
  });
  afterEach(() => sandbox.stop());

  it("pays the rent first, then fills the buffer, and saves what is above the floor", async () => {
    await sandbox.clock.advanceToNext("payday");
    assert.deepEqual(
      sandbox.transfers.map(({ to, cents }) => [to, cents]),
      [
        ["Rent Pod", 150_000],
        ["Bills Pod", 20_000],
        ["Savings Pod", 260_000],
      ],
    );
  });

  it("executes a payday once, even if Sequence's answer is lost", async () => {
    sandbox.fault({ status: 500, times: 1 });
    await sandbox.clock.advanceToNext("payday");
    await sandbox.clock.advanceBy({ hours: 2 });
    assert.equal(sandbox.balances()["Rent Pod"], 150_000);
  });
});
