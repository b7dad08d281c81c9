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
const RENT = "rent: { kind: AmountKind.Fixed, cents: 150_000 }";
const SCHEDULE = 'schedule: "cron(0 9 1,15 * ? *)",\n      timezone: "America/New_York"';

/** What newcomers stumbled over, each in a folder of its own and typed as they did. */
describe("sequence-remote-api dev, for a newcomer,", () => {
  afterEach(endAll);
  after(removePrograms);

  async function says(
    files: Record<string, string>,
    texts: RegExp[],
    { args = [], env = {}, code = 1 }: { args?: string[]; env?: Record<string, string>; code?: number } = {},
  ): Promise<string> {
    const cwd = writeProgram({ "index.ts": quickstart, "sandbox.yaml": settings, ...files });
    const ended = await runCli(["dev", "--once", ...args], { cwd, env });
    const printed = ended.stdout + ended.stderr;
    assert.equal(ended.code, code, printed);
    for (const text of texts) assert.match(printed, text);
    assert.doesNotMatch(printed, /\n\s+at .*(node:|node_modules|dist)/);
    return printed;
  }
  const program = (before: string, now: string) => {
    assert.ok(quickstart.includes(before), before);
    return { "index.ts": quickstart.replace(before, now) };
  };
  const custom = (path: string, name = "rent") => ({
    "index.ts": quickstart
      .replace(RENT, `${name}: { kind: AmountKind.Custom }`)
      .replace("  amounts: {", `  amountsModule: "${path}",\n  amounts: {`),
  });

  it("says never for a trigger whose endDate is past, and where to look", () =>
    says(program(SCHEDULE, `${SCHEDULE},\n      endDate: "2026-01-01T00:00:00Z"`), [
      /^payday +never +cron\(0 9 1,15/m,
      /^FAIL: no trigger came due .*none is left: look at enabled, endDate/m,
    ]));

  it("warns of a schedule that fires every minute", () =>
    says(
      program(SCHEDULE, 'schedule: "cron(* * * * ? *)",\n      timezone: "UTC"'),
      [/warning: .*the trigger payday fires 1,440 times on each of its days, 43,200 times in 30 days/],
      { args: ["--trigger", "payday"], code: 0 },
    ));

  it("names the argument that a misspelt one probably is", () =>
    says(program("ceilingCents", "cielingCents"), [/cielingCents: is no argument; did you mean "ceilingCents"\?/]));

  it("names the kind that another one probably is", () =>
    says(program("kind: AmountKind.Fixed", 'kind: "fixed" as never'), [/kind: is "fixed"; .*did you mean "Fixed"\?/]));

  it("says to write a number without quotes", () =>
    says(program("cents: 150_000", 'cents: "1500" as never'), [
      /rent\.cents: is "1500"; .*: write 1500 without quotes/,
    ]));

  it("names the exports of an amountsModule that lacks one", () =>
    says({ ...custom("./amounts.ts", "rend"), "amounts.ts": "export const rent = () => 5;\n" }, [
      /rend\.export: is "rend", which \.\/amounts\.ts doesn't export; it exports rent/,
    ]));

  it("says of an export that is no function what it is", () =>
    says({ ...custom("./amounts.ts"), "amounts.ts": "export const rent = 5;\nexport const bills = () => 5;\n" }, [
      /^FAIL: .*exports no function "rent": its export "rent" is 5/m,
    ]));

  it("says to write / in the path of an amountsModule", () =>
    says({ ...custom("lib\\\\amounts.ts"), "lib/amounts.ts": "export const rent = () => 5;\n" }, [
      /there is no file lib\\amounts\.ts .*: write it with \/, as lib\/amounts\.ts/,
    ]));

  it("notes that pulumi up wouldn't find a package that isn't the program's own dependency", async () => {
    const listed = (packages: object) => ({ "package.json": JSON.stringify({ dependencies: packages }) });
    await says(listed({ "sequence-remote-api": "*" }), [/Note: .*package\.json doesn't list @pulumi\/pulumi\./], {
      code: 0,
    });
    assert.doesNotMatch(await says(listed({ "@pulumi/pulumi": "*" }), [], { code: 0 }), /Note:/);
  });

  it("says that sandbox.yaml has another API secret than the program", () =>
    says({ "sandbox.yaml": settings.replace("apiSecret: { config: paydaySecret }", "apiSecret: another-one") }, [
      /^FAIL: .*the API secret that the program has for rule ru_12345 isn't sequence\.rules\.ru_12345\.apiSecret of sandbox\.yaml/m,
    ]));

  it("refuses an old Node.js by its version", async () => {
    const folder = writeProgram({});
    const old = join(folder, "old.cjs");
    writeFileSync(old, 'Object.defineProperty(process.versions, "node", { value: "18.20.4" });');
    await says({}, [/^error: Node\.js 18\.20\.4 is too old .*it must be 22\.12 or newer/m], {
      env: { NODE_OPTIONS: `--require ${old}` },
    });
  });

  for (const [what, late] of [
    ["throws", 'throw new Error("came late")'],
    ["rejects", 'void Promise.reject(new Error("came late"))'],
  ] as const)
    it(`says what a program ${what} while nobody waits for it, and stops in order`, async () => {
      const cwd = writeProgram({
        "index.ts": `${quickstart}\nsetTimeout(() => { ${late}; }, 4000);\n`,
        "sandbox.yaml": settings,
      });
      const cli = new Cli(["dev"], { cwd });
      const { code, stderr } = await cli.ended;
      assert.match(
        stderr,
        /^error: nobody caught this error, of the program or .*:\nError: came late\n +at .*index\.ts/m,
      );
      assert.equal(code, 1, stderr);
      await cli.leftNothing();
    });

  it("goes on although a function logs anything as an event", async () => {
    const lines = ["__proto__", "constructor", "amount.answered"].map((event) =>
      JSON.stringify({ event, amount: "x" }),
    );
    const cwd = writeProgram({
      ...custom("./amounts.ts"),
      "sandbox.yaml": settings,
      "amounts.ts": `export const rent = () => {
          for (const line of ${JSON.stringify(lines)}) process.stdout.write(line + "\\n");
          return 150_000;
        };\n`,
    });
    const cli = new Cli(["dev"], { cwd, keys: true });
    await cli.printed("n next occurrence");
    cli.type("n");
    await cli.printed("It is ");
    cli.type("q");
    const { code, stderr, stdout } = await cli.ended;
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stdout, /object Object/);
  });
});
