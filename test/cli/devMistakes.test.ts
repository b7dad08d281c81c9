import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { removePrograms, writeProgram } from "../support/program";
import { Cli, endAll, root, runCli } from "./support";

const quickstart = readFileSync(join(root, "examples", "quickstart", "index.ts"), "utf8");
const settings = readFileSync(join(root, "examples", "quickstart", "sandbox.yaml"), "utf8").replace(
  "config:\n",
  "clock: 2026-11-29T12:00:00Z\nconfig:\n",
);

describe("sequence-remote-api dev, after a mistake in a folder of one's own,", () => {
  afterEach(endAll);
  after(removePrograms);

  async function failed(files: Record<string, string>, ...says: RegExp[]): Promise<string> {
    const { code, stdout, stderr } = await runCli(["dev", "--once"], { cwd: writeProgram(files) });
    assert.equal(code, 1, stdout + stderr);
    for (const text of says) assert.match(stdout + stderr, text);
    assert.doesNotMatch(stdout + stderr, /\n\s+at .*(node:|node_modules|dist)/);
    return stdout + stderr;
  }

  it("names a sandbox.yaml that isn't there, and what drafts it", () =>
    failed(
      { "index.ts": quickstart },
      /Note: there is no \/.*\/sandbox\.yaml, so the simulated Sequence has no account and no rule/,
      /^FAIL: .*payday: there is no \/.*\/sandbox\.yaml, .*: "npx sequence-remote-api init" drafts one from the program$/m,
    ));

  it("says of an empty sandbox.yaml that it says nothing", () =>
    failed(
      { "index.ts": quickstart, "sandbox.yaml": "# later\n" },
      /^FAIL: .*\/sandbox\.yaml says nothing, .*: delete it, and "npx sequence-remote-api init" drafts one/m,
    ));

  it("names the missing sandbox.yaml when the amounts of a program without triggers fail by it", () =>
    failed(
      { "index.ts": quickstart.replace(/ {2}triggers: \{[\s\S]*?\n {2}\},\n/, "") },
      /^FAIL: .* went wrong: buffer: .*\nThere is no \/.*\/sandbox\.yaml, .*drafts one from the program\.$/m,
    ));

  it("says npm install for a package that is listed, and which one for another", async () => {
    const index = 'import "left-padding/deep";\nexport const a = 1;\n';
    await failed({ "index.ts": index }, /imports "left-padding", which isn't installed.*"npm install left-padding"/);
    const listed = '{ "dependencies": { "left-padding": "1" } }';
    await failed({ "index.ts": index, "package.json": listed }, /Run "npm install" in \//);
    const esm = '{ "type": "module", "dependencies": { "left-padding": "1" } }';
    await failed({ "index.ts": index, "package.json": esm }, /Run "npm install" in \//);
    await failed({ "index.ts": 'import "./rules";\n' }, /imports \.\/rules, and there is no such file/);
  });

  it("says where in the program a promise was rejected", () =>
    failed(
      { "index.ts": 'async function load() {\n  throw new Error("no bank");\n}\nvoid load();\nexport const a = 1;\n' },
      /the program failed: Error: no bank\n\s+at load \(\/.*index\.ts:2:9\)/,
    ));

  it("hints at tsc after an error of types, once", async () => {
    const broken = "const bank: any = undefined;\nexport const a = bank.name;\n";
    const cwd = writeProgram({ "index.ts": quickstart, "sandbox.yaml": settings });
    const cli = new Cli(["dev"], { cwd, keys: true });
    await cli.printed("Serving the amount URLs");
    writeFileSync(join(cwd, "index.ts"), broken);
    await cli.printed("npx tsc --noEmit");
    writeFileSync(join(cwd, "index.ts"), `\n\n${broken}`);
    await cli.printed("index.ts:4:");
    cli.type("q");
    const { stdout } = await cli.ended;
    assert.equal(stdout.split("npx tsc --noEmit").length, 2, stdout);
  });

  it("prints with --json the reason why it can't be deployed, and nothing else", async () => {
    const cwd = writeProgram({ "index.ts": 'console.log("begins");\nthrow new RangeError("no such bank");\n' });
    const { code, stdout } = await runCli(["dev", "--once", "--json"], { cwd });
    assert.equal(code, 1);
    const { pass, error, ...more } = JSON.parse(stdout);
    assert.deepEqual([pass, more], [false, {}]);
    assert.match(error, /^the program failed: RangeError: no such bank\n/);
  });

  it("loads a changed file anew that a program of ES modules imports", async () => {
    const amounts = (cents: number) => `export const cents: number = ${cents};\n`;
    const cwd = writeProgram({
      "package.json": '{ "type": "module" }',
      "index.ts": `import { cents } from "./lib/cents.js";\n${quickstart.replace("cents: 150_000", "cents")}`,
      "sandbox.yaml": settings,
      "lib/cents.ts": amounts(150_000),
    });
    const cli = new Cli(["dev"], { cwd, keys: true });
    await cli.printed("asked rent: $1,500.00");
    await cli.printed("Serving the amount URLs");
    writeFileSync(join(cwd, "lib", "cents.ts"), amounts(160_000));
    await cli.printed("Deployed again");
    cli.type("n");
    await cli.printed("asked rent: $1,600.00");
  });
});
