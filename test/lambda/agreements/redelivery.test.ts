import assert from "node:assert/strict";
import fc from "fast-check";
import { receivesWithin, redeliveryDelayMs } from "../../../lambda/agreements/redelivery";

describe("the delay of a message that comes back", () => {
  it("is between 15 seconds and 15 minutes, whatever the count", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), fc.double({ min: 0, max: 1, noNaN: true }), (count, random) => {
        const delay = redeliveryDelayMs(count, () => random);
        assert.ok(delay >= 15_000 && delay <= 900_000);
      }),
      { numRuns: 200 },
    );
  });

  it("gives the number of receives that a queue must allow", () => {
    assert.ok(receivesWithin(360) >= 6 * 8);
    assert.ok(receivesWithin(1200) < 1000, "SQS allows 1000");
    assert.ok(receivesWithin(0) > 1);
  });
});
