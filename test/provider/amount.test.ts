import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { amount } from "../../provider";

describe("the functions that make an amount", () => {
  it("give the kind with its options", () => {
    assert.deepEqual(amount.fixed({ cents: 150_000 }), { kind: "Fixed", cents: 150_000 });
    assert.deepEqual(amount.percent({ account: "Pay", percent: 12.5, maxCents: 20_000 }), {
      kind: "Percent",
      account: "Pay",
      percent: 12.5,
      maxCents: 20_000,
    });
    assert.deepEqual(amount.topUp({ account: "Bills", targetCents: 50_000 }), {
      kind: "TopUp",
      account: "Bills",
      targetCents: 50_000,
    });
    assert.deepEqual(amount.sweep({ account: "Main", floorCents: 0, allowExternalBalance: true }), {
      kind: "Sweep",
      account: "Main",
      floorCents: 0,
      allowExternalBalance: true,
    });
    assert.deepEqual(amount.custom(), { kind: "Custom" });
    assert.deepEqual(amount.custom({ export: "bonus", minCents: 200 }), {
      kind: "Custom",
      export: "bonus",
      minCents: 200,
    });
  });

  it("take outputs, as the component does", () => {
    assert.equal(amount.fixed({ cents: pulumi.output(100) }).kind, "Fixed");
  });

  it("don't compile with an option of another kind, or without one of their own", () => {
    // The compiler runs over the tests, and refuses an expected error that isn't there.
    // @ts-expect-error targetCents is TopUp's
    amount.fixed({ cents: 100, targetCents: 5 });
    // @ts-expect-error cents is missing
    amount.fixed({});
    // @ts-expect-error floorCents is Sweep's
    amount.topUp({ account: "A", targetCents: 100, floorCents: 1 });
  });
});
