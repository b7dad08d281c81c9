import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { StackCommandName } from "../../../cli/stack/names";
import { programs } from "../../endToEnd/support";
import { Cli, describeOnTerminal, endAll, runCli } from "../support";
import { type Between, between } from "./between";
import { foreignFolder, type ServedStack, servedStack } from "./support";

/** Longer than a person is left without a word. */
const SLOW_MS = 1_500;

/** What is told of each. */
const told: Readonly<Record<StackCommandName, readonly [words: readonly string[], says: string]>> = {
  doctor: [[], "Looking at sequence ..."],
  amount: [[], "Computing ..."],
  accounts: [[], "Reading the secret ..."],
  history: [[], "Reading the ledger ..."],
  failures: [[], "Looking into the failure queue ..."],
  pause: [[], "Switching it on ..."],
  resume: [[], "Switching it off ..."],
  trigger: [["payday", "--yes", "--wait", "1"], "Reading the ledger ..."],
  "fill-secret": [["payday"], "Reading the secret ..."],
};

describeOnTerminal("Where AWS takes longer than a second, every command", function () {
  this.timeout(120_000);
  let served: ServedStack;
  let slow: Between;
  let elsewhere: string;
  let file: string;

  before(async () => {
    served = await servedStack(join(programs, "operator-secrets"));
    slow = await between(served.sandbox, () => delay(SLOW_MS, "pass"));
    elsewhere = foreignFolder();
    file = join(elsewhere, "stack.json");
    writeFileSync(file, slow.record);
  });
  after(async () => {
    slow?.stop();
    await served?.stop();
    rmSync(elsewhere, { recursive: true });
  });
  afterEach(endAll);

  const words = (name: StackCommandName) => [name, ...told[name][0], "--export", file];

  it("waits for a person without a word", async () => {
    const args = ["accounts", "--stdin", "--base-url", "http://127.0.0.1:1"];
    const cli = new Cli(args, { cwd: elsewhere, env: slow.env, terminal: true });
    await cli.printed("press Enter: ");
    await delay(SLOW_MS);
    cli.type("a-made-up-token\r");
    const { code, stdout } = await cli.ended;
    assert.equal(code, 3, stdout);
    assert.doesNotMatch(stdout, /press Enter: \S/);
  });

  it("says at a terminal what it waits for", async () => {
    const runs = Object.entries(told).map(async ([name, [, says]]) => {
      const cli = new Cli(words(name as StackCommandName), { cwd: elsewhere, env: slow.env, terminal: true });
      await cli.printed(says);
      if (name === "fill-secret") cli.type("\u0003");
      const { stdout } = await cli.ended;
      assert.doesNotMatch(stdout, /\n +at /, name);
    });
    await Promise.all(runs);
  });

  it("and nothing of it where the output goes into a file or a pipe", async () => {
    const { code, stdout, stderr } = await runCli(words("failures"), { cwd: elsewhere, env: slow.env });
    assert.deepEqual([code, stdout, stderr], [0, "Nothing waits for you: the failure queue is empty.\n", ""]);
  });
});
