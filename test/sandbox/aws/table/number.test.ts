import assert from "node:assert/strict";
import { normalNumber } from "../../../../sandbox/aws/table/number";

describe("DynamoDB's numbers", () => {
  const table: [string, string | undefined][] = [
    ["1", "1"],
    ["+007", "7"],
    ["-0", "0"],
    ["0.00", "0"],
    ["12.50", "12.5"],
    [".5", "0.5"],
    ["5.", "5"],
    ["-0.05", "-0.05"],
    ["1e3", "1000"],
    ["1.5E-3", "0.0015"],
    ["1764579600", "1764579600"],
    ["9".repeat(38), "9".repeat(38)],
    ["9".repeat(39), undefined],
    ["1e126", undefined],
    ["1e-131", undefined],
    ["", undefined],
    [".", undefined],
    ["NaN", undefined],
    ["1,5", undefined],
    ["0x10", undefined],
    [" 1", undefined],
    ["1e99999", undefined],
  ];
  for (const [text, expected] of table)
    it(`${JSON.stringify(text.slice(0, 12))} becomes ${expected?.slice(0, 12)}`, () => {
      assert.equal(normalNumber(text), expected);
    });
});
