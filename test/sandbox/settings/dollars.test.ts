import assert from "node:assert/strict";
import fc from "fast-check";
import { parseSettings } from "../../../sandbox/settings";

function withAccount(fields: string): string {
  return `sequence: { accounts: [{ name: A, type: Pod, ${fields} }] }`;
}

describe("dollars in sandbox.yaml", () => {
  it("are read exactly, whatever amount of whole cents they are", () => {
    fc.assert(
      fc.property(fc.integer({ min: -100_000_000_000, max: 100_000_000_000 }), (cents) => {
        const sign = cents < 0 ? "-" : "";
        const digits = String(Math.abs(cents)).padStart(3, "0");
        const dollars = `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`;
        const { accounts } = parseSettings(withAccount(`dollars: ${dollars}`), "f").sequence;
        assert.deepEqual(accounts[0]?.balance, { cents });
      }),
      { numRuns: 300 },
    );
  });

  it("may have none, one, or two decimals and zeros after them", () => {
    for (const [dollars, cents] of [
      ["7", 700],
      ["7.5", 750],
      ["137.90", 13_790],
      ["5.1000", 510],
      ["-0.00", 0],
    ] as const)
      assert.deepEqual(parseSettings(withAccount(`dollars: ${dollars}`), "f").sequence.accounts[0]?.balance, { cents });
  });
});
