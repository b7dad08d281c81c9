import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cliDoc } from "../../build/cli-doc";
import { exits } from "../../cli/stack/exit";
import { stackCommands } from "../../cli/stack/names";
import { matchesSnapshot } from "../support/snapshot";
import { endAll, root, runCli } from "./support";

const OWN = ["dev", "init"];
/** What fits on a terminal's screen. */
const SCREEN = { columns: 100, lines: 45 };

describe("docs/cli.md", function () {
  this.timeout(120_000);
  afterEach(endAll);

  /** What `--help` prints, one after the other: each loads much. */
  async function helpOf(names: readonly string[]) {
    const helps: { name: string; help: string }[] = [];
    for (const name of names) {
      const { code, stdout } = await runCli([name, "--help"], { env: { COLUMNS: String(SCREEN.columns) } });
      assert.equal(code, 0, name);
      helps.push({ name, help: stdout });
    }
    return helps;
  }

  it("has the help of every command, as the command prints it", async () => {
    const live = await helpOf(Object.keys(stackCommands));
    matchesSnapshot(join(root, "docs", "cli.md"), cliDoc(await helpOf(OWN), live, Object.values(exits)));
    for (const { name, help } of live) {
      const lines = help.trimEnd().split("\n");
      assert.ok(lines.length <= SCREEN.lines, `${name} has ${lines.length} lines`);
      assert.match(help, /^Examples:$/m, name);
      assert.deepEqual(
        lines.filter((line) => line.length > 120),
        [],
      );
    }
  });

  it("names every command that the program has", async () => {
    const { stdout } = await runCli(["--help"]);
    const listed = [...stdout.slice(stdout.indexOf("Commands:")).matchAll(/^ {2}([a-z][\w-]*)/gm)].map(
      ([, name]) => name,
    );
    const known: readonly (string | undefined)[] = [...OWN, ...Object.keys(stackCommands), "help"];
    assert.deepEqual(
      listed.filter((name) => !known.includes(name)),
      [],
    );
    assert.ok(listed.length >= known.length);
  });
});

describe("The texts of alarms, mails, logs and the commands themselves", () => {
  const texts = ["cli", "lambda", "provider"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => readFileSync(join(root, folder, file), "utf8")),
  );
  const named = texts.flatMap((text) =>
    [...text.matchAll(/npx sequence-remote-api ([\w-]+)/g)].map(([, name]) => name),
  );

  it("name only commands that there are", () => {
    const known: readonly (string | undefined)[] = [...OWN, ...Object.keys(stackCommands)];
    assert.deepEqual(
      named.filter((name) => !known.includes(name)),
      [],
    );
  });

  it("tell nobody to change the ledger by hand, for which there is a command", () => {
    assert.ok(named.includes("resume"));
    for (const text of texts) assert.doesNotMatch(text, /deletes? the item|aws dynamodb (put|delete|update)-item/);
  });
});
