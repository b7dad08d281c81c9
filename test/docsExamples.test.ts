import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import ts from "typescript";
import { type Block, blocksOf, pages, sources } from "./support/docBlocks";
import { fileOf, readerFiles, whole } from "./support/wholeExample";

const root = join(__dirname, "..");

describe("the examples of docs and docstrings", () => {
  let folder: string;
  let problems: Map<string, string[]>;
  const examples = [...pages, ...sources]
    .flatMap(blocksOf)
    .filter(({ language }) => /^(ts|typescript)$/.test(language));

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "sequence-examples-"));
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
    const reader = Object.entries(readerFiles());
    for (const [file, text] of reader) writeFileSync(join(folder, file), text);
    writeFileSync(join(folder, "package.json"), '{"type":"module"}');
    for (const example of examples) {
      const file = join(folder, fileOf(example));
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `${whole(example)}${sameTypes(example)}`);
    }
    problems = problemsIn(folder, [...reader.map(([file]) => file), ...examples.map(fileOf)]);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("are there", () => assert.ok(examples.length > 10));

  it("have a reader whose own things type-check", () => assert.equal(problems.get("reader.ts"), undefined));

  for (const example of examples)
    it(`${example.place} type-checks`, () => assert.deepEqual(problems.get(fileOf(example)) ?? [], []));
});

/** A type of the client that a page prints is that which the package exports. */
function sameTypes({ code }: Block): string {
  return [...code.matchAll(/^type (\w+) =/gm)]
    .map(
      ([, name]) => `const theirs = {} as unknown as import("sequence-remote-api/client").${name};
      export const printed: ${name} = theirs;
      export const exported: typeof theirs = printed;`,
    )
    .join("\n");
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
