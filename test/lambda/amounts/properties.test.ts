import assert from "node:assert/strict";
import fc from "fast-check";
import type { AmountSpec } from "../../../lambda/agreements/amountKinds";
import { applyLimits, SMALLEST_TRANSFER_CENTS } from "../../../lambda/agreements/amountLimits";
import { amountSetProblems } from "../../../lambda/agreements/amountProblems";
import { createAmountHandler } from "../../../lambda/amounts/handler";
import { percentOf } from "../../../lambda/amounts/kinds/percent";
import type { AccountList } from "../../../lambda/client";
import { createLogger } from "../../../lambda/log";
import { configOf, contextWith, tokenOf } from "./fixtures";

const money = fc.oneof(
  fc.integer({ min: -1_000_000, max: 1_000_000 }),
  fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }),
  fc.constantFrom(0, 1, 99, 100, 101, -1),
);
const positive = (min: number) => fc.oneof(fc.integer({ min, max: min + 300 }), fc.integer({ min, max: 10_000_000 }));
const limits = fc.record(
  { maxCents: positive(100), roundToCents: positive(1), minCents: positive(100) },
  { requiredKeys: [] },
);

describe("limits", () => {
  it("give a multiple of the rounding between minimum and maximum, at most what was computed, or 0", () => {
    fc.assert(
      fc.property(money, limits, (computed, given) => {
        const { cents } = applyLimits(computed, given);
        assert.ok(Number.isSafeInteger(cents) && !Object.is(cents, -0));
        if (cents === 0) return;
        assert.ok(cents <= computed && cents <= (given.maxCents ?? cents));
        assert.ok(cents >= (given.minCents ?? SMALLEST_TRANSFER_CENTS));
        assert.equal(cents % (given.roundToCents ?? 1), 0);
      }),
    );
  });

  it("lose less than one step of the rounding, unless the result is below the minimum", () => {
    fc.assert(
      fc.property(money, limits, (computed, given) => {
        const clamped = Math.min(computed, given.maxCents ?? computed);
        const { cents } = applyLimits(computed, given);
        const lost = clamped - cents;
        const step = given.roundToCents ?? 1;
        if (cents > 0) assert.ok(lost >= 0 && lost < step);
        else assert.ok(clamped < (given.minCents ?? SMALLEST_TRANSFER_CENTS) + step);
      }),
    );
  });

  it("never answer more for less", () => {
    fc.assert(
      fc.property(money, money, limits, (a, b, given) => {
        assert.ok(applyLimits(Math.min(a, b), given).cents <= applyLimits(Math.max(a, b), given).cents);
      }),
    );
  });

  it("say what changed the amount if and only if something did", () => {
    fc.assert(
      fc.property(money, limits, (computed, given) => {
        const { cents, reducedBy } = applyLimits(computed, given);
        assert.equal(reducedBy.length > 0, cents !== computed);
      }),
    );
  });
});

describe("a percentage", () => {
  it("is the exact share, rounded down to a cent", () => {
    fc.assert(
      fc.property(money, fc.integer({ min: 1, max: 10_000 }), (balance, hundredths) => {
        // As a user writes it: at most two decimals.
        const share = Number((hundredths / 100).toFixed(2));
        const exact = BigInt(Math.max(0, balance)) * BigInt(hundredths);
        const answered = BigInt(percentOf(balance, share));
        assert.ok(answered * 10_000n <= exact && exact < (answered + 1n) * 10_000n);
      }),
    );
  });

  it("and its complement never make more than the whole", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 9_999 }), (balance, hundredths) => {
        const [share, rest] = [hundredths / 100, (10_000 - hundredths) / 100];
        assert.ok([balance, balance - 1].includes(percentOf(balance, share) + percentOf(balance, rest)));
      }),
    );
  });
});

describe("no input makes the handler answer 200 with anything but a valid amount", () => {
  const CEILING = 500_000;
  const account = fc.record({
    id: fc.constantFrom("id-1", "id-2", "Main"),
    name: fc.constantFrom("Main", "Bills"),
    type: fc.constantFrom("Pod", "Income Source", "Account", "Later"),
    balance: fc.oneof(
      money.map((cents) => ({ known: true as const, cents })),
      fc.constant({ known: false as const, reason: "unknown" }),
      // What the client never gives: the handler doesn't rely on that.
      fc.oneof(fc.double(), fc.anything()).map((cents) => ({ known: true as const, cents: cents as number })),
    ),
  });
  const list = fc.record({
    accounts: fc.array(account, { maxLength: 4 }),
    errors: fc.array(fc.string()),
    malformed: fc.constant([]),
    requestId: fc.option(fc.string(), { nil: undefined }),
    attempts: fc.nat(),
  });
  const ofAccount = fc.record({
    account: fc.constantFrom("Main", "Bills", "id-1"),
    allowExternalBalance: fc.boolean(),
  });
  const spec: fc.Arbitrary<AmountSpec> = fc.oneof(
    fc.record({ kind: fc.constant("Fixed" as const), cents: positive(100) }),
    specOf(ofAccount, limits, fc.record({ kind: fc.constant("TopUp" as const), targetCents: positive(100) })),
    specOf(ofAccount, limits, fc.record({ kind: fc.constant("Sweep" as const), floorCents: positive(0) })),
    specOf(
      ofAccount,
      limits,
      fc.record({
        kind: fc.constant("Percent" as const),
        percent: fc.integer({ min: 1, max: 10_000 }).map((hundredths) => hundredths / 100),
      }),
    ),
    fc.tuple(limits, fc.constant({ kind: "Custom" as const })).map(([some, rest]) => ({ ...some, ...rest })),
  );
  const custom = fc.oneof(
    money.map((value) => () => value),
    fc.anything().map((value) => async () => value as number),
    fc.anything().map((value) => () => {
      throw value;
    }),
    fc.constant(async (context: { accounts: { balanceCents(name: string): Promise<number> } }) =>
      context.accounts.balanceCents("Main"),
    ),
  );
  const parameters = fc.oneof(
    { arbitrary: fc.constant({ name: "it", token: tokenOf("it") }), weight: 10 },
    fc.record({ name: fc.constantFrom("it", "other", "__proto__"), token: fc.anything() }, { requiredKeys: [] }),
    fc.anything(),
  );
  const event = fc.oneof(
    {
      arbitrary: fc.record({
        pathParameters: parameters,
        body: fc.anything(),
        isBase64Encoded: fc.anything(),
        headers: fc.anything(),
      }),
      weight: 10,
    },
    fc.anything(),
  );
  const accounts = fc.oneof(
    { arbitrary: list.map((value) => async () => value as AccountList), weight: 5 },
    fc.anything().map((value) => async () => value as AccountList),
    fc.anything().map((value) => async () => {
      throw value;
    }),
  );

  it("whatever the event, the accounts, the options and the custom amount are", async () => {
    let answered = 0;
    const property = fc.asyncProperty(spec, event, accounts, custom, async (spec, event, getAccounts, custom) => {
      fc.pre(amountSetProblems({ it: spec }, CEILING).length === 0);
      const lines: string[] = [];
      const handler = createAmountHandler({
        config: configOf({ it: spec }, CEILING),
        client: { getAccounts },
        logger: createLogger({}, (line) => lines.push(line)),
        customAmount: () => custom as () => number,
      });
      const answer = await handler(event as never, contextWith());
      assert.equal(answer.headers["content-type"], "application/json");
      if (answer.statusCode !== 200) {
        assert.ok([404, 500, 503].includes(answer.statusCode));
        assert.doesNotMatch(answer.body, /amountInCents/);
        return;
      }
      answered++;
      assert.match(answer.body, /^\{"amountInCents":(0|[1-9]\d{2,})\}$/);
      assert.ok((JSON.parse(answer.body) as { amountInCents: number }).amountInCents <= CEILING);
    });
    await fc.assert(property, { numRuns: 1_000 });
    assert.ok(answered > 50, `only ${answered} of the inputs led to an amount`);
  });

  it("whatever the options are", async () => {
    const anySpec = fc.oneof(
      fc.anything(),
      fc.record(
        {
          kind: fc.constantFrom("Fixed", "TopUp", "Sweep", "Percent", "Custom"),
          cents: fc.anything(),
          account: fc.anything(),
          percent: fc.anything(),
          targetCents: fc.anything(),
          floorCents: fc.anything(),
          maxCents: fc.anything(),
        },
        { requiredKeys: ["kind"] },
      ),
    );
    const property = fc.asyncProperty(anySpec, fc.anything(), money, async (spec, ceiling, balance) => {
      const balances = { known: true as const, cents: balance };
      const list = { accounts: [{ id: "1", name: "Main", type: "Pod", balance: balances }], errors: [], malformed: [] };
      let handler: ReturnType<typeof createAmountHandler>;
      try {
        handler = createAmountHandler({
          config: configOf({ it: spec as AmountSpec }, ceiling as number),
          client: { getAccounts: async () => ({ ...list, requestId: undefined, attempts: 1 }) },
          logger: createLogger({}, () => {}),
        });
      } catch (error) {
        assert.match((error as Error).message, /config\.json is defective/);
        return;
      }
      const answer = await handler({ pathParameters: { name: "it", token: tokenOf("it") } }, contextWith());
      if (answer.statusCode === 200) assert.match(answer.body, /^\{"amountInCents":(0|[1-9]\d{2,})\}$/);
    });
    await fc.assert(property, { numRuns: 500 });
  });
});

function specOf<A extends object, B extends object, C extends object>(
  a: fc.Arbitrary<A>,
  b: fc.Arbitrary<B>,
  c: fc.Arbitrary<C>,
): fc.Arbitrary<A & B & C> {
  return fc.tuple(a, b, c).map(([first, second, third]) => ({ ...first, ...second, ...third }));
}
