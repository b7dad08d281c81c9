import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Sandbox } from "../../sandbox";
import { removePrograms, writeProgram } from "../support/program";
import { programs, root, START } from "./support";

/** The complete files among the documentation's examples. */
const [given = "", operators = ""] = [
  ...readFileSync(join(root, "docs", "sandbox-yaml.md"), "utf8").matchAll(/```yaml\n([\s\S]*?)```/g),
].map(([, example]) => example);

describe("The documentation's sandbox.yaml", () => {
  after(removePrograms);

  async function transfersWith(program: string, settings: string) {
    const directory = writeProgram({ "index.ts": program, "sandbox.yaml": settings });
    const sandbox = await Sandbox.start({ directory, startAt: START });
    try {
      await sandbox.runUntilTriggered();
      return sandbox.transfers.map(({ to, cents }) => [to, cents]);
    } finally {
      await sandbox.stop();
    }
  }

  it("and program, as the README prints them, run together", async () => {
    const readme = readFileSync(join(root, "README.md"), "utf8");
    const printed = (language: string) => readme.match(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``))?.[1] ?? "";
    assert.deepEqual(await transfersWith(printed("ts"), printed("yaml")), [
      ["Rent Pod", 150_000],
      ["Bills Pod", 20_000],
      ["Savings Pod", 260_000],
    ]);
  });

  it("runs beside the quickstart", async () => {
    const quickstart = readFileSync(join(root, "examples", "quickstart", "index.ts"), "utf8");
    assert.deepEqual(await transfersWith(quickstart, given), [
      ["Rent Pod", 150_000],
      ["Savings Pod", 5_000],
    ]);
  });

  it("runs beside a program that leaves its secrets to the operator", async () => {
    const program = readFileSync(join(programs, "operator-secrets", "index.ts"), "utf8")
      .replace("ru_9", "ru_12345")
      .replace('account: "Main"', 'account: "Main Operating Pod"');
    assert.deepEqual(await transfersWith(program, operators), [["Savings Pod", 434_277]]);
  });
});
