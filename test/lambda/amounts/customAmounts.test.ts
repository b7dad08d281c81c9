import assert from "node:assert/strict";
import type { AmountSpec } from "../../../lambda/agreements/amountKinds";
import { AmountError, amount } from "../../../lambda/amounts";
import type { CustomAmount } from "../../../lambda/amounts/context";
import { assertError, centsOf, handlerOn, type SequenceServer, startSequence, TOKEN } from "./fixtures";

describe("the amount handler with custom amounts", () => {
  let sequence: SequenceServer;
  beforeEach(async () => {
    sequence = await startSequence();
  });
  afterEach(() => sequence.close());

  const payroll: AmountSpec = { kind: "Custom" };
  const handlerFor = (custom: CustomAmount, spec: AmountSpec = payroll, ceilingCents = 1_000_000) =>
    handlerOn(sequence, { payroll: spec }, { customAmount: () => custom, ceilingCents });

  it("answers what the function returns", async () => {
    sequence.accounts([{ name: "Main", cents: 70_000 }]);
    const custom = amount(async ({ accounts }) => (await accounts.balanceCents("Main")) / 7);
    assert.equal(centsOf(await handlerFor(custom).ask("payroll")), 10_000);
  });

  it("applies the limits", async () => {
    const { ask } = handlerFor(() => 12_345, { kind: "Custom", maxCents: 11_111, roundToCents: 1_000 });
    assert.equal(centsOf(await ask("payroll")), 11_000);
  });

  it("answers 0 instead of less than a dollar, and says so in the log", async () => {
    const { ask, events } = handlerFor(() => 99);
    assert.equal(centsOf(await ask("payroll")), 0);
    assert.deepEqual(events()[0]?.reducedBy, ["minimum"]);
  });

  it("reads the accounts when they are first used, and once", async () => {
    sequence.accounts([{ name: "Main", cents: 70_000 }]);
    const unused = handlerFor(() => 100);
    await unused.ask("payroll");
    assert.equal(sequence.requests.length, 0);
    const used = handlerFor(async ({ accounts }) => {
      await Promise.all([accounts.list(), accounts.find("Main")]);
      return accounts.balanceCents("Main");
    });
    await used.ask("payroll");
    assert.equal(sequence.requests.length, 1);
  });

  it("gives them the request's body and headers, and nothing of the URL", async () => {
    let seen: unknown;
    const { ask } = handlerFor((context) => {
      seen = [context.request.json(), context.request.text(), context.request.headers["user-agent"], context.name];
      assert.ok(!JSON.stringify(context).includes(TOKEN));
      return 100;
    });
    await ask("payroll", { body: Buffer.from('{"a":1}').toString("base64"), isBase64Encoded: true });
    assert.deepEqual(seen, [{ a: 1 }, '{"a":1}', "test", "payroll"]);
  });

  it("gives them an undefined body when there is none or it isn't JSON", async () => {
    const seen: unknown[] = [];
    const { ask } = handlerFor(({ request }) => {
      seen.push(request.json());
      return 100;
    });
    for (const event of [{}, { body: "" }, { body: "<xml>" }])
      assert.equal((await ask("payroll", event)).statusCode, 200);
    assert.deepEqual(seen, [undefined, undefined, undefined]);
  });

  const invalid: [string, unknown][] = [
    ["NaN", Number.NaN],
    ["Infinity", Number.POSITIVE_INFINITY],
    ["a fraction", 100.5],
    ["a negative number", -100],
    ["-0", -0],
    ["a text", "100"],
    ["a bigint", 100n],
    ["nothing", undefined],
    ["null", null],
    ["an object", { amountInCents: 100 }],
    ["a list", [100]],
    ["more than is exact", 2 ** 53],
  ];
  for (const [what, value] of invalid)
    it(`answers 500 to ${what}`, async () => {
      const { ask } = handlerFor(async () => value as number);
      assertError(await ask("payroll"), 500, "CUSTOM_AMOUNT_INVALID", "payroll");
    });

  it("answers 500 above the ceiling", async () => {
    const { ask } = handlerFor(() => 50_001, payroll, 50_000);
    assertError(await ask("payroll"), 500, "OVER_CEILING", "payroll");
  });

  const thrown: [string, unknown][] = [
    ["an error", new Error("no payroll file")],
    ["a text", "no payroll file"],
    ["nothing", undefined],
    [
      "an error whose message can't be read",
      Object.defineProperty(new Error(), "message", { get: () => assert.fail() }),
    ],
  ];
  for (const [what, error] of thrown)
    it(`answers 500 when ${what} is thrown`, async () => {
      const { ask } = handlerFor(() => {
        throw error;
      });
      assertError(await ask("payroll"), 500, "CUSTOM_AMOUNT_FAILED", "payroll");
    });

  it("logs the thrown error with its place in the code", async () => {
    const { ask, events } = handlerFor(() => {
      throw new RangeError("no payroll file");
    });
    await ask("payroll");
    const { error } = events()[0] as { error: { cause: { name: string; message: string; at: string } } };
    assert.equal(error.cause.name, "RangeError");
    assert.equal(error.cause.message, "no payroll file");
    assert.match(error.cause.at, /customAmounts\.test/);
  });

  it("answers 503 to an unknown balance that the function asks for", async () => {
    sequence.accounts([{ name: "Main", cents: null }]);
    const { ask } = handlerFor(({ accounts }) => accounts.balanceCents("Main"));
    assertError(await ask("payroll"), 503, "BALANCE_UNKNOWN", "payroll");
  });

  it("answers 503 when the function says that it doesn't know", async () => {
    const { ask } = handlerFor(() => {
      throw new AmountError("AMOUNT_UNKNOWN", "no payroll yet");
    });
    assertError(await ask("payroll"), 503, "AMOUNT_UNKNOWN", "payroll");
  });

  it("knows the errors of another copy of this package", async () => {
    const { ask } = handlerFor(() => {
      throw Object.assign(new Error("no payroll yet"), { name: "AmountError", code: "AMOUNT_UNKNOWN" });
    });
    assertError(await ask("payroll"), 503, "AMOUNT_UNKNOWN", "payroll");
  });

  it("answers 503 with the amount's name to a function that never ends", async () => {
    let aborted = false;
    const { ask } = handlerFor(({ signal }) => {
      signal.addEventListener("abort", () => {
        aborted = true;
      });
      return new Promise(() => {});
    });
    assertError(await ask("payroll", {}, 520), 503, "AMOUNT_TIMEOUT", "payroll");
    assert.ok(aborted);
  });

  it("answers 500 when there is no module", async () => {
    const { ask } = handlerOn(sequence, { payroll });
    assertError(await ask("payroll"), 500, "CUSTOM_AMOUNT_MISSING", "payroll");
  });
});
