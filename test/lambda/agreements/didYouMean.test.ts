import assert from "node:assert/strict";
import { didYouMean } from "../../../lambda/agreements/didYouMean";

const names = ["Fixed", "Percent", "TopUp", "Sweep", "Custom", "ceilingCents", "Bills Pod", "Rent Pod"];

describe("did you mean", () => {
  for (const [given, meant] of Object.entries({
    fixed: "Fixed",
    "top up": "TopUp",
    cielingCents: "ceilingCents",
    "Bils Pod": "Bills Pod",
    "rent pod ": "Rent Pod",
  }))
    it(`finds ${meant} for ${JSON.stringify(given)}`, () =>
      assert.equal(didYouMean(given, names), `; did you mean "${meant}"?`));

  it("finds nothing that is far off", () => {
    assert.equal(didYouMean("interest", names), "");
    assert.equal(didYouMean("", names), "");
    assert.equal(didYouMean("x", []), "");
  });

  it("compares no more than the beginning of a long name", () => {
    assert.equal(didYouMean("x".repeat(1_000_000), names), "");
  });
});
