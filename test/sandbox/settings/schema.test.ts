import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import { parse } from "yaml";

const root = join(__dirname, "../../..");

/** The messages of the published JSON Schema for `text`, as an editor would show them. */
function problemsOf(text: string): string[] {
  const schema = JSON.parse(readFileSync(join(root, "dist/sandbox.schema.json"), "utf8"));
  const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(schema);
  validate(parse(text));
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath, message, params.additionalProperty].join(" ").trim(),
  );
}

describe("the JSON Schema of sandbox.yaml", () => {
  const quickstart = readFileSync(join(root, "examples/quickstart/sandbox.yaml"), "utf8");

  it("takes the quickstart's file", () => {
    assert.deepEqual(problemsOf(quickstart), []);
  });

  it("takes every example of the documentation", () => {
    const docs = readFileSync(join(root, "docs/sandbox-yaml.md"), "utf8");
    const examples = [...docs.matchAll(/```yaml\n([\s\S]*?)```/g)];
    assert.ok(examples.length >= 2);
    for (const [, example = ""] of examples) assert.deepEqual(problemsOf(example), []);
  });

  it("refuses a misspelt key, at every depth", () => {
    for (const [key, misspelt] of [
      ["sequence", "sequense"],
      ["accounts", "acounts"],
      ["dollars", "dollar"],
      ["apiSecret", "apisecret"],
      ["amount", "amounts"],
    ] as const) {
      const problems = problemsOf(quickstart.replace(new RegExp(`\\b${key}:`), `${misspelt}:`));
      assert.ok(
        problems.some((problem) => problem.endsWith(`must NOT have additional properties ${misspelt}`)),
        problems.join("\n"),
      );
    }
  });

  it("refuses an account with two balances, and cents that are not whole", () => {
    const account = "sequence: { accounts: [{ name: A, type: Pod, dollars: 1, unknown: why }] }";
    assert.match(problemsOf(account).join(), /accounts\/0 must match exactly one schema in oneOf/);
    const action = "{ from: A, to: B, amount: { cents: 1.5 } }";
    assert.match(
      problemsOf(`sequence: { rules: { r: { apiSecret: s, actions: [${action}] } } }`).join(),
      /cents must be integer/,
    );
  });
});
