import assert from "node:assert/strict";
import { checkAmountConfig } from "../../../lambda/agreements/amountConfig";
import { AmountError, amount, testAmount, testContext } from "../../../lambda/amounts";
import { customModule } from "../../../lambda/amounts/amountsModule";
import { configOf, digestOf } from "./fixtures";

describe("config.json", () => {
  const good = configOf({ rent: { kind: "Fixed", cents: 100 } });
  const digests = { rent: digestOf("x") };
  const defective: [string, unknown, RegExp][] = [
    ["is no object", null, /it is null; it must be an object/],
    ["is of another version", { ...good, version: 2 }, /version is 2; it must be 1/],
    ["has no amounts", { ...good, amounts: {} }, /amounts has no amount; it must be an object with at least one/],
    ["has a wrong amount", { ...good, amounts: { rent: { kind: "Fixed", cents: 1 } } }, /amounts\.rent\.cents is 1/],
    ["has no tokens", { ...good, urlTokens: [] }, /urlTokens has no label/],
    ["has tokens that are no list", { ...good, urlTokens: {} }, /urlTokens has no label; it must be a list/],
    ["has an empty token entry", { ...good, urlTokens: [null] }, /urlTokens\.0 has no label/],
    ["has no label", { ...good, urlTokens: [{ digests }] }, /urlTokens\.0 has no label/],
    ["has no digests", { ...good, urlTokens: [{ label: "a" }] }, /urlTokens\.0 has no digests/],
    [
      "lacks a digest",
      { ...good, urlTokens: [{ label: "a", digests: {} }] },
      /urlTokens\.0\.digests\.rent is missing or no digest; it must be the hex/,
    ],
    [
      "has a token for a digest",
      { ...good, urlTokens: [{ label: "a", digests: { rent: "t" } }] },
      /digests\.rent is missing or no digest/,
    ],
    [
      "has the digest of something else",
      { ...good, urlTokens: [{ label: "a", digests: { ...digests, gone: digestOf("y") } }] },
      /digests\.gone belongs to no amount/,
    ],
  ];
  for (const [what, config, message] of defective)
    it(`that ${what} is refused`, () => assert.throws(() => checkAmountConfig(config), message));

  it("that is well is accepted", () => checkAmountConfig(JSON.parse(JSON.stringify(good))));
});

describe("the amounts module", () => {
  it("gives its functions by name", () => {
    const payroll = () => 100;
    assert.equal(customModule(() => ({ payroll }))("payroll"), payroll);
  });

  it("that lacks the function says what it has", () => {
    const get = customModule(() => ({ payroll: () => 100, number: 5 }));
    assert.throws(() => get("bonus"), /no function "bonus"; the functions that it exports: payroll/);
    assert.throws(() => get("number"), {
      name: "AmountError",
      code: "CUSTOM_AMOUNT_MISSING",
      message: /no function "number": its export "number" is 5; the functions that it exports: payroll$/,
    });
    assert.throws(() => get("toString"), /no function "toString"/);
    assert.throws(() => customModule(() => ({}))("bonus"), /that it exports: none/);
    assert.throws(() => customModule(() => null)("bonus"), /that it exports: none/);
  });

  it("that can't be loaded is loaded again at the next request", () => {
    let loads = 0;
    const get = customModule(() => {
      if (loads++ === 0) throw new Error("broken");
      return { payroll: () => 100 };
    });
    assert.throws(() => get("payroll"), { code: "CUSTOM_AMOUNT_MISSING" });
    assert.equal(typeof get("payroll"), "function");
    get("payroll");
    assert.equal(loads, 2);
  });
});

describe("the test of a custom amount", () => {
  const payroll = amount(async ({ accounts, now, request }) => {
    const bonus = (request.json() as { bonus?: number } | undefined)?.bonus ?? 0;
    return now.getUTCDate() === 15 ? (await accounts.balanceCents("Payroll")) / 2 + bonus : 0;
  });
  const fifteenth = new Date("2026-12-15T12:00:00Z");

  it("calls it with accounts, time and body", async () => {
    const accounts = [{ name: "Payroll", cents: 100_000 }];
    assert.equal(await payroll(testContext({ accounts, now: fifteenth, body: '{"bonus":1}' })), 50_001);
    assert.equal(await payroll(testContext({ accounts, now: new Date("2026-12-16T12:00:00Z") })), 0);
  });

  it("gives what the endpoint would answer", async () => {
    const accounts = [{ name: "Payroll", cents: 100_000 }];
    const options = { accounts, now: fifteenth, roundToCents: 7_000, ceilingCents: 60_000 };
    assert.equal(await testAmount(payroll, options), 49_000);
    await assert.rejects(testAmount(payroll, { ...options, ceilingCents: 40_000 }), { code: "OVER_CEILING" });
    await assert.rejects(
      testAmount(() => 0.5),
      { code: "CUSTOM_AMOUNT_INVALID", status: 500 },
    );
    await assert.rejects(
      testAmount(() => assert.fail()),
      AmountError,
    );
  });

  it("has unknown balances, types and ids", async () => {
    const accounts = [{ name: "Payroll" }, { name: "Bank", type: "Account", id: "b-1", cents: 5 }];
    await assert.rejects(testAmount(payroll, { accounts, now: fifteenth }), { code: "BALANCE_UNKNOWN", status: 503 });
    const bank = amount(({ accounts }) => accounts.balanceCents("b-1"));
    await assert.rejects(testAmount(bank, { accounts }), { code: "EXTERNAL_BALANCE_REFUSED" });
    const list = amount(async ({ accounts, client }) => {
      assert.deepEqual((await client.getAccounts()).accounts, await accounts.list());
      assert.equal((await accounts.find("Payroll")).id, "account-1");
      return accounts.balanceCents("b-1", { allowExternalBalance: true });
    });
    assert.equal(await list(testContext({ accounts })), 5);
  });

  it("needs no options", async () => assert.equal(await testAmount(() => 100), 100));
});
