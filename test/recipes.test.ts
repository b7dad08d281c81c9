import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { transformSync } from "esbuild";
import type { AmountSpec } from "../lambda/agreements/amountKinds";
import { amountSetProblems } from "../lambda/agreements/amountProblems";
import * as amountsLibrary from "../lambda/amounts";
import type { CustomAmount } from "../lambda/amounts/context";
import { evaluate } from "../lambda/amounts/evaluate";
import { type TestAccount, testAmount, testContext } from "../lambda/amounts/testing";
import { AmountKind } from "../provider";

/** What the code of a recipe in docs/amounts.md declares. */
function recipe(title: string): Record<string, unknown> {
  const page = readFileSync(join(__dirname, "..", "docs", "amounts.md"), "utf8");
  const [, section = ""] = page.split(`\n### ${title}\n`);
  const code = /^```ts\n([\s\S]*?)^```/m.exec(section)?.[1];
  assert.ok(code, `docs/amounts.md has no code for ${title}`);
  const exported = code.startsWith("const amounts") ? `${code}export { amounts };` : code;
  const made: Record<string, unknown> = {};
  const run = new Function(
    "exports",
    "module",
    "require",
    "AmountKind",
    transformSync(exported, { loader: "ts", format: "cjs" }).code,
  );
  const module = { exports: made };
  run(made, module, () => amountsLibrary, AmountKind);
  return module.exports;
}

/**
 * Asks for the recipe's amounts one after the other, and moves each out of `from` into the account of `into`. `settles` is whether a
 * transfer shows in the balance before the next question.
 */
async function ask(
  title: string,
  accounts: readonly TestAccount[],
  from: string,
  into: Record<string, string>,
  settles = true,
) {
  const { amounts } = recipe(title) as { amounts: Record<string, AmountSpec> };
  assert.deepEqual(amountSetProblems(amounts, 1_000_000), []);
  const balances = new Map(accounts.map(({ name, cents }) => [name, cents]));
  const answers: number[] = [];
  for (const [name, spec] of Object.entries(amounts)) {
    const now = accounts.map((account) => ({
      ...account,
      ...(settles ? { cents: balances.get(account.name) as number } : {}),
    }));
    const context = { ...testContext({ accounts: now }), customAmount: () => assert.fail() };
    const { cents } = await evaluate(spec, context, 1_000_000);
    answers.push(cents);
    balances.set(from, (balances.get(from) ?? 0) - cents);
    const to = into[name];
    if (to !== undefined) balances.set(to, (balances.get(to) ?? 0) + cents);
  }
  return { answers, left: balances.get(from) };
}

describe("a recipe in docs/amounts.md", () => {
  it("50/30/20 moves every cent of a paycheck", async () => {
    for (const [cents, ...expected] of [
      [300_001, 150_000, 90_000, 60_001],
      [300_000, 150_000, 90_000, 60_000],
      [199_999, 99_999, 60_000, 40_000],
    ] as const) {
      const { answers, left } = await ask(
        "50/30/20 of a paycheck",
        [{ name: "Paycheck Pod", cents }],
        "Paycheck Pod",
        {},
      );
      assert.deepEqual([answers, left], [expected, 0]);
    }
  });

  it("50/30/20 asks for more than there is while transfers are pending, as the page says", async () => {
    const accounts = [{ name: "Paycheck Pod", cents: 300_001 }];
    const { answers } = await ask("50/30/20 of a paycheck", accounts, "Paycheck Pod", {}, false);
    assert.deepEqual(answers, [150_000, 180_000, 300_001]);
  });

  it("30 % of a deposit go to taxes, and nothing is left of it for the next one", async () => {
    const account = "Client Payments Account";
    const { answers, left } = await ask(
      "30 % of each deposit",
      [{ name: account, type: "Income Source", cents: 100_001 }],
      account,
      {},
    );
    assert.deepEqual([answers, left], [[30_000, 70_001], 0]);
  });

  it("a card's balance is paid up to the maximum, and an unusual sign moves nothing", async () => {
    for (const [cents, expected] of [
      [13_790, 13_790],
      [200_000, 150_000],
      [-5_000, 0],
    ] as const) {
      const accounts = [{ name: "Chase Credit Card", type: "Account", cents }];
      assert.deepEqual((await ask("A card's balance", accounts, "Chase Credit Card", {})).answers, [expected]);
    }
  });

  it("pods in order are filled one after the other, and the rest is saved", async () => {
    const accounts = [
      { name: "Rent Pod", cents: 30_000 },
      { name: "Bills Pod", cents: 50_000 },
      { name: "Income Pod", cents: 200_000 },
    ];
    const into = { rent: "Rent Pod", bills: "Bills Pod" };
    const { answers, left } = await ask("Pods in order", accounts, "Income Pod", into);
    assert.deepEqual([answers, left], [[120_000, 0, 80_000], 0]);
  });

  it("a buffer stays", async () => {
    const accounts = [{ name: "Checking Pod", cents: 123_456 }];
    const { answers, left } = await ask("A buffer", accounts, "Checking Pod", {});
    assert.deepEqual([answers, left], [[23_000], 100_456]);
  });

  it("skips when the balance is unknown", async () => {
    const { spare } = recipe("Skip when unknown") as { spare: CustomAmount };
    assert.equal(await testAmount(spare, { accounts: [{ name: "Checking Pod", cents: 150_000 }] }), 50_000);
    assert.equal(await testAmount(spare, { accounts: [{ name: "Checking Pod", cents: 90_000 }] }), 0);
    assert.equal(await testAmount(spare, { accounts: [{ name: "Checking Pod" }] }), 0);
  });
});
