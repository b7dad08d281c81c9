import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { engineCommand, PluginProcess, secret } from "./provider/pluginProcess";
import { blocksOf } from "./support/docBlocks";

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

/** The program in docs/languages.md in this language. */
function documented(language: string): string {
  const [block, ...more] = blocksOf("docs/languages.md").filter((each) => each.language === language);
  assert.ok(block && more.length === 0, language);
  return block.code;
}

function onlyHas(names: readonly string[], known: readonly string[], atLeast: number): void {
  assert.ok(names.length >= atLeast, `found only ${names.join(", ")}`);
  assert.deepEqual(
    names.filter((name) => !known.includes(name)),
    [],
  );
}

describe("the examples in other languages", () => {
  for (const [place, text, atLeast] of [
    ["in Python", fileOf("python", "__main__.py"), [15, 5, 3, 2]],
    ["in Python, in docs/languages.md", documented("python"), [4, 2, 1, 1]],
  ] as const)
    it(`name only what the schema has, ${place}`, () => {
      const program = text.replace(/#.*/g, "");
      onlyHas(all(program, /\b([a-z_]+)=/g), inputs.map(snake), atLeast[0]);
      onlyHas(all(program, /sequence\.(\w+)\(/g), ["RemoteApi", "AmountArgs", "TriggerArgs"], atLeast[1]);
      onlyHas(
        all(program, /AmountKind\.(\w+)/g),
        kinds.map((kind) => snake(kind).slice(1).toUpperCase()),
        atLeast[2],
      );
      onlyHas(all(program, /\bapi\.(\w+)/g), Object.keys(properties).map(snake), atLeast[3]);
    });

  for (const [place, text, atLeast] of [
    ["in Go", fileOf("go", "main.go"), [15, 6, 3]],
    ["in Go, in docs/languages.md", documented("go"), [4, 4, 1]],
  ] as const)
    it(`name only what the schema has, ${place}`, () => {
      const program = text.replace(/\/\/.*/g, "");
      onlyHas(all(program, /\b([A-Z]\w+): /g), inputs.map(pascal), atLeast[0]);
      onlyHas(
        all(program, /sequence\.(?!AmountKind)(\w+)\b/g),
        ["NewRemoteApi", "RemoteApiArgs", "AmountArgs", "AmountInput", "TriggerArgs", "TriggerInput"],
        atLeast[1],
      );
      onlyHas(all(program, /sequence\.AmountKind(\w+)/g), kinds, atLeast[2]);
    });

  it("import the schema's package and name its outputs, in Go", () => {
    const program = fileOf("go", "main.go");
    assert.deepEqual(all(program, /sequence "\S+\/([\w-]+)"/g), [schema.name.replaceAll("-", "")]);
    onlyHas(all(program, /\bapi\.(\w+)/g), Object.keys(properties).map(pascal), 2);
  });

  it("name only what the schema has, in C#, in docs/languages.md", () => {
    const program = documented("csharp");
    onlyHas(all(program, /\b([A-Z]\w+) = /g), inputs.map(pascal), 4);
    onlyHas(all(program, /new (\w+)(?:Args)?[\s({]/g), ["RemoteApi", "RemoteApiArgs", "AmountArgs", "Dictionary"], 3);
    onlyHas(all(program, /AmountKind\.(\w+)/g), kinds, 1);
    onlyHas(all(program, /\bapi\.(\w+)/g), Object.keys(properties).map(pascal), 1);
  });

  for (const [place, text, atLeast] of [
    ["in Java", fileOf("java", "src/main/java/quickstart/App.java"), [15, 5, 3, 2]],
    ["in Java, in docs/languages.md", documented("java"), [4, 2, 1, 1]],
  ] as const)
    it(`name only what the schema has, ${place}`, () => {
      const program = text.replace(/\/\/.*/g, "");
      const ofJava = ["builder", "build", "run", "config", "require", "requireSecret", "of", "export"];
      onlyHas(
        all(program, /\.([a-z]\w*)\(/g).filter((name) => !ofJava.includes(name)),
        [...inputs, ...Object.keys(properties)],
        atLeast[0],
      );
      onlyHas(all(program, /\b(\w+)\.builder\(/g), ["RemoteApiArgs", "AmountArgs", "TriggerArgs"], atLeast[1]);
      onlyHas(all(program, /AmountKind\.(\w+)/g), kinds, atLeast[2]);
      onlyHas(all(program, /\bapi\.(\w+)\(/g), Object.keys(properties), atLeast[3]);
    });

  it("import the schema's package, in Java", () => {
    const program = fileOf("java", "src/main/java/quickstart/App.java");
    onlyHas(all(program, /import com\.pulumi\.(\w+)\.\w+/g), [schema.name.replaceAll("-", "")], 5);
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
    const plugin = await PluginProcess.start(engineCommand, root);
    try {
      for (const [text, atLeast] of [
        [fileOf("yaml", "Pulumi.yaml"), 2],
        [documented("yaml"), 1],
      ] as const) {
        const { config = {}, resources, outputs } = parse(text);
        const { type, properties: given } = resources.sequence;
        onlyHas(all(JSON.stringify(outputs), /\$\{sequence\.(\w+)\}/g), Object.keys(properties), atLeast);
        const filled = JSON.parse(JSON.stringify(given), (_, value) => {
          const key = /^\$\{(\w+)\}$/.exec(String(value))?.[1];
          if (key === undefined) return value;
          assert.ok(config[key], key);
          return config[key].secret ? secret(`${key}-0815`) : "you@example.com";
        });
        const { urn } = await plugin.construct(type.replace(":", ":index:"), "sequence", filled);
        assert.match(urn, /RemoteApi::sequence$/);
      }
    } finally {
      await plugin.stop();
    }
  });

  it("each have a README", () => {
    for (const example of readdirSync(join(root, "examples")).filter((name) => name !== "quickstart"))
      assert.match(fileOf(example, "README.md"), /^# .+\n\n.+\n[\s\S]*```sh\n/, example);
  });
});
