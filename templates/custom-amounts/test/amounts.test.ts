import assert from "node:assert/strict";
import { testContext } from "sequence-remote-api/amounts";
import { card, payroll } from "../amounts";

const accounts = [
  { name: "Payroll Pod", cents: 70_001 },
  { name: "Card Pod", cents: 40_000 },
  { name: "Chase Credit Card", type: "Account", cents: -13_790 },
];

describe("the payroll amount", () => {
  it("is half of the pod, rounded down", async () => {
    assert.equal(await payroll(testContext({ accounts })), 35_000);
  });
});

describe("the card amount", () => {
  it("is what the card owes", async () => {
    assert.equal(await card(testContext({ accounts })), 13_790);
  });

  it("is an error if the pod holds less", async () => {
    const poor = [{ name: "Card Pod", cents: 100 }, ...accounts.filter(({ name }) => name !== "Card Pod")];
    await assert.rejects(async () => card(testContext({ accounts: poor })), { code: "AMOUNT_UNKNOWN" });
  });
});
