import assert from "node:assert/strict";
import fc from "fast-check";
import { parseCondition } from "../../../../sandbox/cloud/table/expression";
import { type Item, normalItem } from "../../../../sandbox/cloud/table/values";

const ITEM: Item = normalItem({
  key: { S: "ru_1" },
  version: { N: "10" },
  done: { BOOL: true },
  nested: { M: { list: { L: [{ S: "first" }] } } },
});

const NAMES = { "#k": "key", "#n": "nested", "#l": "list" };
const VALUES = {
  ":ru": { S: "ru_1" },
  ":prefix": { S: "ru_" },
  ":nine": { N: "9" },
  ":ten": { N: "10.0" },
  ":ninety": { N: "90" },
  ":true": { BOOL: true },
  ":first": { S: "first" },
  ":text": { S: "10" },
};

/** With just the names and values that the text uses, as DynamoDB demands. */
function holds(text: string, item: Item = ITEM): boolean {
  const used = <T>(all: Record<string, T>) => {
    const entries = Object.entries(all).filter(([key]) => text.match(new RegExp(`${key}\\b`)));
    return entries.length > 0 ? Object.fromEntries(entries) : undefined;
  };
  return parseCondition({ property: "ConditionExpression", text, names: used(NAMES), values: used(VALUES) })(item);
}

function refusal(text: string, names?: object, values?: object): string {
  try {
    parseCondition({ property: "ConditionExpression", text, names, values });
  } catch (error) {
    return (error as Error).message;
  }
  return "accepted";
}

describe("a condition expression", () => {
  const table: [string, boolean][] = [
    ["attribute_exists(#k)", true],
    ["attribute_exists(absent)", false],
    ["attribute_not_exists(absent)", true],
    ["attribute_not_exists(#k)", false],
    ["#k = :ru", true],
    ["#k <> :ru", false],
    ["absent = :ru", false],
    ["absent <> :ru", true],
    ["absent < :ten", false],
    ["version = :ten", true],
    ["version = :text", false],
    ["version <> :text", true],
    ["version < :text", false],
    ["version > :nine", true],
    ["version < :ninety", true],
    ["version >= :ten", true],
    ["version <= :nine", false],
    ["version BETWEEN :nine AND :ninety", true],
    ["version between :ninety and :nine", false],
    ["done = :true", true],
    ["done < :true", false],
    ["begins_with(#k, :prefix)", true],
    ["begins_with(version, :prefix)", false],
    ["#n.#l[0] = :first", true],
    ["#n.#l[1] = :first", false],
    ["#k.#l = :first", false],
    ["NOT #k = :ru", false],
    ["NOT NOT #k = :ru", true],
    ["attribute_exists(#k) OR attribute_exists(absent) AND attribute_exists(absent)", true],
    ["(attribute_exists(#k) OR attribute_exists(absent)) AND attribute_exists(absent)", false],
    ["NOT attribute_exists(absent) AND attribute_exists(#k)", true],
    ["NOT (attribute_exists(absent) AND attribute_exists(#k))", true],
    ["version BETWEEN :nine AND :ninety AND #k = :ru", true],
    ["  attribute_exists ( #k )and(#k=:ru) ", true],
    [":nine < version", true],
  ];
  for (const [text, expected] of table)
    it(`${text} is ${expected}`, () => {
      assert.equal(holds(text), expected);
    });

  it("finds no attribute that an object has by nature", () => {
    for (const name of ["constructor", "toString", "__proto__"])
      assert.equal(
        parseCondition({
          property: "ConditionExpression",
          text: "attribute_exists(#x)",
          names: { "#x": name },
          values: undefined,
        })(ITEM),
        false,
      );
  });

  it("compares text by its bytes in UTF-8", () => {
    const condition = parseCondition({
      property: "ConditionExpression",
      text: "x < :x",
      names: undefined,
      values: { ":x": { S: "\u{1F600}" } },
    });
    assert.equal(condition({ x: { S: "\uFFFD" } }), true);
  });

  const bad: [string, RegExp][] = [
    ["", /can not be empty/],
    ["#k", /attribute name: #k/],
    ["x =", /token: "<EOF>"/],
    ["x = :v", /attribute value: :v/],
    ["x y", /token: "y"/],
    ["(attribute_exists(x)", /token: "<EOF>"/],
    ["attribute_exists(x))", /token: "\)"/],
    ["attribute_exists(:v)", /token: ":v"/],
    ["x == y", /token: "="/],
    ["x = y; z", /token: ";"/],
    ["AND = x", /token: "AND"/],
    ["1x = y", /token: "1x"/],
    ["x[y] = z", /token: "y"/],
    ["status = x", /reserved keyword: status/],
    ["x = y.Key", /reserved keyword: Key/],
    ["x BETWEEN y OR z", /token: "OR"/],
    ["size(x) = y", /doesn't run the function size/],
    ["contains(x, y)", /doesn't run the function contains/],
    ["x IN (y)", /doesn't run IN/],
    ["(".repeat(5_000), /nested too deeply/],
    ["NOT ".repeat(5_000), /nested too deeply/],
  ];
  for (const [text, message] of bad)
    it(`${JSON.stringify(text.slice(0, 30))} is refused`, () => {
      assert.match(refusal(text), message);
    });

  it("is refused with a name or value that it doesn't use", () => {
    assert.match(refusal("attribute_exists(x)", { "#y": "y" }), /ExpressionAttributeNames unused.*\{#y\}/);
    assert.match(refusal("attribute_exists(x)", undefined, { ":y": { N: "1" } }), /Values unused.*\{:y\}/);
  });

  it("is needed for names and values", () => {
    const parse = (names: unknown, values: unknown) => () =>
      parseCondition({ property: "ConditionExpression", text: undefined, names, values });
    assert.throws(parse({ "#y": "y" }, undefined), /Names can only be specified when using expressions/);
    assert.throws(parse(undefined, { ":y": { N: "1" } }), /Values can only be specified when using expressions/);
    assert.equal(parse(undefined, undefined)()(ITEM), true);
  });

  it("means what its tree means", () => {
    const leaf = fc.constantFrom(
      { text: "attribute_exists(#k)", value: true },
      { text: "attribute_exists(absent)", value: false },
      { text: "version BETWEEN :nine AND :ninety", value: true },
      { text: "version > :ninety", value: false },
    );
    const { tree } = fc.letrec<{ tree: { text: string; value: boolean } }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        leaf,
        tie("tree").map(({ text, value }) => ({ text: `NOT (${text})`, value: !value })),
        fc.tuple(tie("tree"), tie("tree")).map(([a, b]) => ({
          text: `(${a.text}) AND (${b.text})`,
          value: a.value && b.value,
        })),
        fc.tuple(leaf, leaf, leaf).map(([a, b, c]) => ({
          text: `${a.text} OR NOT ${b.text} AND ${c.text}`,
          value: a.value || (!b.value && c.value),
        })),
      ),
    }));
    fc.assert(
      fc.property(tree, ({ text, value }) => assert.equal(holds(text), value)),
      { numRuns: 300, seed: 11 },
    );
  });
});
