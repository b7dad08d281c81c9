import assert from "node:assert/strict";
import { request } from "../queues/support";
import { AlarmWorld, GROUP, MINUTE_MS } from "./support";

const TYPE = "aws:cloudwatch/logMetricFilter:LogMetricFilter";

describe("A metric filter", () => {
  let world: AlarmWorld;

  beforeEach(() => {
    world = new AlarmWorld();
  });
  afterEach(() => world.stop());

  const transformation = { namespace: "Test", name: "Failures", value: "1", dimensions: { FunctionName: "$.fn" } };
  const declare = (inputs: object = {}, changes: object = {}) =>
    world.cloudWatch.resources[TYPE](
      request(TYPE, "filter", {
        logGroupName: GROUP,
        pattern: '{ $.status = "429" }',
        metricTransformation: { ...transformation, ...changes },
        ...inputs,
      }),
    ).state;
  const stateAfter = async (...lines: unknown[]) => {
    world.alarm();
    world.cloudWatch.start();
    for (const line of lines)
      world.logs.append(GROUP, "stream", typeof line === "string" ? line : JSON.stringify(line));
    await world.pass(MINUTE_MS);
    return world.state;
  };

  it("counts the lines that have its text in its field, under the line's own dimensions", async () => {
    declare();
    assert.equal(await stateAfter({ status: "200", fn: "fn" }, { status: "429", fn: "fn" }), "ALARM");
  });

  const others: Record<string, unknown> = {
    "another text": { status: "4290", fn: "fn" },
    "a number in place of the text": { status: 429, fn: "fn" },
    "another dimension": { status: "429", fn: "other" },
    "no such dimension": { status: "429" },
    "the text in another field": { code: "429", fn: "fn" },
    "what isn't JSON": 'status = "429"',
    "JSON that is no object": "null",
  };
  for (const [what, line] of Object.entries(others))
    it(`leaves out a line with ${what}`, async () => {
      declare();
      assert.equal(await stateAfter(line), "OK");
    });

  it("leaves other log groups alone", async () => {
    world.logs.resources["aws:cloudwatch/logGroup:LogGroup"](request("", "other", { name: "/other" }));
    declare({ logGroupName: "/other" });
    assert.equal(await stateAfter({ status: "429", fn: "fn" }), "OK");
  });

  it("has a name", () => {
    assert.match(String(declare().name), /^filter-[0-9a-f]{7}$/);
  });

  const refused: Record<string, [object, object, RegExp]> = {
    "a log group that isn't there": [{ logGroupName: "/gone" }, {}, /log group does not exist: \/gone/],
    "another kind of pattern": [
      { pattern: "[ip, user]" },
      {},
      /doesn't run metric filters with the pattern \[ip, user\]/,
    ],
    "a pattern of numbers": [{ pattern: "{ $.status = 429 }" }, {}, /doesn't run metric filters with the pattern/],
    "a value out of the line": [{}, { value: "$.ms" }, /doesn't run metric filters with the value \$\.ms/],
    "a default value": [{}, { defaultValue: "0" }, /doesn't run metric filters with a defaultValue/],
    "AWS's own namespace": [{}, { namespace: "AWS/Lambda" }, /a namespace that doesn't begin with AWS\//],
    "a dimension that is no field": [{}, { dimensions: { FunctionName: "fn" } }, /doesn't run .* the dimension fn/],
    "four dimensions": [{}, { dimensions: { a: "$.a", b: "$.b", c: "$.c", d: "$.d" } }, /at most 3 dimensions/],
  };
  for (const [what, [inputs, changes, message]] of Object.entries(refused))
    it(`refuses ${what}`, () => void assert.throws(() => declare(inputs, changes), message));
});
