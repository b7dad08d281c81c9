import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "../endToEnd/support";
import { removePrograms, writeProgram } from "../support/program";
import { Cli, endAll, main, root, runCli } from "./support";

const quickstart = readFileSync(join(root, "examples", "quickstart", "index.ts"), "utf8");
const settings = readFileSync(join(root, "examples", "quickstart", "sandbox.yaml"), "utf8").replace(
  "config:\n",
  "clock: 2026-11-29T12:00:00Z\nconfig:\n",
);
const SCRIPT = "/usr/bin/script";
/** Goes back to the line's begin and clears it. */
const IN_PLACE = "\r\u001b[2K";

describe("sequence-remote-api dev, while it works,", () => {
  afterEach(endAll);
  after(removePrograms);

  const program = (files: Record<string, string> = {}) =>
    writeProgram({ "index.ts": quickstart, "sandbox.yaml": settings, ...files });

  /** What is printed on a terminal, which `script` makes. */
  function onTerminal(cwd: string, ...args: string[]): Promise<string> {
    const command = [process.execPath, main, "dev", "--once", ...args].map((part) => `'${part}'`).join(" ");
    const child = spawn(SCRIPT, ["-qec", command, "/dev/null"], { cwd, stdio: ["ignore", "pipe", "inherit"] });
    let printed = "";
    child.stdout.on("data", (chunk) => {
      printed += chunk;
    });
    return new Promise((resolve) => child.once("close", () => resolve(printed)));
  }

  it("says on one line of a terminal how many resources are made and where the clock is, and takes the line back", async function () {
    if (!existsSync(SCRIPT)) this.skip();
    const printed = await onTerminal(program({ "index.ts": `${quickstart}\nconsole.log("declared");\n` }));
    const inPlace = printed.split(IN_PLACE).slice(1);
    assert.ok(
      inPlace.some((text) => /^Deploying: \d+ resources are made \.\.\.$/.test(text)),
      printed,
    );
    assert.ok(
      inPlace.some((text) => /^The clock is at \w+, \w+ \d+, 2026, \d\d:\d\d EST \.\.\.$/.test(text)),
      printed,
    );
    assert.doesNotMatch(printed, /\.\.\.(declared|.*✓)/);
    assert.match(printed, /PASS/);
  });

  it("says elsewhere in few lines where it begins and goes, and with --json and --quiet nothing", async () => {
    const cwd = program();
    const { stdout } = await runCli(["dev", "--once"], { cwd });
    assert.match(
      stdout,
      /^Moving the clock from Sun, Nov 29, 2026, 07:00 EST to payday, Tue, Dec 1, 2026, 09:00 EST \.\.\.$/m,
    );
    assert.ok(!stdout.includes(IN_PLACE));
    for (const option of ["--json", "--quiet"])
      assert.doesNotMatch((await runCli(["dev", "--once", option], { cwd })).stdout, /\.\.\./);
    if (existsSync(SCRIPT)) assert.ok(!(await onTerminal(cwd, "--quiet")).includes(IN_PLACE));
  });

  it("deploys again when an amountsModule outside of the program's folder has changed, or a file that it imports", async () => {
    const folder = writeProgram({});
    const cwd = join(folder, "program");
    mkdirSync(cwd);
    mkdirSync(join(folder, "shared"));
    const write = (path: string, text: string) => writeFileSync(join(folder, path), text);
    const rent = (text: string) => write("shared/amounts.ts", text);
    write("shared/cents.ts", "export const cents = 160_000;\n");
    rent('import { cents } from "./cents";\nexport const rent = () => cents;\n');
    write("program/Pulumi.yaml", "name: fixture\nruntime: nodejs\n");
    write("program/sandbox.yaml", settings);
    write(
      "program/index.ts",
      quickstart
        .replace("rent: { kind: AmountKind.Fixed, cents: 150_000 }", "rent: { kind: AmountKind.Custom }")
        .replace("  amounts: {", '  amountsModule: "../shared/amounts.ts",\n  amounts: {'),
    );
    const cli = new Cli(["dev"], { cwd, keys: true });
    await cli.printed("asked rent: $1,600.00");
    await cli.printed("Serving the amount URLs");
    write("shared/cents.ts", "export const cents = 170_000;\n");
    await cli.printed("../shared/cents.ts has changed: deploying again");
    await cli.printed("Deployed again");
    cli.type("n");
    await cli.printed("asked rent: $1,700.00");
    rent("export const rent = ;\n");
    await cli.printed("The last good deployment goes on.");
    rent("export const rent = () => 180_000;\n");
    await until(() => cli.stdout.split("Deployed again").length === 3, "it deployed again twice");
    cli.type("n");
    await cli.printed("asked rent: $1,800.00");
    cli.type("q");
    assert.equal((await cli.ended).code, 0);
  });
});
