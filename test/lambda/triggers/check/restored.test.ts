import assert from "node:assert/strict";
import { HOUR } from "../world";
import { check, checkedBefore, executed, PAYDAY } from "./checked";

describe("the daily check of a ledger that was restored from a backup", () => {
  it("doesn't say that nothing was executed since the backup, because nobody knows", async () => {
    const world = await checkedBefore();
    const stored = world.ledger.check;
    assert.ok(stored);
    world.ledger.check = { version: stored.version, watched: {}, isRestored: true };
    await check(world, PAYDAY + 16 * HOUR);
    assert.deepEqual(
      world.failures.map(({ executed: isExecuted }) => isExecuted),
      ["unknown"],
    );
  });

  it("says nothing of what the backup knows", async () => {
    const world = await checkedBefore();
    executed(world, PAYDAY);
    world.ledger.check = { version: world.ledger.check?.version ?? 0, watched: {}, isRestored: true };
    await check(world, PAYDAY + 16 * HOUR);
    assert.deepEqual(world.failures, []);
  });
});
