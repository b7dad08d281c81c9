import assert from "node:assert/strict";
import { parseCondition } from "../../../../sandbox/aws/table/expression";
import { checkedItem } from "../../../../sandbox/aws/table/values";

const ITEM = checkedItem({ key: { S: "ru_1" }, version: { N: "10" }, done: { BOOL: true } });

function parse(text: string | undefined, names?: object, values?: object) {
  return parseCondition({
    ConditionExpression: text,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  });
}

describe("a condition", () => {
  it("that isn't given always holds", () => {
    assert.equal(parse(undefined)(ITEM), true);
    assert.equal(parse(undefined)(undefined), true);
  });

  it("of absence holds for no item and for one without the attribute", () => {
    const isAbsent = (name: string) => parse("attribute_not_exists(#x)", { "#x": name });
    assert.equal(isAbsent("key")(undefined), true);
    assert.equal(isAbsent("key")(ITEM), false);
    assert.equal(isAbsent("other")(ITEM), true);
  });

  const equal: [string, object, boolean][] = [
    ["version", { N: "10" }, true],
    ["version", { N: "9" }, false],
    ["version", { S: "10" }, false],
    ["key", { S: "ru_1" }, true],
    ["done", { BOOL: true }, true],
    ["other", { N: "10" }, false],
  ];
  for (const [name, value, expected] of equal)
    it(`of ${name} being ${JSON.stringify(value)} is ${expected}`, () => {
      assert.equal(parse("#x = :x", { "#x": name }, { ":x": value })(ITEM), expected);
    });

  it("of equality isn't read with a number that DynamoDB would write otherwise", () => {
    assert.throws(() => parse("#x = :x", { "#x": "version" }, { ":x": { N: "10.0" } }), { code: "NotImplemented" });
  });

  it("of equality doesn't hold for no item", () => {
    assert.equal(parse("#x = :x", { "#x": "version" }, { ":x": { N: "10" } })(undefined), false);
  });

  it("finds no attribute that an object has by nature", () => {
    for (const name of ["constructor", "toString", "__proto__"])
      assert.equal(parse("attribute_not_exists(#x)", { "#x": name })(ITEM), true);
  });

  const notRun: [string | undefined, object?, object?][] = [
    ["attribute_exists(#x)", { "#x": "key" }],
    ["attribute_not_exists(key)"],
    ["(attribute_not_exists(#x))", { "#x": "key" }],
    ["((#x = :x))", { "#x": "version" }, { ":x": { N: "10" } }],
    ["#x <> :x", { "#x": "version" }, { ":x": { N: "10" } }],
    ["#x = :x AND #x = :x", { "#x": "version" }, { ":x": { N: "10" } }],
    ["NOT #x = :x", { "#x": "version" }, { ":x": { N: "10" } }],
    ["#x BETWEEN :b AND :a", { "#x": "version" }, { ":b": { N: "9" }, ":a": { N: "90" } }],
    ["#x = size(#y)", { "#x": "version", "#y": "key" }],
    ["#x IN (:x)", { "#x": "version" }, { ":x": { N: "10" } }],
    [""],
    ["attribute_not_exists(#x)"],
    ["attribute_not_exists(#x)", { "#y": "key" }],
    ["attribute_not_exists(#x)", { "#x": "key", "#y": "key" }],
    ["#x = :x", { "#x": "version" }],
    [undefined, { "#x": "key" }],
  ];
  for (const [text, names, values] of notRun)
    it(`isn't run as ${text} with ${Object.keys({ ...names, ...values }).join(", ")}`, () => {
      assert.throws(() => parse(text, names, values), {
        code: "NotImplemented",
        message: /^the sandbox doesn't run the DynamoDB condition /,
      });
    });

  it("is refused with a value that is none", () => {
    assert.throws(() => parse("#x = :x", { "#x": "version" }, { ":x": { N: "ten" } }), { code: "ValidationException" });
  });
});
