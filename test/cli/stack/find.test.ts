import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pulumiExport } from "../../../cli/stack/find/pulumi";
import { removePrograms, writeProgram } from "../../support/program";
import { Cli, endAll, root, runCli } from "../support";
import { awsEnvironment, fakePulumi, foreignFolder, NO_AWS, type ServedStack, servedStack } from "./support";

describe("the commands for a live stack find it", function () {
  this.timeout(120_000);
  let served: ServedStack;
  let elsewhere: string;

  before(async () => {
    served = await servedStack();
    elsewhere = foreignFolder();
  });
  after(async () => {
    await served?.stop();
    rmSync(elsewhere, { recursive: true });
    removePrograms();
  });
  afterEach(endAll);

  /** What `pulumi stack export` would print of the served stack. */
  const exported = () => JSON.stringify({ ...served.sandbox.liveStack(), sandbox: undefined });
  const run = (args: string[], env: Record<string, string> = {}) =>
    runCli(args, { cwd: elsewhere, env: { ...awsEnvironment(served.sandbox), ...env } });
  /** With a `pulumi` on the PATH that runs this script. */
  const withPulumi = (script: string, ...args: string[]) => {
    const state = join(elsewhere, "state.json");
    writeFileSync(state, exported());
    return run(["accounts", ...args], { PATH: fakePulumi(script.replace("STATE", JSON.stringify(state))) });
  };
  const listed = (stdout: string) => assert.match(stdout, /^Bills Pod +Pod +\S+ +\$120\.55$/m);

  it("in a sandbox that runs, from any folder", async () => {
    const { code, stdout, stderr } = await served.run("accounts");
    assert.equal(code, 0, stderr);
    listed(stdout);
  });

  it("at the address of dev's page, by default", async () => {
    const dev = new Cli(["dev"], { cwd: root, keys: true });
    await dev.printed("Serving the amount URLs");
    const [page = ""] =
      /http:\/\/127\.0\.0\.1:\d+\/$/m.exec(dev.stdout.slice(dev.stdout.indexOf("Watch money move"))) ?? [];
    // Another program may hold its usual port.
    const args = page === "http://127.0.0.1:4391/" ? ["--sandbox"] : ["--sandbox", page];
    const { code, stdout, stderr } = await runCli(["accounts", ...args], { cwd: elsewhere, env: NO_AWS });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^Bills Pod/m);
    dev.type("q");
    await dev.ended;
  });

  it("in the Pulumi project of the folder, by what the CLI exports", async () => {
    const { code, stdout, stderr } = await withPulumi(
      "if (args.join(' ') === 'stack export --non-interactive') log(fs.readFileSync(STATE, 'utf8'));",
    );
    assert.equal(code, 0, stderr);
    listed(stdout);
  });

  it("in another folder and stack, by --cwd and --stack", async () => {
    const { stdout, stderr } = await withPulumi(
      "if (args.at(-1) === 'prod' && process.cwd() === '/') log(fs.readFileSync(STATE, 'utf8'));",
      "--stack",
      "prod",
      "--cwd",
      "/",
    );
    assert.equal(stderr, "");
    listed(stdout);
  });

  it("in a file that was exported, where there is no Pulumi CLI", async () => {
    const file = join(elsewhere, "stack.json");
    writeFileSync(file, exported());
    const { code, stdout, stderr } = await run(["accounts", "--export", file], { PATH: "/nonexistent" });
    assert.equal(code, 0, stderr);
    listed(stdout);
  });

  it("by the functions' names, where there is no record of the stack", async () => {
    const names = served.sandbox.deployment.resources
      .filter(({ type }) => type === "aws:lambda/function:Function")
      .map(({ state }) => String(state.name));
    const amounts = names.find((name) => name.includes("-amounts-")) ?? "";
    const triggers = names.find((name) => name.includes("-triggers-")) ?? "";
    const region = ["--region", "us-east-1"];
    const { code, stdout, stderr } = await run(["accounts", "--amount-function", amounts, ...region]);
    assert.equal(code, 0, stderr);
    listed(stdout);
    const swapped = await run(["accounts", "--amount-function", triggers, ...region]);
    assert.equal(swapped.code, 2);
    assert.match(swapped.stderr, /answers no amounts: look at --amount-function/);
    const missing = await run(["accounts", "--amount-function", "nothing", ...region]);
    assert.equal(missing.code, 3);
    assert.match(missing.stderr, /the region us-east-1 of your AWS account has no function nothing: look at --region/);
    const nowhere = await run(["accounts", "--amount-function", amounts]);
    assert.equal(nowhere.code, 2);
    assert.match(nowhere.stderr, /need --region/);
  });

  it("and ask Lambda for what the record hides because a part of it is secret", async () => {
    const state = JSON.parse(exported());
    const hidden = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" };
    for (const { type, inputs } of state.deployment.resources)
      if (type === "aws:lambda/function:Function") Object.assign(inputs, { code: hidden, environment: hidden });
    const file = join(elsewhere, "stack.json");
    writeFileSync(file, JSON.stringify(state));
    const { code, stdout, stderr } = await run(["accounts", "--export", file]);
    assert.equal(code, 0, stderr);
    listed(stdout);
  });

  // The texts are the CLI 3.260's own: pulumiCli.test.ts has most of them from itself.
  const mistakes: readonly (readonly [what: string, script: string, says: RegExp])[] = [
    [
      "a folder without a project",
      "fail('error: no Pulumi.yaml project file found (searching upwards from /x). If you have not created a project yet, use `pulumi new` to do so: no project file found')",
      /is in no Pulumi project: go to the folder of your program/,
    ],
    [
      "no stack that is selected",
      "fail('error: no stack selected; please use `pulumi stack select` to choose one')",
      /no stack is selected in .*--stack NAME/,
    ],
    [
      "a login that is missing",
      "fail('error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions')",
      /isn't logged in: run "pulumi login"/,
    ],
    [
      "a login that isn't valid any more",
      "fail('Logging in using access token from PULUMI_ACCESS_TOKEN\\nerror: Unauthorized: No credentials provided or are invalid.')",
      /login isn't valid any more: run "pulumi login" again/,
    ],
    [
      "a Pulumi cloud that can't be reached, which isn't a missing login",
      "fail('Logging in using access token from PULUMI_ACCESS_TOKEN\\nerror: performing HTTP request: Get \"http://127.0.0.1:9/api/user\": dial tcp 127.0.0.1:9: connect: connection refused')",
      /failed in .*: performing HTTP request: .*connection refused\. Or give a saved one by --export/,
    ],
    [
      "anything else that the CLI says",
      "fail('warning: x\\nerror: the disk is full')",
      /failed in .*: the disk is full\./,
    ],
    ["a CLI that dies", "process.kill(process.pid, 'SIGTERM')", /failed in .*: Command failed: pulumi stack export/],
    [
      "a stack without a component of ours",
      'log(\'{"version":3,"deployment":{}}\')',
      /no component of sequence-remote-api/,
    ],
    ["something else than a stack", "log('hello')", /what the Pulumi CLI printed is no stack/],
    [
      "the file in which a backend keeps a stack",
      'log(\'{"version":3,"checkpoint":{"latest":{}}}\')',
      /what the Pulumi CLI printed is no stack: it must be what "pulumi stack export" prints/,
    ],
  ];
  for (const [what, script, says] of mistakes)
    it(`or say what to do about ${what}`, async () => {
      const { code, stdout, stderr } = await withPulumi(script);
      assert.match(stderr, says);
      assert.equal(code, 3);
      assert.equal(stdout, "");
    });

  it("or say that the Pulumi CLI doesn't end", async () => {
    const { PATH } = process.env;
    process.env.PATH = fakePulumi("setInterval(() => {}, 1000)");
    const hangs = pulumiExport("/", undefined, 500).finally(() => {
      process.env.PATH = PATH;
    });
    await assert.rejects(hangs, /"pulumi stack export" didn't end in \/: try it there by hand\. Or give a saved one/);
  });

  it("or refuse options that could mean two stacks, or none", async () => {
    const file = join(elsewhere, "stack.json");
    writeFileSync(file, exported());
    const contradictions: readonly (readonly [args: readonly string[], says: RegExp])[] = [
      [["--export", file, "--stack", "prod"], /--export and --stack each say which stack is meant/],
      [["--sandbox", "--export", file], /--sandbox and --export each say which stack is meant/],
      [["--sandbox", "--amount-function", "a", "--region", "x"], /--sandbox and --amount-function each say/],
      [["--export", file, "--region", "eu-west-1"], /--export and --region each say/],
      [["--region", "eu-west-1"], /--region goes with --amount-function and --trigger-function/],
      [["--amount-function", "a", "--region", "x", "--component", "c"], /--component goes with a record of the stack/],
      [["--stack", ""], /--stack is empty; it must have a name: is a variable of your shell not set\?/],
      [["--export", file, "--component", ""], /--component is empty/],
    ];
    for (const [args, says] of contradictions) {
      const { code, stdout, stderr } = await run(["accounts", ...args]);
      assert.match(stderr, says);
      assert.deepEqual([code, stdout], [2, ""]);
    }
  });

  it("and load nothing of dev, nor dev anything of them", async () => {
    const listing = join(elsewhere, "loaded.txt");
    const hook = join(elsewhere, "hook.cjs");
    writeFileSync(
      hook,
      `process.on("exit", () => require("node:fs").writeFileSync(${JSON.stringify(listing)}, Object.keys(require.cache).join("\\n")));`,
    );
    const env = { NODE_OPTIONS: `--require ${hook}` };
    const loadedBy = async (...args: string[]) => {
      await runCli(args, { cwd: root, env });
      return readFileSync(listing, "utf8")
        .split("\n")
        .filter((file) => /cli\/(stack|dev)|aws-sdk/.test(file));
    };
    const isStack = (file: string) => file.endsWith("/cli/stack.js");
    const isDev = (file: string) => file.includes("/cli/dev/");
    const ofDev = (await loadedBy("dev", "--once")).filter((file) => !file.endsWith("/stack/names.js"));
    assert.ok(ofDev.some(isDev));
    assert.deepEqual(
      ofDev.filter((file) => !isDev(file)),
      [],
    );
    const ofAccounts = await loadedBy("accounts", "--help");
    assert.equal(ofAccounts.filter(isStack).length, 1);
    assert.deepEqual(ofAccounts.filter(isDev), []);
  });

  it("or say that there is no Pulumi CLI, and which other ways there are", async () => {
    const { code, stderr } = await run(["accounts"], { PATH: "/nonexistent" });
    assert.equal(code, 3);
    assert.match(stderr, /the Pulumi CLI isn't on the PATH.*--export FILE.*--amount-function/s);
  });

  it("or say that no sandbox runs there", async () => {
    const { code, stderr } = await runCli(["accounts", "--sandbox", "http://127.0.0.1:9/"], { cwd: elsewhere });
    assert.equal(code, 3);
    assert.match(
      stderr,
      /no sandbox answers at http:\/\/127\.0\.0\.1:9\/: start one with "npx sequence-remote-api dev"/,
    );
    const foreign = await runCli(["accounts", "--sandbox", "https://example.com/"], { cwd: elsewhere });
    assert.equal(foreign.code, 2);
    assert.match(foreign.stderr, /it must be the address of dev's page/);
  });

  const keys: readonly (readonly [what: string, env: Record<string, string>, says: RegExp])[] = [
    ["no credentials", NO_AWS, /there are no AWS credentials: set AWS_PROFILE/],
    [
      "credentials that AWS doesn't know",
      { AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE" },
      /AWS doesn't know your access key/,
    ],
    ["a secret key that isn't that of the access key", { AWS_SECRET_ACCESS_KEY: "wrong" }, /AWS refuses the signature/],
    [
      "a region that doesn't answer",
      { AWS_ENDPOINT_URL: "http://127.0.0.1:9" },
      /AWS can't be reached in the region us-east-1/,
    ],
  ];
  for (const [what, env, says] of keys)
    it(`or say what to do about ${what}`, async () => {
      const file = join(elsewhere, "stack.json");
      writeFileSync(file, exported());
      const { code, stderr } = await run(["accounts", "--export", file], env);
      assert.match(stderr, says);
      assert.equal(code, 3);
    });

  it("or say what to do about credentials that have expired, and about an AWS that is busy or broken", async () => {
    const file = join(elsewhere, "stack.json");
    writeFileSync(file, exported());
    const answers = [
      ["ExpiredTokenException", 400, "no", /your AWS credentials have expired: log in again/],
      ["ThrottlingException", 400, "no", /AWS asks to slow down/],
      ["InternalFailure", 500, "no", /secretsmanager:GetSecretValue failed: InternalFailure: no/],
      // A key of the customer's, and a text in small letters, as SQS has it.
      [
        "AccessDeniedException",
        400,
        "Access to KMS is not allowed",
        /you may not do secretsmanager:GetSecretValue, which says "Access to KMS is not allowed": somebody who may/,
      ],
      [
        "AccessDenied",
        403,
        "User: arn:aws:iam::1:user/x is not authorized to perform: secretsmanager:getsecretvalue on resource: arn:aws:y with an explicit deny in a service control policy",
        /you \(arn:aws:iam::1:user\/x\) may not do secretsmanager:GetSecretValue on arn:aws:y, with an explicit deny in a service control policy: /,
      ],
    ] as const;
    for (const [code, status, message, says] of answers) {
      const aws = createServer((_, response) => {
        response.writeHead(status, { "content-type": "application/x-amz-json-1.1", "x-amzn-errortype": code });
        response.end(JSON.stringify({ __type: code, message }));
      });
      await new Promise<void>((resolve) => aws.listen(0, "127.0.0.1", resolve));
      const { port } = aws.address() as AddressInfo;
      const { code: exit, stderr } = await run(["accounts", "--export", file], {
        AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      });
      aws.close();
      assert.match(stderr, says);
      assert.equal(exit, 3);
    }
  });

  it("and say with --json what is wrong, too", async () => {
    const { code, stdout } = await run(["accounts", "--export", "/nonexistent", "--json"]);
    assert.equal(code, 2);
    assert.match(JSON.parse(stdout).error, /--export \/nonexistent can't be read/);
  });
});

describe("of several components", function () {
  this.timeout(120_000);
  after(removePrograms);

  it("the one that is named is taken, and without a name they are listed", async () => {
    const quickstart = readFileSync(join(root, "examples", "quickstart", "index.ts"), "utf8");
    const second =
      'const other = new RemoteApi("household", { accessToken: config.requireSecret("accessToken"), ceilingCents: 100, ' +
      'amounts: { share: { kind: AmountKind.Percent, account: "Bills Pod", percent: 1 } }, alarms: false });\n';
    const served = await servedStack(
      writeProgram({
        "index.ts": `${quickstart}\n${second}`,
        "sandbox.yaml": readFileSync(join(root, "examples", "quickstart", "sandbox.yaml"), "utf8"),
      }),
    );
    try {
      const unnamed = await served.run("accounts");
      assert.equal(unnamed.code, 2);
      assert.match(unnamed.stderr, /several components: name one by --component, sequence or household/);
      assert.equal((await served.run("accounts", "--component", "household")).code, 0);
      const wrong = await served.run("accounts", "--component", "houshold");
      assert.match(
        wrong.stderr,
        /no component "houshold"; its components are sequence, household; did you mean "household"\?/,
      );
    } finally {
      await served.stop();
    }
  });
});
