import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import ts from "typescript";

const root = join(__dirname, "..");

/** What examples use without saying where it is from. */
const imports: Readonly<Record<string, string>> = {
  RemoteApi: "sequence-remote-api",
  RemoteApiArgs: "sequence-remote-api",
  AmountKind: "sequence-remote-api",
  Amount: "sequence-remote-api",
  Trigger: "sequence-remote-api",
  AmountError: "sequence-remote-api/amounts",
  pulumi: "@pulumi/pulumi",
};

/** What a reader has of their own. */
const prelude = `
declare const args: import("sequence-remote-api").RemoteApiArgs;
declare const config: import("@pulumi/pulumi").Config;
declare const alarmEmail: string;
declare const sandbox: import("sequence-remote-api/testing").RunningSandbox;
declare const apiSecret: string;
declare const boundaryArn: string;
declare const readSecret: (name: string) => Promise<string>;
declare const cache: { read(): Promise<string>; readAfresh(): Promise<string> };
`;

/** Pages whose examples are of code that the package doesn't export. */
const OF_THE_INSIDE = ["docs/sandbox.md"];

const pages = ["README.md", ...filesIn("docs").filter((file) => file.endsWith(".md"))];
const sources = ["provider", "lambda"].flatMap(filesIn).filter((file) => file.endsWith(".ts"));

describe("the examples of docs and docstrings", () => {
  let folder: string;
  let problems: Map<string, string[]>;
  const examples = [...pages, ...sources].flatMap((page) => (OF_THE_INSIDE.includes(page) ? [] : examplesOf(page)));

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "sequence-examples-"));
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
    writeFileSync(join(folder, "prelude.d.ts"), prelude);
    writeFileSync(join(folder, "package.json"), '{"type":"module"}');
    for (const { file, text } of examples) {
      mkdirSync(join(folder, dirname(file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    problems = problemsIn(folder, ["prelude.d.ts", ...examples.map(({ file }) => file)]);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("are there", () => assert.ok(examples.length > 10));

  for (const { file, place } of examples)
    it(`${place} type-checks`, () => assert.deepEqual(problems.get(file) ?? [], []));
});

interface Example {
  readonly place: string;
  readonly file: string;
  readonly text: string;
}

function examplesOf(page: string): Example[] {
  const text = readFileSync(join(root, page), "utf8").replace(/^ *\* ?/gm, page.endsWith(".ts") ? "" : "$&");
  return [...text.matchAll(/^```(?:ts|typescript)\n([\s\S]*?)^```/gm)].map(({ 1: code = "", index }) => {
    const line = text.slice(0, index).split("\n").length;
    const named = /^\/\/ ([\w/]+\.ts)\n/.exec(code)?.[1];
    const file = join(page.replace(/\W/g, "-"), named ?? `line-${line}.ts`);
    return { place: `${page}:${line}`, file, text: whole(code) };
  });
}

/** An example as a module: \`{ ... }\` stands for arguments, and a property alone for one of them. */
function whole(code: string): string {
  const module = code
    .replaceAll("{ ... }", "args")
    .replace(/^(\w+): \{\n([\s\S]*?)^\},?$/gm, (_, name, inside) =>
      name === "triggers" || name === "amounts"
        ? `export const given: Pick<RemoteApiArgs, "${name}"> = { ${name}: {\n${inside}} };`
        : `export const ${name}: ${/^ +kind:/m.test(inside) ? "Amount" : "Trigger"} = {\n${inside}};`,
    );
  const missing = Object.entries(imports).filter(
    ([name]) => new RegExp(`\\b${name}\\b`).test(module) && !new RegExp(`import .*\\b${name}\\b`).test(module),
  );
  const added = missing.map(([name, from]) =>
    name === basename(from) ? `import * as ${name} from "${from}";` : `import { ${name} } from "${from}";`,
  );
  return [...added, module, "export {};"].join("\n");
}

function problemsIn(folder: string, files: readonly string[]): Map<string, string[]> {
  const program = ts.createProgram(
    files.map((file) => join(folder, file)),
    {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      strict: true,
      skipLibCheck: true,
      noEmit: true,
      types: ["node", "mocha"],
      typeRoots: [join(root, "node_modules/@types")],
    },
  );
  const problems = new Map<string, string[]>();
  for (const { file, messageText } of ts.getPreEmitDiagnostics(program)) {
    const name = file ? relative(folder, file.fileName) : "";
    const message = ts.flattenDiagnosticMessageText(messageText, "\n");
    problems.set(name, [...(problems.get(name) ?? []), message]);
  }
  return problems;
}

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
}
