import assert from "node:assert/strict";
import { runAdversary } from "../../campaign/adversary/run";

describe("an adversary", () => {
  it("gets nothing out of either handler but refusals", async () => {
    const { attacks, refused, ...achieved } = await runAdversary(1, 2_000);
    assert.deepEqual(achieved, { crashed: 0, answered200: 0, called: 0, leaked: 0, injected: 0, polluted: 0 });
    assert.ok(refused > attacks, `${refused} refusals of ${attacks} attacks on two handlers`);
  });
});
