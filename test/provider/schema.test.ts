import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { argumentsDoc, type Property, type Schema } from "../../build/arguments-doc";
import { AmountKind } from "../../provider/args";
import { planRemoteApi } from "../../provider/plan/remoteApi";
import { matchesSnapshot } from "../support/snapshot";
import { root } from "./support";

describe("the schema for other languages", () => {
  let schema: Schema & { readonly version: string };
  before(async () => {
    const { isUpToDate } = await import(pathToFileURL(join(root, "build", "upToDate.mjs")).href);
    assert.ok(isUpToDate(root), "dist/ isn't made of the sources as they are: npm run build");
    schema = JSON.parse(readFileSync(join(root, "dist", "schema.json"), "utf8"));
  });

  it("is what is committed as the public interface", () => {
    matchesSnapshot(
      join(__dirname, "snapshots", "schema.json"),
      JSON.stringify({ ...schema, version: "0.0.0" }, undefined, 2),
    );
  });

  it("is what docs/arguments.md says", () => {
    matchesSnapshot(join(root, "docs", "arguments.md"), argumentsDoc(schema));
  });

  const args = {
    amounts: { rent: { kind: AmountKind.Percent, account: "Rent Pod", percent: 10 } },
    triggers: { payday: { ruleId: "ru_12345", schedule: "cron(0 9 1 * ? *)", timezone: "UTC" } },
    ...{ ceilingCents: 100_000, alarmEmail: "you@example.com" },
  };
  const described = () =>
    Object.entries(schema.resources["sequence-remote-api:index:RemoteApi"]?.inputProperties ?? {}).map(
      ([name, { description = "" }]) => [name, description] as const,
    );

  it("says the defaults that a plan fills in", () => {
    const plan = planRemoteApi("sequence", args);
    const filled: Record<string, unknown> = { ...plan, ...plan.endpoint, ...plan.triggers };
    const said = described().flatMap(([name, description]) => {
      const value = /Defaults to `?([^`;]+?)`?(?:\.$|;|\. )/.exec(description)?.[1];
      return value === undefined || /^(none|a table)/.test(value) ? [] : [[name, value] as const];
    });
    assert.ok(said.length > 18, `only ${said.length} defaults`);
    for (const [name, value] of said)
      assert.equal(typeof filled[name] === "string" ? filled[name] : JSON.stringify(filled[name]), value, name);
  });

  it("says the ranges that a plan allows", () => {
    const said = described().flatMap(([name, description]) => {
      const [, least, most = "Infinity"] =
        /\b(\d+) to (\d+)\./.exec(description) ?? /, at least (\d+);/.exec(description) ?? [];
      return least === undefined ? [] : [{ name, least: Number(least), most: Number(most) }];
    });
    assert.ok(said.length > 7, `only ${said.length} ranges`);
    for (const { name, least, most } of said) {
      const withValue = (value: number) => () => planRemoteApi("sequence", { ...args, [name]: value });
      assert.doesNotThrow(withValue(least), name);
      assert.throws(withValue(least - 1), name);
      if (most === Number.POSITIVE_INFINITY) continue;
      assert.doesNotThrow(withValue(most), name);
      assert.throws(withValue(most + 1), name);
    }
  });

  it("describes every input, output, type property and enum value", () => {
    const silent: string[] = [];
    const check = (place: string, described: Readonly<Record<string, Property>> = {}) => {
      for (const [name, { description }] of Object.entries(described))
        if (!description) silent.push(`${place}.${name}`);
    };
    for (const [token, resource] of Object.entries(schema.resources)) {
      check(`${token} input`, resource.inputProperties);
      check(`${token} output`, resource.properties);
    }
    for (const [token, type] of Object.entries(schema.types)) {
      check(token, type.properties);
      type.enum?.forEach((value, index) => void check(token, { [index]: value }));
    }
    assert.deepEqual(silent, []);
  });

  it("has no type whose name ends in Args, since Pulumi makes AmountArgs of Amount itself in every language", () => {
    const names = Object.keys(schema.types).map((token) => token.split(":")[2] ?? "");
    assert.deepEqual(
      names.filter((name) => name.endsWith("Args")),
      [],
    );
    assert.ok(names.includes("Amount") && names.includes("Trigger"));
  });

  it("marks no element of a map as plain whose type is an object, since the SDK for Go would not compile", () => {
    const maps = Object.values(schema.resources).flatMap(({ inputProperties }) => Object.values(inputProperties));
    const elements = maps.flatMap(({ additionalProperties: element }) =>
      element?.$ref?.startsWith("#/types") ? [element] : [],
    );
    assert.equal(elements.length, 4);
    assert.deepEqual(
      elements.filter(({ plain }) => plain),
      [],
    );
  });

  it("has the three components under their tokens", () => {
    assert.deepEqual(Object.keys(schema.resources).sort(), [
      "sequence-remote-api:index:RemoteAmountEndpoint",
      "sequence-remote-api:index:RemoteApi",
      "sequence-remote-api:index:ScheduledRuleTriggers",
    ]);
  });
});
