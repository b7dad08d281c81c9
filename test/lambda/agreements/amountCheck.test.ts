import assert from "node:assert/strict";
import { checkedAmounts } from "../../../lambda/agreements/amountCheck";

const read = (answer: unknown, names = ["rent"]) => checkedAmounts(JSON.stringify(answer), names);
const rent = (amount: unknown) => ({ amounts: { rent: amount } });
const unknown = { code: "BALANCE_UNKNOWN", reason: "it is not known", repair: false };

describe("the amount function's answer to a check", () => {
  it("is read as it is, without amounts that nobody asked about", () => {
    assert.deepEqual(read({ amounts: { rent: { cents: 0 }, other: {} } }), { rent: { cents: 0 } });
    assert.deepEqual(read(rent({ ...unknown, retryAfterMs: 5 })), { rent: { ...unknown, retryAfterMs: 5 } });
  });

  const others: Record<string, unknown> = {
    "an answer of an earlier version": { statusCode: 404, body: '{"message":"Not Found"}' },
    nothing: null,
    "an amount that is missing": { amounts: {} },
    "a negative amount": rent({ cents: -1 }),
    "half a cent": rent({ cents: 0.5 }),
    "an amount as text": rent({ cents: "1" }),
    "an error without a code": rent({ ...unknown, code: undefined }),
    "an error that doesn't say who mends it": rent({ ...unknown, repair: "no" }),
    "a wait that is none": rent({ ...unknown, retryAfterMs: -1 }),
  };
  for (const [what, answer] of Object.entries(others))
    it(`is not ${what}`, () => assert.throws(() => read(answer), /the amount function's answer about "rent"/));

  it("is JSON", () => {
    assert.throws(() => checkedAmounts("<html>", ["rent"]), /about "rent" is missing/);
    assert.throws(() => read({ amounts: {} }, ["constructor"]), /about "constructor" is missing/);
  });
});
