import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { engineCommand, PluginProcess, secret } from "./provider/pluginProcess";

const root = join(__dirname, "..");
const schema = JSON.parse(readFileSync(join(root, "dist", "schema.json"), "utf8"));
const fileOf = (example: string, name: string) => readFileSync(join(root, "examples", example, name), "utf8");

const { inputProperties, properties } = schema.resources["sequence-remote-api:index:RemoteApi"];
const { Amount, Trigger, AmountKind } = Object.fromEntries(
  Object.entries<Record<string, unknown>>(schema.types).map(([token, type]) => [token.split(":")[2] ?? "", type]),
) as Record<string, { properties: object; enum: { name: string; value: string }[] }>;
/** Every property that a program can name. */
const inputs = [inputProperties, Amount?.properties, Trigger?.properties].flatMap((each) => Object.keys(each ?? {}));
const kinds = (AmountKind?.enum ?? []).map(({ name }) => name);

/** What Pulumi makes of a name in Python, and in Go. */
const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const pascal = (name: string) => `${name[0]?.toUpperCase()}${name.slice(1)}`;
const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name = ""]) => name);

function onlyHas(names: readonly string[], known: readonly string[], atLeast: number): void {
  assert.ok(names.length >= atLeast, `found only ${names.join(", ")}`);
  assert.deepEqual(
    names.filter((name) => !known.includes(name)),
    [],
  );
}

describe("the examples in other languages", () => {
  it("name only what the schema has, in Python", () => {
    const program = fileOf("python", "__main__.py").replace(/#.*/g, "");
    onlyHas(all(program, /\b([a-z_]+)=/g), inputs.map(snake), 15);
    onlyHas(all(program, /sequence\.(\w+)\(/g), ["RemoteApi", "AmountArgs", "TriggerArgs"], 5);
    onlyHas(
      all(program, /AmountKind\.(\w+)/g),
      kinds.map((kind) => snake(kind).slice(1).toUpperCase()),
      3,
    );
    onlyHas(all(program, /\bapi\.(\w+)/g), Object.keys(properties).map(snake), 2);
  });

  it("name only what the schema has, in Go", () => {
    const program = fileOf("go", "main.go").replace(/\/\/.*/g, "");
    onlyHas(all(program, /\b([A-Z]\w+): /g), inputs.map(pascal), 15);
    onlyHas(
      all(program, /sequence\.(?!AmountKind)(\w+)\b/g),
      ["NewRemoteApi", "RemoteApiArgs", "AmountArgs", "AmountInput", "TriggerArgs", "TriggerInput"],
      6,
    );
    onlyHas(all(program, /sequence\.AmountKind(\w+)/g), kinds, 3);
    assert.deepEqual(all(program, /sequence "\S+\/([\w-]+)"/g), [schema.name.replaceAll("-", "")]);
    onlyHas(all(program, /\bapi\.(\w+)/g), Object.keys(properties).map(pascal), 2);
  });

  it("give what may be left out as a pointer, in Go", () => {
    const program = fileOf("go", "main.go").replace(/\/\/.*/g, "");
    const plain = Object.entries<{ plain?: boolean; type?: string }>({ ...inputProperties, ...Trigger?.properties })
      .filter(([, { plain, type }]) => plain === true && ["string", "number", "boolean"].includes(type ?? ""))
      .map(([name]) => name);
    let pointers = 0;
    for (const name of plain) {
      const value = new RegExp(`\\b${pascal(name)}: +([^\\n]+),`).exec(program)?.[1];
      if (value === undefined) continue;
      const isRequired = name === "ruleId";
      assert.equal(/^pulumi\.(String|Bool|Float64)Ref\(/.test(value), !isRequired, `${name}: ${value}`);
      pointers += Number(!isRequired);
    }
    assert.ok(pointers >= 2);
  });

  it("are made by the plugin, in YAML", async () => {
    const { config, resources, outputs } = parse(fileOf("yaml", "Pulumi.yaml"));
    const { type, properties: given } = resources.sequence;
    onlyHas(all(JSON.stringify(outputs), /\$\{sequence\.(\w+)\}/g), Object.keys(properties), 2);
    const filled = JSON.parse(JSON.stringify(given), (_, value) => {
      const key = /^\$\{(\w+)\}$/.exec(String(value))?.[1];
      if (key === undefined) return value;
      assert.ok(config[key], key);
      return config[key].secret ? secret(`${key}-0815`) : "you@example.com";
    });
    const plugin = await PluginProcess.start(engineCommand, root);
    try {
      const { urn } = await plugin.construct(type.replace(":", ":index:"), "sequence", filled);
      assert.match(urn, /RemoteApi::sequence$/);
    } finally {
      await plugin.stop();
    }
  });

  it("each have a README", () => {
    for (const example of readdirSync(join(root, "examples")).filter((name) => name !== "quickstart"))
      assert.match(fileOf(example, "README.md"), /^# .+\n\n.+\n[\s\S]*```sh\n/, example);
  });
});
