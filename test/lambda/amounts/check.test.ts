import assert from "node:assert/strict";
import type { CheckAnswer, CheckedAmount } from "../../../lambda/agreements/amountCheck";
import type { AmountSpec } from "../../../lambda/agreements/amountKinds";
import type { AmountHandler } from "../../../lambda/amounts/handler";
import type { AmountEvent } from "../../../lambda/amounts/http";
import { SecretError } from "../../../lambda/secrets";
import { contextWith, eventFor, handlerOn, type SequenceServer, startSequence } from "./fixtures";

const topUp = { kind: "TopUp", account: "Bills Pod", targetCents: 50_000 } as const;
const sweep = { kind: "Sweep", account: "Bills Pod", floorCents: 0 } as const;
const rent = { kind: "Fixed", cents: 150_000 } as const;
const amounts: Record<string, AmountSpec> = { rent, buffer: topUp, excess: sweep };

const checkOf = (handler: AmountHandler, names: readonly string[], remainingMs?: number) =>
  handler({ check: names }, contextWith(remainingMs));

describe("a check of amounts", () => {
  let sequence: SequenceServer;
  beforeEach(async () => {
    sequence = await startSequence();
    sequence.accounts([{ name: "Bills Pod", cents: 12_345 }]);
  });
  afterEach(() => sequence.close());

  it("says what would be answered, from one read of the accounts, which no later check uses", async () => {
    const { handler } = handlerOn(sequence, amounts);
    assert.deepEqual(await checkOf(handler, ["rent", "buffer", "excess"]), {
      amounts: { rent: { cents: 150_000 }, buffer: { cents: 37_655 }, excess: { cents: 12_345 } },
    });
    assert.equal(sequence.requests.length, 1);
    sequence.accounts([{ name: "Bills Pod", cents: 20_000 }]);
    assert.deepEqual(await checkOf(handler, ["buffer"]), { amounts: { buffer: { cents: 30_000 } } });
    assert.equal((await handler(eventFor("excess"), contextWith())).body, '{"amountInCents":20000}');
    assert.equal(sequence.requests.length, 3);
  });

  it("of Fixed amounts reads no accounts", async () => {
    const { handler } = handlerOn(sequence, amounts);
    await checkOf(handler, ["rent"]);
    assert.equal(sequence.requests.length, 0);
  });

  it("is logged as amount.checked, and touches no metric, whatever it finds", async () => {
    sequence.accounts([{ name: "Bills Pod", cents: 9_000_000 }]);
    const { handler, events, metrics } = handlerOn(sequence, amounts);
    await checkOf(handler, ["rent", "excess", "gone"]);
    const [line, ...more] = events();
    assert.deepEqual(more, []);
    assert.equal(line?.event, "amount.checked");
    assert.equal(line?.awsRequestId, "aws-request-1");
    assert.equal(line?.sequenceRequestId, "seq-request-1");
    const { excess, gone } = (line?.amounts ?? {}) as Record<string, { code?: string }>;
    assert.deepEqual([excess?.code, gone?.code], ["OVER_CEILING", "UNKNOWN_AMOUNT"]);
    assert.deepEqual(metrics(), []);
  });

  it("keeps a custom amount's own metrics out, and gives it no request", async () => {
    const bonus = { kind: "Custom" } as const;
    const customAmount = () => async (context: Parameters<ReturnType<typeof custom>>[0]) => {
      context.log.with({ a: 1 }).metric("Bonus", 1);
      context.log.metric("Bonus", 1);
      assert.deepEqual([context.request.text(), context.request.headers], [undefined, {}]);
      await context.client.getAccounts();
      return (await context.accounts.list()).length;
    };
    const custom = customAmount as never as () => import("../../../lambda/amounts/context").CustomAmount;
    const { handler, metrics } = handlerOn(sequence, { bonus, excess: sweep }, { customAmount: custom });
    const answer = await checkOf(handler, ["bonus", "excess"]);
    assert.deepEqual(answer, { amounts: { bonus: { cents: 0 }, excess: { cents: 12_345 } } });
    assert.deepEqual(metrics(), []);
    assert.equal(sequence.requests.length, 1);
  });

  const one = async (spec: AmountSpec, more: Parameters<typeof handlerOn>[2] = {}, remainingMs?: number) => {
    const { handler } = handlerOn(sequence, { it: spec }, more);
    const { amounts: checked } = (await checkOf(handler, ["it"], remainingMs)) as CheckAnswer;
    return checked.it as Exclude<CheckedAmount, { cents: number }>;
  };

  describe("asks for a person's repair", () => {
    const repairs: [string, string, () => Promise<Exclude<CheckedAmount, { cents: number }>>][] = [
      ["an account that isn't there", "ACCOUNT_NOT_FOUND", () => one({ ...topUp, account: "Gone" })],
      [
        "an external account",
        "EXTERNAL_BALANCE_REFUSED",
        () => {
          sequence.accounts([{ name: "Bills Pod", type: "Account", cents: 1 }]);
          return one(topUp);
        },
      ],
      [
        "two accounts of the name",
        "ACCOUNT_AMBIGUOUS",
        () => {
          sequence.accounts([
            { name: "Bills Pod", cents: 1 },
            { name: "Bills Pod", cents: 2 },
          ]);
          return one(topUp);
        },
      ],
      ["an amount over the ceiling", "OVER_CEILING", () => one(sweep, { ceilingCents: 100 })],
      [
        "a custom amount that throws",
        "CUSTOM_AMOUNT_FAILED",
        () => one({ kind: "Custom" }, { customAmount: () => () => Promise.reject(new Error("a bug of its own")) }),
      ],
      [
        "a refused access token",
        "ACCESS_TOKEN_UNAVAILABLE",
        () => {
          sequence.answer((_, response) => response.writeHead(401).end('{"code":"INVALID_ACCESS_TOKEN","message":""}'));
          return one(topUp);
        },
      ],
    ];
    for (const [what, code, checked] of repairs)
      it(`because of ${what}`, async () => {
        const found = await checked();
        assert.deepEqual([found.code, found.repair], [code, true]);
        assert.ok(found.reason.length > 10, found.reason);
      });
  });

  describe("waits by itself for", () => {
    it("an unknown balance", async () => {
      sequence.accounts([{ name: "Bills Pod", cents: null }]);
      const { code, repair } = await one(topUp);
      assert.deepEqual([code, repair], ["BALANCE_UNKNOWN", false]);
    });

    it("a Sequence that says when to come back", async () => {
      sequence.answer((_, response) =>
        response.writeHead(429, { "retry-after": "120" }).end('{"code":"TOO_MANY_REQUESTS","message":""}'),
      );
      const { code, repair, retryAfterMs } = await one(topUp);
      assert.deepEqual([code, repair, retryAfterMs], ["SEQUENCE_UNAVAILABLE", false, 120_000]);
    });

    it("a Sequence that doesn't answer", async () => {
      sequence.answer(() => {});
      const { repair } = await one(topUp, { marginMs: 0 }, 300);
      assert.equal(repair, false);
    });

    it("a secret that couldn't be read, but not for one without a value", async () => {
      const tokenOf = (code: "SECRET_UNREADABLE" | "SECRET_UNFILLED") => ({
        clientOptions: {
          accessToken: { get: () => Promise.reject(new SecretError(code, "arn:token", `${code} it is`)) },
          maxAttempts: 1,
        },
      });
      const unreadable = await one(topUp, tokenOf("SECRET_UNREADABLE") as never);
      const unfilled = await one(topUp, tokenOf("SECRET_UNFILLED") as never);
      assert.deepEqual([unreadable.code, unreadable.repair], ["ACCESS_TOKEN_UNAVAILABLE", false]);
      assert.deepEqual([unfilled.code, unfilled.repair], ["ACCESS_TOKEN_UNAVAILABLE", true]);
    });
  });

  it("isn't what a marked question of our own is: that is answered, and its line says so", async () => {
    const { ask, events } = handlerOn(sequence, amounts);
    await ask("rent", { headers: { "x-sequence-remote-api-question": "doctor" } });
    await ask("rent");
    const answered = events().filter(({ event }) => event === "amount.answered");
    assert.deepEqual(
      answered.map(({ ownQuestion }) => ownQuestion),
      [true, undefined],
    );
  });

  it("shows no credential that an error has in it", async () => {
    const throws = () => Promise.reject(new Error("GET https://x.example with Bearer abcdefghijkl failed"));
    const { reason } = await one({ kind: "Custom" }, { customAmount: () => throws });
    assert.doesNotMatch(reason, /abcdefghijkl/);
  });

  describe("can't be reached from the internet:", () => {
    const forged: Record<string, object> = {
      "a check beside a request context": { check: ["rent"], requestContext: {} },
      "a check beside a version": { check: ["rent"], version: "2.0" },
      "a check beside path parameters": { check: ["rent"], pathParameters: { name: "rent", token: "guess" } },
      "a check beside anything else": { check: ["rent"], anything: undefined },
      "a check of no list": { check: "rent" },
      "a check of a list of lists": { check: [["rent"]] },
      "a check in a body": { version: "2.0", body: '{"check":["rent"]}' },
      "a check in a header": { version: "2.0", headers: { check: '["rent"]' } },
      "a check in a query": {
        version: "2.0",
        queryStringParameters: { check: '["rent"]' },
        rawQueryString: "check=rent",
      },
    };
    for (const [what, event] of Object.entries(forged))
      it(`${what} needs its token`, async () => {
        const { handler, events } = handlerOn(sequence, amounts);
        const answer = await handler(event as AmountEvent, contextWith());
        assert.equal(answer.statusCode, 404);
        assert.equal(answer.body, '{"message":"Not Found"}');
        assert.deepEqual(
          events().filter(({ event: name }) => name === "amount.checked"),
          [],
        );
        assert.equal(sequence.requests.length, 0);
      });
  });
});
