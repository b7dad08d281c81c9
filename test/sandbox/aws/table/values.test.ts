import assert from "node:assert/strict";
import { checkedItem, checkedValue, itemSize, sameValue } from "../../../../sandbox/aws/table/values";

describe("DynamoDB's values", () => {
  const bad: [string, unknown][] = [
    ["no type", {}],
    ["two types", { S: "a", N: "1" }],
    ["an unknown type", { X: "a" }],
    ["a plain text", "a"],
    ["a text that is a number", { S: 1 }],
    ["a number as a number", { N: 1 }],
    ["a number without digits", { N: "" }],
    ["a number with a comma", { N: "1,5" }],
    ["a boolean as text", { BOOL: "true" }],
  ];
  for (const [title, value] of bad)
    it(`are refused with ${title}`, () => {
      assert.throws(() => checkedValue(value), { code: "ValidationException" });
    });

  const notRun: Record<string, unknown> = { B: "AQ==", NULL: true, SS: ["a"], NS: ["1"], BS: ["AQ=="], L: [], M: {} };
  for (const [type, content] of Object.entries(notRun))
    it(`aren't run as ${type}`, () => {
      assert.throws(() => checkedValue({ [type]: content }), {
        code: "NotImplemented",
        message: `the sandbox doesn't run DynamoDB values of the type ${type}`,
      });
    });

  const plain = ["0", "7", "-12", "1764579600", "12.5", "-0.05", "9".repeat(38)];
  for (const number of plain)
    it(`are the number ${number} as it is`, () => assert.deepEqual(checkedValue({ N: number }), { N: number }));

  const otherForms = ["007", "-0", "+5", "5.", ".5", "12.50", "1e3", "9".repeat(39), "1e126", " 1", "0x10"];
  for (const number of otherForms)
    it(`aren't the number ${number}, which DynamoDB would write otherwise or refuse`, () => {
      assert.throws(() => checkedValue({ N: number }), {
        code: "NotImplemented",
        message: /numbers that are written as/,
      });
    });

  it("are the same with one type and content", () => {
    assert.equal(sameValue(checkedValue({ N: "1" }), checkedValue({ N: "1" })), true);
    assert.equal(sameValue(checkedValue({ N: "1" }), checkedValue({ S: "1" })), false);
    assert.equal(sameValue(checkedValue({ BOOL: true }), checkedValue({ BOOL: false })), false);
  });

  it("have a size that counts names", () => {
    assert.equal(
      itemSize(checkedItem({ ab: { S: "üx" }, n: { N: "12" }, flag: { BOOL: true } })),
      2 + 3 + (1 + 2) + (4 + 1),
    );
  });
});
