import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removePrograms, writeProgram } from "../support/program";
import { endAll, root, runCli } from "./support";

const templates = join(root, "templates");
const read = (...path: string[]) => readFileSync(join(...path), "utf8");

/** What the template's own test command gives to mocha. */
function mochaArguments(project: string): string[] {
  const { scripts } = JSON.parse(read(project, "package.json"));
  const [command, ...args] = scripts.test.split(" ");
  assert.equal(command, "mocha");
  return args.map((arg: string) => arg.replaceAll('"', ""));
}

const PROGRAM = `
import * as pulumi from "@pulumi/pulumi";
import { AmountKind, RemoteApi } from "sequence-remote-api";
const config = new pulumi.Config();
`;

describe("sequence-remote-api init", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sequence-init-"));
  });
  afterEach(() => {
    endAll();
    rmSync(folder, { recursive: true, force: true });
  });
  after(removePrograms);

  const inFolder = (...args: string[]) => runCli(args, { cwd: folder });

  describe("in an empty folder", () => {
    for (const template of readdirSync(templates))
      it(`makes a project of the template ${template}, which runs`, async () => {
        const made = await inFolder("init", "My Money!", "--template", template);
        assert.equal(made.code, 0, made.stderr);
        const project = join(folder, "My Money!");
        for (const path of ["Pulumi.yaml", "package.json", "tsconfig.json", "index.ts", "sandbox.yaml", "README.md"]) {
          assert.ok(existsSync(join(project, path)), path);
          assert.ok(!/\$\{(PROJECT|DESCRIPTION)/.test(read(project, path)), `${path} has a placeholder left`);
        }
        assert.match(read(project, "Pulumi.yaml"), /^name: my-money$/m);
        assert.match(read(project, "sandbox.yaml"), /^# yaml-language-server: \$schema=/);
        assert.match(read(project, ".gitignore"), /^node_modules\/$/m);
        assert.match(
          made.stdout,
          /Next:\n {2}cd "My Money!"\n {2}npm install\n {2}npx sequence-remote-api dev\n {2}npm test\n$/,
        );
        symlinkSync(join(root, "node_modules"), join(project, "node_modules"), "junction");
        const ran = await runCli(["dev", "--once", "--strict"], { cwd: project });
        assert.equal(ran.code, 0, ran.stdout + ran.stderr);
        const tests = join(root, "node_modules", "mocha", "bin", "mocha.js");
        const tested = spawnSync(process.execPath, [tests, ...mochaArguments(project)], {
          cwd: project,
          encoding: "utf8",
        });
        assert.equal(tested.status, 0, tested.stdout + tested.stderr);
        assert.match(tested.stdout, /\d passing/);
      });

    it("begins with the quickstart, here, and tells no change of folder", async () => {
      const { stdout } = await inFolder("init");
      assert.match(read(folder, "index.ts"), /payday/);
      assert.doesNotMatch(stdout, /cd /);
    });

    it("tells the commands of pnpm if pnpm has started it, and lets its installation end without a question", async () => {
      const env = { npm_config_user_agent: "pnpm/12.21.0 npm/? node/? linux x64" };
      const { stdout } = await runCli(["init", "x"], { cwd: folder, env });
      assert.match(stdout, /\n {2}pnpm install\n {2}pnpm exec sequence-remote-api dev\n {2}pnpm test\n$/);
      assert.match(
        read(folder, "x", "pnpm-workspace.yaml"),
        /^allowBuilds:\n {2}esbuild: false\n {2}protobufjs: false\n$/,
      );
      await inFolder("init", "y");
      assert.ok(!existsSync(join(folder, "y", "pnpm-workspace.yaml")));
    });

    it("overwrites nothing, and says what it left and what that lacks", async () => {
      writeFileSync(join(folder, "README.md"), "mine");
      writeFileSync(join(folder, "package.json"), "{}");
      const { code, stdout } = await inFolder("init", ".");
      assert.equal(code, 0);
      assert.equal(read(folder, "README.md"), "mine");
      assert.equal(read(folder, "package.json"), "{}");
      assert.match(stdout, /left as they are: README\.md, package\.json/);
      assert.match(stdout, /to your package\.json: .*@pulumi\/pulumi.*, sequence-remote-api/);
    });

    it("puts no template around a program that has no Pulumi.yaml, and says what to do", async () => {
      writeFileSync(join(folder, "index.ts"), "mine");
      const { code, stderr } = await inFolder("init", ".");
      assert.equal(code, 1);
      assert.match(stderr, /has index\.ts and no Pulumi\.yaml.*write a Pulumi\.yaml.*"runtime: nodejs"/);
      assert.deepEqual(readdirSync(folder), ["index.ts"]);
    });

    it("knows no other template, and takes no configuration", async () => {
      const unknown = await inFolder("init", "x", "--template", "quikstart");
      assert.equal(unknown.code, 1);
      assert.match(unknown.stderr, /there is no template quikstart; it must be one of .*quickstart/);
      assert.match((await inFolder("init", "x", "--config", "a=b")).stderr, /--config is for a folder that has/);
      assert.deepEqual(readdirSync(folder), []);
    });
  });

  describe("in a folder with a program", () => {
    it("drafts a sandbox.yaml with which the program runs, whatever it leaves to the operator", async () => {
      const program = writeProgram({
        "index.ts": `${PROGRAM}
const money = new RemoteApi("money", {
  amounts: {
    bills: { kind: AmountKind.TopUp, account: "Bills: Pod", targetCents: 50_000 },
    rest: { kind: AmountKind.Sweep, account: "5579244", floorCents: 100_000 },
    card: { kind: AmountKind.Percent, account: "Card", percent: 10, allowExternalBalance: true },
  },
  ceilingCents: 900_000,
  triggers: {
    payday: { ruleId: "ru_1", schedule: "cron(0 9 * * ? *)", timezone: "UTC", asks: ["bills"] },
    later: { ruleId: "ru_2", schedule: "cron(0 10 * * ? *)", timezone: "UTC", apiSecret: config.requireSecret("laterSecret"), asks: ["rest"] },
  },
  alarmEmail: config.require("email"),
  tags: { stage: config.require("stage") },
});
export const urls = { all: money.amountUrls };
`,
      });
      const made = await runCli(["init", program, "--config", "stage=test"], { cwd: folder });
      assert.equal(made.code, 0, made.stderr);
      const text = read(program, "sandbox.yaml");
      assert.match(text, /^ {2}email: you@example.com$/m);
      assert.match(text, /^ {2}stage: test$/m);
      const [first, second] = text.split("ru_2:");
      assert.match(String(first), /amount: \{ output: urls\.all\.bills \}/);
      assert.match(String(second), /amount: \{ output: urls\.all\.rest \}/);
      assert.match(text, /\{ name: Account 5579244, id: "5579244", type: Pod, dollars: 6000 \}/);
      assert.match(text, /name: Card, type: Account/);
      assert.match(text, /apiSecret: \{ config: laterSecret \}/);
      assert.match(text, /money-amounts-access-token: a-made-up-access-token/);
      const ran = await runCli(["dev", "--once", "--strict"], { cwd: program });
      assert.equal(ran.code, 0, ran.stdout + ran.stderr);
      assert.match(ran.stdout, /asked bills: \$500\.00/);
    });

    it("leaves a sandbox.yaml as it is", async () => {
      const settings = "config: { email: me@example.com }\n";
      const program = writeProgram({ "index.ts": "export {};", "sandbox.yaml": settings });
      const { code, stdout } = await runCli(["init", program], { cwd: folder });
      assert.equal(code, 0);
      assert.match(stdout, /is there already; nothing was changed/);
      assert.equal(read(program, "sandbox.yaml"), settings);
    });

    it("says what the program lacks: exported URLs, accounts of its own code, configuration", async () => {
      const program = writeProgram({
        "index.ts": `${PROGRAM}
new RemoteApi("money", {
  amounts: { rent: { kind: AmountKind.Fixed, cents: 150_000 } },
  triggers: { payday: { ruleId: "ru_1", schedule: "cron(0 9 1 * ? *)", timezone: "UTC", apiSecret: "hard-coded-secret" } },
  alarmEmail: config.require("email"),
});
`,
      });
      const { code, stdout } = await runCli(["init", program], { cwd: folder });
      assert.equal(code, 0);
      assert.match(stdout, /To do: The program exports no URL of rent.*export const amountUrls/);
      assert.match(stdout, /To do: A credential stands in the program itself/);
      assert.ok(!(stdout + read(program, "sandbox.yaml")).includes("hard-coded-secret"));
    });

    it("says what is wrong with the program, and leaves no file", async () => {
      const program = writeProgram({ "index.ts": `${PROGRAM} config.require("region");` });
      const { code, stderr } = await runCli(["init", program], { cwd: folder });
      assert.equal(code, 1);
      assert.match(stderr, /^error: the program requires the configuration "fixture:region".*--config region=/s);
      assert.ok(!existsSync(join(program, "sandbox.yaml")));
      assert.match((await runCli(["init", program, "--config", "region"])).stderr, /--config takes key=value/);
      assert.match((await runCli(["init", program, "--template", "events"])).stderr, /has a Pulumi program already/);
    });
  });
});

describe("the templates", () => {
  it("have the quickstart's program, and this version of the package", () => {
    assert.equal(read(templates, "quickstart", "index.ts"), read(root, "examples", "quickstart", "index.ts"));
    const { version, peerDependencies } = JSON.parse(read(root, "package.json"));
    for (const template of readdirSync(templates)) {
      const manifest = JSON.parse(read(templates, template, "package.json"));
      assert.equal(manifest.dependencies["sequence-remote-api"], `^${version}`);
      for (const [peer, range] of Object.entries(peerDependencies)) assert.equal(manifest.dependencies[peer], range);
    }
  });
});
