import assert from "node:assert/strict";
import { readFileSync, renameSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { ask, programs, until } from "../endToEnd/support";
import { removePrograms, writeProgram } from "../support/program";
import { Cli, endAll, root, runCli } from "./support";

const quickstart = readFileSync(join(root, "examples", "quickstart", "index.ts"), "utf8");
const BUCKET = '\nimport * as aws from "@pulumi/aws";\nnew aws.s3.Bucket("files");\n';
const settings = readFileSync(join(root, "examples", "quickstart", "sandbox.yaml"), "utf8");

/** A copy of the quickstart with these files changed. */
function quickstartWith(files: Record<string, string>): string {
  return writeProgram({ "index.ts": quickstart, "sandbox.yaml": settings, ...files });
}

describe("sequence-remote-api dev", () => {
  afterEach(endAll);
  after(removePrograms);

  describe("--once", () => {
    it("tells the deployment in a line, the URLs, the occurrences, the accounts, the outputs and PASS, with --verbose the tree; leaves nothing", async () => {
      const cli = new Cli(["dev", "--once", "--verbose"]);
      const { code, stdout, stderr } = await cli.ended;
      assert.equal(code, 0, stderr);
      assert.ok(stdout.startsWith(`Deploying the program in ${root} ...\n`), stdout);
      await cli.leftNothing();
      for (const text of [
        "└─ RemoteApi sequence",
        "Function sequence-amounts-function",
        "Made up: secret for the configuration sequence-quickstart:accessToken",
        "The simulated Sequence: http://127.0.0.1:",
        "apiSecret of ru_12345  sandbox-paydaySecret-",
        "cron(0 9 1,15 * ? *)",
        "America/New_York",
        "✓ Tue, Dec 1, 2026, 09:00 EST  payday → ru_12345",
        "asked buffer: $200.00",
        "The sum over all accounts is what it was.",
        "dashboardUrl  https://",
      ])
        assert.ok(stdout.includes(text), text);
      assert.equal(stdout.trimEnd().split("\n").at(-1), "PASS: payday ran, and moved $4,300.00 in 3 transfers.");
      for (const name of ["rent", "buffer", "excess"])
        assert.match(stdout, new RegExp(`curl -X POST http://127\\.0\\.0\\.1:\\d+/amounts/${name}/[\\w-]{43}\n`));
    });

    it("prints with --json one object and nothing else, whatever the program prints", async () => {
      const cwd = quickstartWith({ "index.ts": `console.log("declared");\n${quickstart}` });
      const { code, stdout } = await runCli(["dev", "--once", "--json"], { cwd });
      assert.equal(code, 0);
      const { triggers, occurrences, ...summary } = JSON.parse(stdout);
      assert.deepEqual(occurrences, [
        { trigger: "payday", scheduledTime: "2026-12-01T14:00:00Z", result: "done", reasons: [] },
      ]);
      assert.deepEqual(summary, {
        pass: true,
        message: "payday ran, and moved $4,300.00 in 3 transfers.",
        resources: 51,
        amounts: { rent: 150_000, buffer: 20_000, excess: 260_000 },
        transfers: [
          { from: "Main Operating Pod", to: "Rent Pod", cents: 150_000 },
          { from: "Main Operating Pod", to: "Bills Pod", cents: 20_000 },
          { from: "Main Operating Pod", to: "Savings Pod", cents: 260_000 },
        ],
        moneyConserved: true,
        notRun: [],
      });
      assert.deepEqual(Object.keys(triggers), ["payday"]);
      assert.match(triggers.payday, /^[0-9a-f-]{36}$/);
    });

    it("says what it doesn't run, and prints no secret but the amount URLs", async () => {
      const given = { accessToken: "known-access-token-4711", paydaySecret: "known-payday-secret-0815" };
      const config = Object.entries(given).map(([key, value]) => `  ${key}: ${value}\n`);
      const cwd = quickstartWith({
        "index.ts": quickstart + BUCKET,
        "sandbox.yaml": settings.replace("config:\n", `config:\n${config.join("")}`),
      });
      const { code, stdout, stderr } = await runCli(["dev", "--once"], { cwd });
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^ {2}Declared, not run: aws:s3\/bucket:Bucket$/m);
      const printed = stdout + stderr;
      for (const value of Object.values(given)) assert.ok(!printed.includes(value), value);
      const tokens = [...stdout.matchAll(/\/amounts\/\w+\/([\w-]{43})/g)].map(([, token]) => token as string);
      assert.equal(tokens.length, 3);
      const besidesUrls = printed.replace(/ {2}curl -X POST http:\S+\n/g, "");
      for (const token of tokens) assert.ok(!besidesUrls.includes(token), "a URL token is printed elsewhere");
    });

    it("shows when something happens next, not when Scheduler fires, and what is left out", async () => {
      const cwd = quickstartWith({
        "index.ts": quickstart.replace(
          'schedule: "cron(0 9 1,15 * ? *)"',
          'schedule: "cron(0 9 ? * FRI *)", everyWeeks: 2, from: "2090-01-06", skipDates: ["2090-01-06"]',
        ),
      });
      const { stdout } = await runCli(["dev", "--once"], { cwd });
      assert.match(
        stdout,
        /^payday +Fri, Jan 20, 2090, 09:00 EST +cron\(0 9 \? \* FRI \*\) +America\/New_York +every 2 weeks from 2090-01-06, not on 2090-01-06$/m,
      );
    });

    it("says of an amount that was computed under a dollar why it is 0", async () => {
      const nearly = settings.replace("type: Pod, dollars: 120.55", "type: Pod, dollars: 499.5");
      const { stdout } = await runCli(["dev", "--once"], { cwd: quickstartWith({ "sandbox.yaml": nearly }) });
      assert.match(
        stdout,
        /asked buffer: \$0\.00 \(50 cents were computed: Sequence makes no transfer under \$1\.00, so it is 0\)/,
      );
    });

    it("ends with 1 and says why if an amount can't be had", async () => {
      const unknown = settings.replace("type: Pod, dollars: 120.55", "type: Pod, unknown: the bank does not answer");
      const cwd = quickstartWith({ "sandbox.yaml": unknown });
      const { code, stdout } = await runCli(["dev", "--once"], { cwd });
      assert.equal(code, 1);
      assert.match(stdout, /✗ asked buffer: .*Bills Pod.*the bank does not answer/);
      assert.match(stdout, /^FAIL: the occurrence went wrong: payday: asked buffer: /m);
      assert.match(stdout, /amount\.failed {2}buffer {2}BALANCE_UNKNOWN/);
      const json = JSON.parse((await runCli(["dev", "--once", "--json"], { cwd })).stdout);
      assert.deepEqual(Object.keys(json.amounts).sort(), ["excess", "rent"]);
      assert.deepEqual([json.pass, json.moneyConserved, json.occurrences[0].result], [false, true, "incomplete"]);
    });

    it("ends with 1 and says why if Sequence refuses a transfer", async () => {
      const poor = settings.replace("amount: { output: amountUrls.rent }", "amount: { cents: 99900000 }");
      const { code, stdout } = await runCli(["dev", "--once"], { cwd: quickstartWith({ "sandbox.yaml": poor }) });
      assert.equal(code, 1);
      assert.match(stdout, /✗ no transfer Main Operating Pod → Rent Pod: insufficient funds/);
    });

    it("ends with 1 and says why if the rule is in test mode", async () => {
      const test = settings.replace("name: Payday split", "testMode: true");
      const { code, stdout } = await runCli(["dev", "--once"], { cwd: quickstartWith({ "sandbox.yaml": test }) });
      assert.equal(code, 1);
      assert.match(stdout, /✗ rule ru_12345 is in test mode, so nothing moved/);
    });

    it("ends with 1 and says why if Sequence refuses the trigger", async () => {
      const other = settings.replace("ru_12345:", "ru_99999:");
      const { code, stdout } = await runCli(["dev", "--once"], { cwd: quickstartWith({ "sandbox.yaml": other }) });
      assert.equal(code, 1);
      assert.match(stdout, /✗ sandbox\.yaml has no rule "ru_12345"; its rules are ru_99999/);
    });

    it("ends with 1 and says why if no rule is triggered, because a secret isn't filled in", async () => {
      const { code, stdout } = await runCli(["dev", "--once"], { cwd: join(programs, "operator-secrets") });
      assert.equal(code, 1);
      assert.match(stdout, /its secret "sequence-triggers-api-secrets-to-fill" has no value in sandbox\.yaml: add/);
      assert.match(stdout, /^FAIL: 2 of 2 occurrences went wrong/m);
    });

    it("ends with 1 and says why if no rule is triggered, because there is no schedule", async () => {
      const cwd = quickstartWith({
        "index.ts": 'export const nothing = "here";\n',
        "sandbox.yaml": "",
      });
      const { code, stdout } = await runCli(["dev", "--once"], { cwd });
      assert.equal(code, 1);
      assert.match(stdout, /^FAIL: the program has no trigger and no amount URL among its outputs/m);
    });
  });

  describe("ends with 1 and a clear error, and leaves nothing behind,", () => {
    const refused = async (args: string[], cwd: string, ...says: (string | RegExp)[]): Promise<void> => {
      const cli = new Cli(["dev", "--once", ...args], { cwd });
      const { code, stderr } = await cli.ended;
      assert.equal(code, 1, stderr);
      for (const text of says) assert.ok(typeof text === "string" ? stderr.includes(text) : text.test(stderr), stderr);
      assert.ok(!/\n\s+at .*(node:|node_modules|dist)/.test(stderr), `a stack trace is no explanation: ${stderr}`);
      await cli.leftNothing();
    };

    it("if the port is in use", async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const { port } = server.address() as AddressInfo;
      try {
        await refused(["--port", String(port)], root, `port ${port}`, "in use", "--port");
      } finally {
        await new Promise((resolve) => server.close(resolve));
      }
    });

    it("if the program throws", () =>
      refused([], quickstartWith({ "index.ts": 'throw new RangeError("no such bank");' }), "no such bank"));

    it("if the program has a syntax error", () =>
      refused([], quickstartWith({ "index.ts": "export const a = ;" }), "index.ts:1:17"));

    it("if a resource fails that nothing refers to", () =>
      refused(
        [],
        quickstartWith({
          "index.ts": `${quickstart}\nimport * as aws from "@pulumi/aws";\nnew aws.sqs.Queue("orders", { name: "orders.fifo" });\n`,
        }),
        /aws:sqs\/queue:Queue "orders": .*FIFO/,
      ));

    it("if the components refuse their arguments, with all that is wrong", () =>
      refused(
        [],
        quickstartWith({
          "index.ts": quickstart.replace("cents: 150_000", "cents: 50").replace("cron(0 9", "cron(0 25"),
        }),
        "amounts.rent.cents",
        'hours is "25"; it must be made of 0-23',
      ));

    it("if configuration is missing that can't be made up", () =>
      refused(
        [],
        quickstartWith({
          "index.ts":
            'import * as pulumi from "@pulumi/pulumi";\nexport const a = new pulumi.Config().require("limit");\n',
        }),
        '"fixture:limit"',
        "sandbox.yaml",
        "config:\n  limit: <value>",
      ));

    it("if sandbox.yaml is wrong, with all that is wrong", () =>
      refused(
        [],
        quickstartWith({ "sandbox.yaml": "sequense: {}\nclock: yesterday\n" }),
        "sequense",
        "clock",
        "sandbox.yaml",
      ));

    it("if sandbox.yaml names an output that the program hasn't", () =>
      refused(
        [],
        quickstartWith({ "sandbox.yaml": settings.replace("amountUrls.rent", "amountUrls.bonus") }),
        "amountUrls.bonus",
        "amountUrls.excess",
      ));

    it("if --strict is given and something is declared that isn't run", () =>
      refused(["--strict"], quickstartWith({ "index.ts": BUCKET }), 'aws:s3/bucket:Bucket "files"', "--strict"));

    it("if there is no Pulumi.yaml", () => refused(["--cwd", "/"], root, "no Pulumi.yaml", "--cwd"));

    it("if --cwd names no folder", async () => {
      for (const folder of ["quikstart", "C:\\\\users\\\\me\\\\quickstart"])
        await refused([`--cwd=${folder}`], root, "there is no folder", folder);
    });

    it("if sandbox.yaml is called otherwise", async () => {
      const cwd = quickstartWith({});
      renameSync(join(cwd, "sandbox.yaml"), join(cwd, "sandbox.yml"));
      await refused([], cwd, "sandbox.yml isn't read; it must be called sandbox.yaml");
    });

    it("if an option is unknown or wrong", async () => {
      await refused(["--prot", "1"], root, "unknown option '--prot'", "--port");
      for (const port of ["0", "65536", "80a", "-1"])
        await refused([`--port=${port}`], root, "whole number from 1 to 65535");
    });
  });

  it("ends with 130 when it is interrupted while the program runs, and leaves nothing behind", async function () {
    if (process.platform === "win32") this.skip();
    const waits = '\nconsole.log("declared");\nexport const never = new Promise(() => setInterval(() => {}, 1000));\n';
    const cli = new Cli(["dev", "--once"], { cwd: quickstartWith({ "index.ts": quickstart + waits }) });
    await cli.printed("declared");
    cli.kill("SIGINT");
    const { code, stderr } = await cli.ended;
    assert.deepEqual([code, stderr], [130, ""]);
    await cli.leftNothing();
  });

  describe("serving", () => {
    async function serve(env: Record<string, string> = {}): Promise<{ cli: Cli; rent: string }> {
      const cli = new Cli(["dev", "--port", String(await freePort())], { env });
      await cli.printed("Serving the amount URLs until Ctrl+C");
      const rent = /curl -X POST (\S+\/amounts\/rent\/\S+)/.exec(cli.stdout)?.[1];
      assert.ok(rent, cli.stdout);
      return { cli, rent };
    }

    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
      it(`answers the amount URLs until ${signal}, and then leaves nothing behind`, async function () {
        if (process.platform === "win32") this.skip();
        const { cli, rent } = await serve();
        for (let time = 0; time < 3; time++) assert.equal((await ask(rent)).body, '{"amountInCents":150000}');
        assert.ok(cli.processes().length >= 2, "the functions run in processes of their own");
        cli.kill(signal);
        const { code, stderr } = await cli.ended;
        assert.equal(code, 0, stderr);
        await assert.rejects(ask(rent), { code: "ECONNREFUSED" });
        await cli.leftNothing();
      });

    it("shows what happens as it happens, and no URL", async () => {
      const { cli, rent } = await serve();
      const before = cli.stdout.length;
      await ask(rent);
      await ask(new URL("/nowhere", rent).href);
      await ask(`${rent}x`);
      await cli.printed("rent asked: $1,500.00 (150000 cents)");
      await cli.printed("no such path: answered 404");
      await cli.printed("rent asked with a wrong token: answered 404");
      assert.ok(!cli.stdout.slice(before).includes(rent.split("/").at(-1) as string));
      cli.kill("SIGINT");
      await cli.ended;
    });

    it("leaves no process behind though it is killed", async function () {
      if (process.platform === "win32") this.skip();
      const { cli } = await serve();
      assert.ok(cli.processes().length > 0);
      cli.kill("SIGKILL");
      await cli.ended;
      await until(() => cli.processes().length === 0, "no process is left");
    });

    it("shows the functions nothing of the user's environment", async function () {
      if (process.platform !== "linux") this.skip();
      const mine = {
        HOME: "/nobody/of/the/user",
        AWS_ACCESS_KEY_ID: "AKIAUSERSOWNKEY00001",
        AWS_SECRET_ACCESS_KEY: "the-users-own-secret-key",
        AWS_PROFILE: "the-users-profile",
        AWS_ENDPOINT_URL: "http://users-endpoint.invalid",
        HTTPS_PROXY: "http://users-proxy.invalid",
        NODE_OPTIONS: "--title=users-option",
        PULUMI_CONFIG_PASSPHRASE: "the-users-passphrase",
      };
      const { cli } = await serve(mine);
      const functions = cli.processes().map((pid) => readFileSync(`/proc/${pid}/environ`, "utf8"));
      assert.ok(functions.some((environment) => environment.includes("AWS_LAMBDA_FUNCTION_NAME=")));
      for (const environment of functions)
        for (const [name, value] of Object.entries(mine)) assert.ok(!environment.includes(value), name);
      cli.kill("SIGTERM");
      assert.equal((await cli.ended).code, 0);
    });
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
