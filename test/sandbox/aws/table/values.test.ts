import assert from "node:assert/strict";
import { itemSize, normalItem, normalValue, sameValue } from "../../../../sandbox/aws/table/values";

describe("DynamoDB's values", () => {
  const bad: [string, unknown][] = [
    ["no type", {}],
    ["two types", { S: "a", N: "1" }],
    ["an unknown type", { X: "a" }],
    ["a plain text", "a"],
    ["a number as a number", { N: 1 }],
    ["a boolean as text", { BOOL: "true" }],
    ["a null that is false", { NULL: false }],
    ["a list that is none", { L: { S: "a" } }],
    ["a map that is none", { M: [] }],
  ];
  for (const [title, value] of bad)
    it(`are refused with ${title}`, () => {
      assert.throws(() => normalValue(value), { code: "ValidationException" });
    });

  it("are refused when nested too deeply", () => {
    let value: object = { S: "a" };
    for (let depth = 0; depth < 40; depth++) value = { L: [value] };
    assert.throws(() => normalValue(value), /Nesting Levels/);
  });

  it("are the same whatever the order of a map or a set", () => {
    const a = normalValue({ M: { x: { N: "1.0" }, y: { SS: ["p", "q"] } } });
    const b = normalValue({ M: { y: { SS: ["q", "p"] }, x: { N: "1" } } });
    assert.equal(sameValue(a, b), true);
    assert.equal(
      sameValue(normalValue({ L: [{ S: "p" }, { S: "q" }] }), normalValue({ L: [{ S: "q" }, { S: "p" }] })),
      false,
    );
  });

  it("have a size that counts names and nested values", () => {
    const item = normalItem({ ab: { S: "üx" }, list: { L: [{ S: "abc" }] }, map: { M: { k: { BOOL: true } } } });
    assert.equal(itemSize(item), 2 + 3 + (4 + 3 + 1 + 3) + (3 + 3 + 1 + 1));
  });
});
