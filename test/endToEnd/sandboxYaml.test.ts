import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Sandbox } from "../../sandbox";
import { removePrograms, writeProgram } from "../support/program";
import { programs, root, START } from "./support";

/** The complete files among the documentation's examples. */
const [given = "", operators = "", ...more] = [
  ...readFileSync(join(root, "docs", "sandbox-yaml.md"), "utf8").matchAll(/```yaml\n([\s\S]*?)```/g),
].map(([, example]) => example);

describe("The documentation's sandbox.yaml", () => {
  after(removePrograms);

  it("are two complete files", () => assert.deepEqual(more, []));

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

  it("has modes that take effect, at the start and when they change while it runs", async () => {
    const quickstart = readFileSync(join(root, "examples", "quickstart", "index.ts"), "utf8");
    const file = readFileSync(join(root, "examples", "quickstart", "sandbox.yaml"), "utf8");
    const withModes = (modes: string) => file.replace("sequence:\n", `sequence:\n  modes: ${modes}\n`);
    const directory = writeProgram({
      "index.ts": quickstart,
      "sandbox.yaml": withModes("{ rateLimitPerMinute: 0, amountRequest: { times: 2 } }"),
    });
    const change = async (modes: string) => {
      writeFileSync(join(directory, "sandbox.yaml"), withModes(modes));
      await sandbox.redeploy();
    };
    const results = () => sandbox.occurrences().map(({ result }) => result);
    const statuses = () => sandbox.calls.flatMap(({ endpoint, status }) => (endpoint === "trigger" ? [status] : []));
    const askedByRules = () => sandbox.sequence.amountsAsked.length;
    const sandbox = await Sandbox.start({ directory, startAt: START });
    try {
      await sandbox.clock.advanceToNext("payday");
      assert.deepEqual([results(), statuses()[0], askedByRules()], [["waiting"], 429, 0]);

      await change("{ amountRequest: { times: 2 } }");
      await sandbox.clock.advanceBy({ hours: 1 });
      assert.deepEqual(results(), ["done"]);
      assert.equal(sandbox.amountReports.filter(({ name }) => name === "rent").length, 2);

      await change("{ serverErrorsRemembered: true }");
      sandbox.fault({ status: 500 });
      await sandbox.clock.advanceToNext("payday");
      await sandbox.clock.advanceBy({ days: 2 });
      assert.equal(results()[1], "failed");
      assert.ok(
        statuses()
          .slice(-2)
          .every((status) => status === 500),
      );

      await change("{}");
      sandbox.fault({ status: 500 });
      await sandbox.clock.advanceToNext("payday");
      await sandbox.clock.advanceBy({ hours: 2 });
      assert.equal(results()[2], "done");
      assert.equal(sandbox.amountReports.filter(({ name }) => name === "rent").length, 3);

      sandbox.modes.rateLimitPerMinute = 0;
      await sandbox.clock.advanceToNext("payday");
      assert.equal(results()[3], "waiting");
    } finally {
      await sandbox.stop();
    }
  });
});
