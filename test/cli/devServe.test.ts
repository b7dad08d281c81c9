import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { until } from "../endToEnd/support";
import { removePrograms, writeProgram } from "../support/program";
import { Cli, endAll, root, runCli } from "./support";

const quickstart = readFileSync(join(root, "examples", "quickstart", "index.ts"), "utf8");
const settings = readFileSync(join(root, "examples", "quickstart", "sandbox.yaml"), "utf8").replace(
  "config:\n",
  "clock: 2026-11-29T12:00:00Z\nconfig:\n",
);

function program(files: Record<string, string> = {}): string {
  return writeProgram({ "index.ts": quickstart, "sandbox.yaml": settings, ...files });
}

describe("sequence-remote-api dev, while it serves", () => {
  afterEach(endAll);
  after(removePrograms);

  async function served(args: string[] = [], cwd = program()): Promise<{ cli: Cli; cwd: string }> {
    const cli = new Cli(["dev", ...args], { cwd, keys: true });
    await cli.printed("Serving the amount URLs");
    return { cli, cwd };
  }

  it("deploys again when a file has changed, and keeps the last good deployment when the change is wrong", async () => {
    const { cli, cwd } = await served();
    writeFileSync(join(cwd, "index.ts"), quickstart.replace("cents: 150_000", "cents: 160_000"));
    await cli.printed("Deployed again");
    assert.match(cli.stdout, /index\.ts has changed: deploying again/);
    cli.type("n");
    await cli.printed("asked rent: $1,600.00");
    writeFileSync(join(cwd, "index.ts"), "export const a = ;");
    await cli.printed("The last good deployment goes on.");
    assert.match(cli.stdout, /index\.ts:1:17/);
    writeFileSync(join(cwd, "sandbox.yaml"), settings.replace("name: Payday split", "testMode: true"));
    writeFileSync(join(cwd, "index.ts"), quickstart);
    await until(() => cli.stdout.split("Deployed again").length === 3, "it deployed again twice");
    cli.type("f");
    await cli.printed("is in test mode, so nothing moved");
    cli.type("q");
    assert.equal((await cli.ended).code, 0);
    await cli.leftNothing();
  });

  it("does what keys say", async () => {
    const { cli } = await served();
    cli.type("p");
    await cli.printed("Paused: the clock stands still");
    cli.type("p");
    await cli.printed("The clock goes on.");
    cli.type("f");
    await cli.printed("payday (by hand) → ru_12345");
    cli.type("d");
    await cli.printed("It is Wed, Dec 2, 2026");
    cli.type("m");
    await cli.printed("It is Sat, Jan 2, 2027");
    assert.match(cli.stdout, /✓ Tue, Dec 15, 2026, 09:00 EST {2}payday/);
    assert.match(cli.stdout, /✓ Fri, Jan 1, 2027, 09:00 EST {2}payday/);
    cli.type("?");
    await cli.printed("n next occurrence · f fire a trigger");
    cli.type("q");
    assert.equal((await cli.ended).code, 0);
    await cli.leftNothing();
  });

  it("sends another event at each key", async () => {
    const files = ["index.ts", "sandbox.yaml"].map((name) => [
      name,
      readFileSync(join(root, "templates", "events", name), "utf8"),
    ]);
    const { cli } = await served([], writeProgram(Object.fromEntries(files)));
    cli.type("e");
    await cli.printed("Sending the event dev-2 to invoice-paid.");
    await until(() => cli.stdout.split("→ Tax Pod").length >= 3, "its money moved too");
    cli.type("q");
    assert.equal((await cli.ended).code, 0);
  });

  it("asks which trigger to fire where there are several, and deploys again at a key", async () => {
    const card =
      'card: { ruleId: "ru_777", apiSecret: config.requireSecret("cardSecret"), schedule: "cron(0 8 1 * ? *)", timezone: "America/New_York" },';
    const cwd = program({ "index.ts": quickstart.replace("  triggers: {\n", `  triggers: {\n    ${card}\n`) });
    const { cli } = await served([], cwd);
    cli.type("f");
    await cli.printed("1 card · 2 payday\n");
    cli.type("2");
    await cli.printed("payday (by hand) → ru_12345");
    assert.doesNotMatch(cli.stdout, /card \(by hand\)/);
    cli.type("r");
    await cli.printed("Deployed again");
    assert.match(cli.stdout, /^Deploying again \.\.\.$/m);
    cli.type("f1");
    await cli.printed("card (by hand) → ru_777 failed");
    cli.type("q");
    assert.equal((await cli.ended).code, 0);
  });

  it("takes the next free port if 4390 is in use", async () => {
    const holder = createServer();
    const isHeld = await new Promise<boolean>((resolve) => {
      holder.once("error", () => resolve(false)).listen(4390, "127.0.0.1", () => resolve(true));
    });
    try {
      const { cli } = await served();
      assert.doesNotMatch(cli.stdout, /127\.0\.0\.1:4390\//);
      assert.match(cli.stdout, /curl -X POST http:\/\/127\.0\.0\.1:4[34]\d\d\//);
    } finally {
      if (isHeld) await new Promise((resolve) => holder.close(resolve));
    }
  });

  it("ends quietly when nobody reads any more", async () => {
    const { cli } = await served();
    cli.stopReading();
    cli.type("?");
    const { stderr } = await cli.ended;
    assert.equal(stderr, "");
    await cli.leftNothing();
  });
});

describe("sequence-remote-api dev --once", () => {
  afterEach(endAll);
  after(removePrograms);

  it("runs a trigger now with --trigger, and names the triggers for another name", async () => {
    const { code, stdout } = await runCli(["dev", "--once", "--trigger", "payday"], { cwd: program() });
    assert.equal(code, 0, stdout);
    assert.match(stdout, /✓ Sun, Nov 29, 2026, 07:00 EST {2}payday \(by hand\) → ru_12345/);
    const wrong = await runCli(["dev", "--once", "--trigger", "paydai"], { cwd: program() });
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /no trigger "paydai".*Did you mean "payday"\?/);
  });

  it("sends an event to a trigger without a schedule, by itself or with --event, and says what --event takes", async () => {
    const cwd = writeProgram(
      Object.fromEntries(
        ["index.ts", "sandbox.yaml"].map((name) => [
          name,
          readFileSync(join(root, "templates", "events", name), "utf8"),
        ]),
      ),
    );
    const byItself = await runCli(["dev", "--once"], { cwd });
    assert.equal(byItself.code, 0, byItself.stdout + byItself.stderr);
    assert.match(byItself.stdout, /PASS: invoice-paid ran, and moved \$250\.00 in 1 transfer\./);
    const given = await runCli(["dev", "--once", "--event", "invoice-paid=invoice-4711"], { cwd });
    assert.match(given.stdout, /invoice-paid \(event invoice-4711\) → /);
    assert.match(given.stdout, /PASS: invoice-paid ran/);
    const unknown = await runCli(["dev", "--once", "--event", "invoice-pade=x"], { cwd });
    assert.equal(unknown.code, 1);
    assert.match(unknown.stderr, /events set off no trigger "invoice-pade".*Did you mean "invoice-paid"/);
    const malformed = await runCli(["dev", "--once", "--event", "invoice-paid"], { cwd });
    assert.match(malformed.stderr, /--event takes trigger=text/);
  });

  it("lets everything happen until a time with --until, from the time of --at", async () => {
    const args = ["dev", "--once", "--at", "2026-12-10T00:00:00Z", "--until", "2027-01-02T00:00:00Z"];
    const { code, stdout } = await runCli(args, { cwd: program() });
    assert.equal(code, 0, stdout);
    for (const day of ["Dec 1, 2026", "Dec 15, 2026", "Jan 1, 2027"])
      assert.match(stdout, new RegExp(`✓ \\w+, ${day}, 09:00 EST {2}payday`));
    const wrong = await runCli(["dev", "--once", "--at", "tomorrow"], { cwd: program() });
    assert.match(wrong.stderr, /the time is "tomorrow"; it must be a date and time with its offset/);
  });

  it("prints only what went wrong and the last line with --quiet", async () => {
    const good = await runCli(["dev", "--once", "--quiet"], { cwd: program() });
    assert.match(good.stdout, /^\nPASS: payday ran/);
    const cwd = program({ "sandbox.yaml": settings.replace("ru_12345:", "ru_12354:") });
    const wrong = await runCli(["dev", "--once", "--quiet"], { cwd });
    assert.match(wrong.stdout, /has no rule "ru_12345"; its rules are ru_12354\. Did you mean "ru_12354"\?/);
    assert.match(wrong.stdout, /^FAIL: /m);
    assert.doesNotMatch(wrong.stdout, /curl/);
  });

  it("shows a trigger that failed although another one succeeded, and passes over none", async () => {
    const cwd = program({
      "index.ts": quickstart.replace(
        "  triggers: {\n",
        '  triggers: {\n    card: { ruleId: "ru_777", apiSecret: config.requireSecret("cardSecret"), schedule: "cron(0 8 1 * ? *)", timezone: "America/New_York" },\n',
      ),
    });
    const { code, stdout } = await runCli(["dev", "--once"], { cwd });
    assert.equal(code, 1);
    assert.match(stdout, /✗ Tue, Dec 1, 2026, 08:00 EST {2}card → ru_777 failed/);
    assert.match(stdout, /sandbox\.yaml has no rule "ru_777"/);
  });

  it("asks the amounts of a program that has no trigger, and passes", async () => {
    const cwd = program({
      "index.ts": quickstart.replace(/ {2}triggers: \{[\s\S]*?\n {2}\},\n/, ""),
      "sandbox.yaml": settings.replace(/ {2}rules:[\s\S]*/, ""),
    });
    const { code, stdout } = await runCli(["dev", "--once"], { cwd });
    assert.equal(code, 0, stdout);
    assert.match(stdout, /✓ asked rent: \$1,500\.00/);
    assert.match(stdout, /^PASS: all 3 amounts were answered\.$/m);
  });

  it("fills a secret of one's own by its ARN", async () => {
    const arn = "arn:aws:secretsmanager:us-east-1:000000000000:secret:payday-AbCdEf";
    const cwd = program({
      "index.ts": quickstart.replace('apiSecret: config.requireSecret("paydaySecret")', `apiSecretArn: "${arn}"`),
      "sandbox.yaml": settings
        .replace("sequence:\n", `secrets:\n  ${arn}: a-made-up-api-secret\nsequence:\n`)
        .replace("apiSecret: { config: paydaySecret }", "apiSecret: a-made-up-api-secret"),
    });
    const { code, stdout, stderr } = await runCli(["dev", "--once"], { cwd });
    assert.equal(code, 0, stdout + stderr);
  });

  it("names the line to add if the amount URLs aren't exported", async () => {
    const cwd = program({ "index.ts": quickstart.replace("export const amountUrls = sequence.amountUrls;", "") });
    const { code, stderr } = await runCli(["dev", "--once"], { cwd });
    assert.equal(code, 1);
    assert.match(stderr, /Add to the program:\n {2}export const amountUrls = sequence\.amountUrls;/);
  });

  it("prints with --logs every line of the functions as it is", async () => {
    const { stdout } = await runCli(["dev", "--once", "--logs"], { cwd: program() });
    const lines = stdout.split("\n").filter((line) => /^\S+ \{"/.test(line));
    const events = lines.map((line) => JSON.parse(line.slice(line.indexOf("{"))).event);
    for (const event of ["amount.answered", "occurrence.executed"]) assert.ok(events.includes(event), events.join());
    assert.doesNotMatch((await runCli(["dev", "--once"], { cwd: program() })).stdout, /^\S+ \{"/m);
  });

  it("starts with the modes and faults of sandbox.yaml", async () => {
    const faulty = settings.replace(
      "sequence:\n",
      "sequence:\n  modes: { retryAfter: seconds }\n  faults: [{ status: 400 }]\n",
    );
    const { code, stdout } = await runCli(["dev", "--once"], { cwd: program({ "sandbox.yaml": faulty }) });
    assert.equal(code, 1);
    assert.match(stdout, /Sequence answered 400/);
    const wrong = settings.replace(
      "sequence:\n",
      "sequence:\n  modes: { retryafter: later }\n  faults: [{ state: 1 }]\n",
    );
    const { stderr } = await runCli(["dev", "--once"], { cwd: program({ "sandbox.yaml": wrong }) });
    assert.match(stderr, /Did you mean "retryAfter"\?/);
    assert.match(stderr, /faults\[0\]\.state: unknown key/);
  });
});
