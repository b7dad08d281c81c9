import assert from "node:assert/strict";
import fc from "fast-check";
import { dollarsToCents, formatCents } from "../../../lambda/client";

function reasonOf(dollars: unknown): string {
  const balance = dollarsToCents(dollars);
  assert.equal(balance.known, false, `${dollars} must be unknown`);
  return balance.known ? "" : balance.reason;
}

describe("dollarsToCents", () => {
  it("gives every cent up to $1 billion back exactly", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e11, max: 1e11 }), (cents) => {
        assert.deepEqual(dollarsToCents(cents / 100), { known: true, cents });
      }),
      { numRuns: 2000 },
    );
  });

  it("gives every cent back that was written as JSON with two decimals", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e13 }), (cents) => {
        const written = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, "0")}`;
        assert.deepEqual(dollarsToCents(JSON.parse(written)), { known: true, cents });
      }),
      { numRuns: 2000 },
    );
  });

  it("rounds the values that truncating gets wrong", () => {
    for (const [dollars, cents] of [
      [1.1, 110],
      [4.35, 435],
      [8.2, 820],
      [1.005 * 1000, 100_500],
      [64.1, 6410],
    ] as const)
      assert.deepEqual(dollarsToCents(dollars), { known: true, cents });
  });

  it("takes sums of floating-point dollars that are a whole cent but for their rounding", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1e7, max: 1e7 }), { maxLength: 50 }), (parts) => {
        const dollars = parts.reduce((sum, cents) => sum + cents / 100, 0);
        assert.deepEqual(dollarsToCents(dollars), { known: true, cents: parts.reduce((sum, cents) => sum + cents, 0) });
      }),
      { numRuns: 500 },
    );
  });

  it("doesn't know an amount with a fraction of a cent", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), fc.integer({ min: 1, max: 99 }), (cents, hundredths) => {
        assert.match(reasonOf((cents + hundredths / 100) / 100), /not a whole number of cents/);
      }),
      { numRuns: 1000 },
    );
  });

  it("never answers anything but a safe integer of cents or a reason", () => {
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.anything()), (dollars) => {
        const balance = dollarsToCents(dollars);
        if (balance.known) assert.ok(Number.isSafeInteger(balance.cents) && !Object.is(balance.cents, -0));
        else assert.ok(balance.reason.length > 0);
      }),
      { numRuns: 2000 },
    );
  });

  it("doesn't know what is no number, and says what it is", () => {
    assert.equal(reasonOf("12.50"), 'the amount is "12.50", not a number');
    assert.equal(reasonOf(undefined), "the amount is missing, not a number");
    assert.equal(reasonOf(null), "the amount is null, not a number");
    assert.equal(reasonOf([1]), "the amount is a list, not a number");
    assert.equal(reasonOf({}), "the amount is an object, not a number");
    assert.equal(reasonOf(JSON.parse("1e999")), "the amount is Infinity, not a finite number");
    assert.equal(reasonOf(Number.NaN), "the amount is NaN, not a finite number");
  });

  it("doesn't know an amount beyond what a number holds to the cent", () => {
    assert.match(reasonOf(100_000_000_001), /too large/);
    assert.match(reasonOf(-Number.MAX_VALUE), /too large/);
  });

  it("makes 0 of -0", () => {
    const balance = dollarsToCents(-0);
    assert.ok(balance.known && Object.is(balance.cents, 0));
  });
});

describe("formatCents", () => {
  it("writes cents as people read them", () => {
    assert.equal(formatCents(0), "$0.00");
    assert.equal(formatCents(5), "$0.05");
    assert.equal(formatCents(123_456_789), "$1,234,567.89");
    assert.equal(formatCents(-100_000), "-$1,000.00");
  });

  it("refuses what is not integer cents", () => {
    assert.throws(() => formatCents(0.5), RangeError);
    assert.throws(() => formatCents(Number.NaN), RangeError);
  });

  it("writes text that reads back as the same cents", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e13, max: 1e13 }), (cents) => {
        const read = dollarsToCents(Number(formatCents(cents).replace(/[$,]/g, "")));
        assert.deepEqual(read, { known: true, cents });
      }),
      { numRuns: 500 },
    );
  });
});
