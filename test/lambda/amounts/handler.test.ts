import assert from "node:assert/strict";
import type { AmountSpec } from "../../../lambda/agreements/amountKinds";
import { SecretError } from "../../../lambda/secrets";
import {
  ACCESS_TOKEN,
  assertError,
  centsOf,
  configOf,
  contextWith,
  eventFor,
  handlerOn,
  OLD_TOKEN,
  type SequenceServer,
  startSequence,
  TOKEN,
  tokenOf,
} from "./fixtures";

describe("the amount handler", () => {
  let sequence: SequenceServer;
  beforeEach(async () => {
    sequence = await startSequence();
  });
  afterEach(() => sequence.close());

  const topUp = { kind: "TopUp", account: "Bills Pod", targetCents: 50_000 } as const;

  describe("answers", () => {
    it("a fixed amount with exactly the contract's body and content type, without asking Sequence", async () => {
      const { ask, metrics } = handlerOn(sequence, { rent: { kind: "Fixed", cents: 150_000 } });
      const answer = await ask("rent");
      assert.deepEqual(answer, {
        statusCode: 200,
        headers: { "content-type": "application/json" },
        body: '{"amountInCents":150000}',
      });
      assert.equal(sequence.requests.length, 0);
      assert.deepEqual(metrics(), ["AmountAnswered"]);
    });

    it("an error, and no amount, for one that is paused, without asking Sequence", async () => {
      const paused = {
        fixed: { kind: "Fixed", cents: 150_000, paused: true },
        read: { ...topUp, paused: true },
      } as const;
      const { ask, metrics } = handlerOn(sequence, paused);
      for (const name of ["fixed", "read"]) assertError(await ask(name), 503, "AMOUNT_PAUSED", name);
      assert.equal(sequence.requests.length, 0);
      assert.deepEqual(metrics(), ["AmountFailed", "AmountFailed"]);
    });

    it("0 for an amount that is switched off", async () => {
      const { ask } = handlerOn(sequence, { off: { kind: "Fixed", cents: 0 } });
      assert.equal((await ask("off")).body, '{"amountInCents":0}');
    });

    const balances: [string, AmountSpec, number, number][] = [
      ["what an account lacks to its target", topUp, 12_345, 37_655],
      ["0 for an account above its target", topUp, 50_001, 0],
      ["target and overdraft for an overdrawn account", topUp, -1_000, 51_000],
      ["what is above the floor", { kind: "Sweep", account: "Bills Pod", floorCents: 10_000 }, 12_345, 2_345],
      ["0 below the floor", { kind: "Sweep", account: "Bills Pod", floorCents: 10_000 }, 9_999, 0],
      ["a share, rounded down", { kind: "Percent", account: "Bills Pod", percent: 33.33 }, 10_001, 3_333],
      ["no share of an overdrawn account", { kind: "Percent", account: "Bills Pod", percent: 50 }, -10_000, 0],
      ["0 instead of less than a dollar", topUp, 49_901, 0],
      ["a dollar", topUp, 49_900, 100],
      ["no more than the maximum", { ...topUp, maxCents: 20_000 }, 0, 20_000],
      ["0 below the minimum", { ...topUp, minCents: 1_000 }, 49_001, 0],
      ["rounded down", { ...topUp, roundToCents: 10_000 }, 5_001, 40_000],
      ["maximum before rounding", { ...topUp, maxCents: 25_000, roundToCents: 10_000 }, 0, 20_000],
      ["rounding before the minimum", { ...topUp, roundToCents: 1_000, minCents: 1_500 }, 48_100, 0],
    ];
    for (const [what, spec, cents, expected] of balances)
      it(`${what}: ${expected} for a balance of ${cents}`, async () => {
        sequence.accounts([
          { name: "Other", cents: 7 },
          { name: "Bills Pod", cents },
        ]);
        const { ask } = handlerOn(sequence, { it: spec });
        assert.equal(centsOf(await ask("it")), expected);
      });

    it("an account named by its id", async () => {
      sequence.accounts([{ name: "Bills Pod", id: "5579244", cents: 100 }]);
      const { ask } = handlerOn(sequence, { it: { ...topUp, account: "5579244" } });
      assert.equal(centsOf(await ask("it")), 49_900);
    });

    it("the balance of an external account, if that is allowed", async () => {
      sequence.accounts([{ name: "Bills Pod", type: "Account", cents: 100 }]);
      const { ask } = handlerOn(sequence, { it: { ...topUp, allowExternalBalance: true } });
      assert.equal(centsOf(await ask("it")), 49_900);
    });

    it("although other accounts can't be read, and says so in the log", async () => {
      sequence.accounts([{ name: "Bills Pod", cents: 0 }, { name: "Broken" }], { errors: ["one bank is down"] });
      const { ask, events } = handlerOn(sequence, { it: topUp });
      assert.equal(centsOf(await ask("it")), 50_000);
      const warning = events().find(({ event }) => event === "accounts.incomplete");
      assert.deepEqual(warning?.errors, ["one bank is down"]);
    });

    it("and notes in the log that an amount was computed under a dollar", async () => {
      const { ask, events } = handlerOn(sequence, { it: topUp });
      for (const [cents, note] of [
        [49_950, "50 cents were computed: Sequence makes no transfer under $1.00, so it is 0"],
        [50_000, undefined],
        [49_900, undefined],
      ] as const) {
        sequence.accounts([{ name: "Bills Pod", cents }]);
        await ask("it");
        assert.equal(
          events()
            .filter(({ event }) => event === "amount.answered")
            .at(-1)?.note,
          note,
        );
      }
    });

    it("whatever the body is", async () => {
      const { ask } = handlerOn(sequence, { rent: { kind: "Fixed", cents: 150_000 } });
      const bodies = [
        {},
        { body: "" },
        { body: "{" },
        { body: "x".repeat(5_000_000) },
        { body: "/+8=", isBase64Encoded: true },
      ];
      for (const body of bodies) assert.equal(centsOf(await ask("rent", body)), 150_000);
    });
  });

  describe("refuses", () => {
    const amounts: Record<string, AmountSpec> = {
      rent: { kind: "Fixed", cents: 150_000 },
      food: { kind: "Fixed", cents: 50_000 },
    };
    const notFound = {
      statusCode: 404,
      headers: { "content-type": "application/json" },
      body: '{"message":"Not Found"}',
    };
    const strangers: [string, unknown][] = [
      ["a wrong token", { name: "rent", token: "wrong" }],
      ["the token of another amount", { name: "rent", token: tokenOf("food") }],
      ["an unknown name", { name: "gifts", token: tokenOf("rent") }],
      ["the name of something that every object has", { name: "constructor", token: tokenOf("rent") }],
      ["__proto__", { name: "__proto__", token: tokenOf("rent") }],
      ["a digest in place of a token", { name: "rent", token: configOf(amounts).urlTokens[0]?.digests.rent }],
      ["an empty token", { name: "rent", token: "" }],
      ["no token", { name: "rent" }],
      ["no name", { token: tokenOf("rent") }],
      ["no parameters", undefined],
      ["parameters that are no text", { name: ["rent"], token: { length: 3 } }],
    ];
    for (const [what, pathParameters] of strangers)
      it(`${what} as HTTP API does an unknown route`, async () => {
        const { handler, lines, events } = handlerOn(sequence, amounts);
        const event = { ...eventFor("rent"), pathParameters: pathParameters as never };
        assert.deepEqual(await handler(event, contextWith()), notFound);
        const [line] = events();
        assert.equal(line?.event, "amount.refused");
        assert.doesNotMatch(lines.join(), /gifts|proto|wrong|token/);
      });

    const wellFormed = "aB3-_".repeat(9).slice(0, 43);
    const counted: [string, unknown, { amount?: string; wellFormed: boolean }][] = [
      ["the name of an amount", { name: "rent", token: "wrong" }, { amount: "rent", wellFormed: false }],
      ["the name of an amount, without a token", { name: "rent" }, { amount: "rent", wellFormed: false }],
      ["the form of a token", { name: "gifts", token: wellFormed }, { wellFormed: true }],
      ["both", { name: "food", token: wellFormed }, { amount: "food", wellFormed: true }],
    ];
    for (const [what, pathParameters, expected] of counted)
      it(`a request that has ${what}, and counts it: a rule may hold that URL`, async () => {
        const { handler, lines, events, metrics } = handlerOn(sequence, amounts);
        await handler({ pathParameters: pathParameters as never }, contextWith());
        const { amount, wellFormed } = events()[0] ?? {};
        assert.deepEqual({ ...(amount === undefined ? {} : { amount }), wellFormed }, expected);
        assert.deepEqual(metrics(), ["AmountRefused"]);
        assert.doesNotMatch(lines.join(), /gifts|wrong|aB3/);
      });

    for (const token of [
      "wrong",
      wellFormed.slice(1),
      `${wellFormed}0`,
      wellFormed.replace("B", "%"),
      `${wellFormed}\n`,
    ])
      it(`a request of an unknown name with ${JSON.stringify(token)} without counting it: that is noise`, async () => {
        const { handler, events, metrics } = handlerOn(sequence, amounts);
        await handler({ pathParameters: { name: "gifts", token } }, contextWith());
        assert.deepEqual([events()[0]?.amount, events()[0]?.wellFormed], [undefined, false]);
        assert.deepEqual(metrics(), []);
      });

    it("an event that is nothing", async () => {
      const { handler } = handlerOn(sequence, amounts);
      assert.deepEqual(await handler(undefined as never, contextWith()), notFound);
    });

    it("before it reads an account", async () => {
      const { handler } = handlerOn(sequence, { it: topUp });
      await handler({ pathParameters: { name: "it", token: "wrong" } }, contextWith());
      assert.equal(sequence.requests.length, 0);
    });

    it("a label that was taken out", async () => {
      const config = { ...configOf(amounts), urlTokens: configOf(amounts).urlTokens.slice(0, 1) };
      const { handler } = handlerOn(sequence, amounts, { config });
      const event = { pathParameters: { name: "rent", token: tokenOf("rent", OLD_TOKEN) } };
      assert.deepEqual(await handler(event, contextWith()), notFound);
    });
  });

  it("accepts an old label's URL, and reports the label without the token", async () => {
    const { handler, lines, events, metrics } = handlerOn(sequence, { rent: { kind: "Fixed", cents: 150_000 } });
    const event = { pathParameters: { name: "rent", token: tokenOf("rent", OLD_TOKEN) } };
    assert.equal(centsOf(await handler(event, contextWith())), 150_000);
    assert.ok(metrics().includes("OldUrlUsed"));
    assert.equal(events().find((line) => line.event === "amount.oldUrl")?.urlLabel, "old");
    assert.ok(!lines.join().includes(OLD_TOKEN));
  });

  describe("answers 503", () => {
    const respondWith = (status: number, body: string) =>
      sequence.answer((_, response) => response.writeHead(status, { "content-type": "application/json" }).end(body));

    const unknown: [string, () => void, string][] = [
      ["a balance that is null", () => sequence.accounts([{ name: "Bills Pod", cents: null }]), "BALANCE_UNKNOWN"],
      [
        "a balance with an error beside it",
        () =>
          sequence.accounts([
            { id: "1", name: "Bills Pod", type: "Pod", balance: { amountInDollars: 5, error: "stale" } },
          ]),
        "BALANCE_UNKNOWN",
      ],
      [
        "no balance",
        () => sequence.accounts([{ id: "1", name: "Bills Pod", type: "Pod", balance: null }]),
        "BALANCE_UNKNOWN",
      ],
      ["no such account", () => sequence.accounts([{ name: "Other", cents: 1 }]), "ACCOUNT_NOT_FOUND"],
      [
        "two accounts of the name",
        () =>
          sequence.accounts([
            { name: "Bills Pod", cents: 1 },
            { name: "Bills Pod", cents: 1 },
          ]),
        "ACCOUNT_AMBIGUOUS",
      ],
      ["no connection", () => sequence.answer((_, response) => response.destroy()), "SEQUENCE_UNAVAILABLE"],
      ["a failing Sequence", () => respondWith(500, "{}"), "SEQUENCE_UNAVAILABLE"],
      ["an answer that isn't JSON", () => respondWith(200, "<html>"), "SEQUENCE_UNAVAILABLE"],
      ["a refused access token", () => respondWith(401, '{"code":"INVALID_ACCESS_TOKEN"}'), "ACCESS_TOKEN_UNAVAILABLE"],
    ];
    for (const [what, arrange, code] of unknown)
      it(`to ${what}, as ${code}`, async () => {
        arrange();
        const { ask, events, metrics } = handlerOn(sequence, { bills: topUp });
        const answer = await ask("bills");
        assertError(answer, 503, code, "bills");
        assert.doesNotMatch(answer.body, /Bills Pod|Other/);
        assert.deepEqual(metrics(), ["AmountFailed"]);
        assert.equal(events().find((line) => line.event === "amount.failed")?.code, code);
      });

    it("to an unknown balance, with Sequence's reason in the log only", async () => {
      const balance = { amountInDollars: null, error: "bank is closed" };
      sequence.accounts([{ id: "1", name: "Bills Pod", type: "Pod", balance }]);
      const { ask, lines } = handlerOn(sequence, { bills: topUp });
      assert.doesNotMatch((await ask("bills")).body, /closed/);
      assert.match(lines.join(), /balance of account .* is not known: .*bank is closed/);
    });

    it("to an unfilled secret, with the command that fills it in the log only", async () => {
      const arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:token-AbCdEf";
      const get = async () => {
        throw new SecretError("SECRET_UNFILLED", arn, `Secret ${arn} has no value yet. Fill it`);
      };
      const { ask, lines } = handlerOn(sequence, { bills: topUp }, { clientOptions: { accessToken: { get } } });
      assertError(await ask("bills"), 503, "ACCESS_TOKEN_UNAVAILABLE");
      assert.match(lines.join(), /has no value yet.*SECRET_UNFILLED/);
    });

    it("to a client without an access token", async () => {
      const { ask } = handlerOn(
        sequence,
        { bills: topUp },
        { clientOptions: { ...({ accessToken: undefined } as object) } },
      );
      assertError(await ask("bills"), 503, "ACCESS_TOKEN_UNAVAILABLE");
    });

    it("to a Sequence that doesn't answer, before Lambda's time is over", async () => {
      sequence.answer(() => {});
      const { ask } = handlerOn(sequence, { bills: topUp });
      const answer = await ask("bills", {}, 750);
      assert.equal(answer.statusCode, 503);
      assert.match(answer.body, /SEQUENCE_UNAVAILABLE|AMOUNT_TIMEOUT/);
    });

    it("when no time is left at all", async () => {
      sequence.answer(() => {});
      const { ask } = handlerOn(sequence, { bills: topUp });
      assert.equal((await ask("bills", {}, 0)).statusCode, 503);
    });
  });

  describe("answers 500", () => {
    it("to an external account that isn't allowed", async () => {
      sequence.accounts([{ name: "Bills Pod", type: "Account", cents: 100 }]);
      const { ask } = handlerOn(sequence, { bills: topUp });
      assertError(await ask("bills"), 500, "EXTERNAL_BALANCE_REFUSED", "bills");
    });

    it("to an account of a type that it doesn't know", async () => {
      sequence.accounts([{ name: "Bills Pod", type: "Crypto Wallet", cents: 100 }]);
      const { ask } = handlerOn(sequence, { bills: topUp });
      assertError(await ask("bills"), 500, "EXTERNAL_BALANCE_REFUSED");
    });

    it("above the ceiling, never clamps, and counts it", async () => {
      sequence.accounts([{ name: "Bills Pod", cents: -1 }]);
      const { ask, metrics } = handlerOn(sequence, { bills: topUp }, { ceilingCents: 50_000 });
      assertError(await ask("bills"), 500, "OVER_CEILING", "bills");
      assert.deepEqual(metrics(), ["AmountFailed", "AmountOverCeiling"]);
    });

    it("not at the ceiling", async () => {
      sequence.accounts([{ name: "Bills Pod", cents: 0 }]);
      const { ask } = handlerOn(sequence, { bills: topUp }, { ceilingCents: 50_000 });
      assert.equal(centsOf(await ask("bills")), 50_000);
    });

    it("to a defect, without its text", async () => {
      const client = {
        getAccounts: () => {
          throw new TypeError("amountInCents of undefined");
        },
      };
      const { ask } = handlerOn(sequence, { bills: topUp }, { client });
      assertError(await ask("bills"), 500, "INTERNAL", "bills");
    });
  });

  it("logs AWS's and Sequence's request ids, the amount and how it came about, and no credential", async () => {
    sequence.accounts([{ name: "Bills Pod", cents: 0 }]);
    let now = 1_000;
    const { ask, lines, events } = handlerOn(
      sequence,
      { bills: { ...topUp, maxCents: 20_500, roundToCents: 1_000 } },
      { now: () => (now += 5) },
    );
    await ask("bills");
    const { time, ms, ...line } = events()[0] ?? {};
    assert.deepEqual(line, {
      level: "info",
      event: "amount.answered",
      awsRequestId: "aws-request-1",
      amount: "bills",
      kind: "TopUp",
      urlLabel: "current",
      cents: 20_000,
      reducedBy: ["maximum", "rounding"],
      computedCents: 50_000,
      sequenceRequestId: "seq-request-1",
    });
    assert.ok(typeof time === "string" && typeof ms === "number" && ms > 0);
    for (const credential of [ACCESS_TOKEN, TOKEN, OLD_TOKEN]) assert.ok(!lines.join().includes(credential));
  });

  it("is not made of a defective config", () => {
    assert.throws(
      () => handlerOn(sequence, { bills: { ...topUp, targetCents: 1.5 } }),
      /amounts\.bills\.targetCents is 1\.5/,
    );
  });
});
