import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../endToEnd/support";
import { removePrograms, writeProgram } from "../support/program";

const run = promisify(execFile);
const page = readFileSync(join(root, "docs", "testing.md"), "utf8");
const read = (file: string) => readFileSync(join(root, "examples", "quickstart", file), "utf8");

describe("docs/testing.md", () => {
  after(removePrograms);

  it("has a test of a payday that passes with the command beside it, in a folder that has the package installed", async () => {
    const [, test = ""] = /^```ts\n([\s\S]*?)^```/m.exec(page) ?? [];
    const [, command = ""] = /^npx (mocha .+)$/m.exec(page) ?? [];
    const cwd = writeProgram({
      "index.ts": read("index.ts"),
      "sandbox.yaml": read("sandbox.yaml"),
      "payday.test.ts": test,
    });
    const mocha = join(root, "node_modules", "mocha", "bin", "mocha.js");
    const { stdout } = await run(process.execPath, [mocha, ...command.split(" ").slice(1)], { cwd }).catch(
      (error) => error,
    );
    assert.match(stdout, /3 passing/);
  });
});
