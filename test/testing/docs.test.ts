import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { root } from "../endToEnd/support";
import { blocksOf, pages } from "../support/docBlocks";
import { removePrograms, writeProgram } from "../support/program";
import { fileOf, isAmounts, isTest } from "../support/wholeExample";

const run = promisify(execFile);
const page = readFileSync(join(root, "docs", "testing.md"), "utf8");
const read = (file: string) => readFileSync(join(root, "examples", "quickstart", file), "utf8");

describe("the tests in the docs", () => {
  after(removePrograms);

  it("pass with the command of docs/testing.md, in a folder that has the package installed", async () => {
    const blocks = pages.flatMap(blocksOf).filter(({ language }) => language === "ts");
    const tests = Object.fromEntries(
      blocks.filter(isTest).map((block) => {
        const file = block.page === "docs/testing.md" ? "payday.test.ts" : basename(fileOf(block));
        return [file, block.code];
      }),
    );
    const cwd = writeProgram({
      ...{ "index.ts": read("index.ts"), "sandbox.yaml": read("sandbox.yaml") },
      ...Object.fromEntries(blocks.filter(isAmounts).map((block) => [basename(fileOf(block)), block.code])),
      ...tests,
    });
    const [, command = ""] = /^npx mocha (.+ payday\.test\.ts)$/m.exec(page) ?? [];
    const mocha = join(root, "node_modules", "mocha", "bin", "mocha.js");
    const others = Object.keys(tests).filter((file) => !command.includes(file));
    const { stdout } = await run(process.execPath, [mocha, ...command.split(" "), ...others], { cwd }).catch(
      (error) => error,
    );
    const cases = Object.values(tests)
      .join("\n")
      .match(/^ *it\(/gm)?.length;
    assert.match(stdout, new RegExp(`\\b${cases} passing`));
    assert.doesNotMatch(stdout, /failing/);
    assert.ok(others.length > 0 && command !== "");
  });
});
