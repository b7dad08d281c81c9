import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { endAll, runCli } from "../support";
import { awsEnvironment, foreignFolder, type ServedStack, servedStack } from "./support";

const hasPulumi = spawnSync("pulumi", ["version"], { stdio: "ignore" }).status === 0;
const SPECIAL = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** With a backend in a folder and a login of its own, so that nothing of a developer's is touched. */
describe("the commands for a live stack, with the real Pulumi CLI", function () {
  this.timeout(240_000);
  let served: ServedStack;
  let home: string;
  let project: string;

  before(async function () {
    if (!hasPulumi) {
      console.warn(
        "\n  SKIPPED: no command was run with the real Pulumi CLI, because there is no `pulumi` on the PATH." +
          "\n  Install it from https://www.pulumi.com/docs/install/ and run the tests again.\n",
      );
      return this.skip();
    }
    served = await servedStack();
    home = foreignFolder();
    project = folder("project", "name: sequence-quickstart\nruntime: nodejs\n");
    mkdirSync(join(home, "state"));
    pulumi("stack", "init", "empty", "--no-select");
    imported("prod");
  });
  after(async () => {
    await served?.stop();
    if (home) rmSync(home, { recursive: true, force: true });
  });
  afterEach(endAll);

  const backend = () => ({
    PULUMI_HOME: join(home, "home"),
    PULUMI_BACKEND_URL: `file://${join(home, "state")}`,
    PULUMI_ACCESS_TOKEN: "",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  });
  const folder = (name: string, manifest?: string) => {
    const path = join(home, name);
    mkdirSync(path);
    if (manifest !== undefined) writeFileSync(join(path, "Pulumi.yaml"), manifest);
    return path;
  };
  const pulumi = (...args: string[]) =>
    execFileSync("pulumi", [...args, "--non-interactive"], {
      cwd: project,
      env: { ...process.env, ...backend(), PULUMI_CONFIG_PASSPHRASE: "a passphrase" },
      stdio: ["ignore", "pipe", "pipe"],
    });
  const env = () => ({ ...awsEnvironment(served.sandbox), ...backend() });
  const accounts = (args: readonly string[], { cwd = project, env: own = {} } = {}) =>
    runCli(["accounts", ...args], { cwd, env: { ...env(), ...own } });

  /** The served stack under another name. What the sandbox's record hides is text that the CLI encrypts itself. */
  function imported(stack: string): void {
    pulumi("stack", "init", stack, "--no-select");
    const own = JSON.parse(pulumi("stack", "export", "--stack", stack).toString());
    const text = JSON.stringify(served.sandbox.liveStack().deployment.resources)
      .replaceAll("urn:pulumi:sandbox::", `urn:pulumi:${stack}::`)
      .replaceAll("sequence-quickstart-sandbox", `sequence-quickstart-${stack}`);
    const resources = JSON.parse(text, (_, value) =>
      value?.[SPECIAL] === SECRET ? { [SPECIAL]: SECRET, plaintext: '"in the state as a secret"' } : value,
    );
    const file = join(home, `${stack}.json`);
    writeFileSync(file, JSON.stringify({ ...own, deployment: { ...own.deployment, resources } }));
    pulumi("stack", "import", "--stack", stack, "--file", file);
  }

  it("read a stack of several, without its passphrase and without decrypting a secret", async () => {
    for (const passphrase of ["", "a wrong one"]) {
      const { code, stdout, stderr } = await accounts(["--stack", "prod"], {
        env: { PULUMI_CONFIG_PASSPHRASE: passphrase },
      });
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^Bills Pod +Pod +\S+ +\$120\.55$/m);
    }
    const doctor = await runCli(["doctor", "--stack", "prod"], { cwd: project, env: env() });
    assert.equal(doctor.code, 0, doctor.stdout);
    assert.match(doctor.stdout, /^✓ trigger function: runs what was deployed$/m);
    assert.doesNotMatch(doctor.stdout + doctor.stderr, /in the state as a secret/);
  });

  it("read a stack from another project's folder, by its full name", async () => {
    const cwd = folder("other", "name: other\nruntime: nodejs\n");
    const { code, stderr } = await accounts(["--stack", "organization/sequence-quickstart/prod"], { cwd });
    assert.equal(code, 0, stderr);
    const short = await accounts(["--stack", "prod"], { cwd });
    assert.equal(short.code, 3);
    assert.match(short.stderr, /the project of \S+other has no stack "prod": "pulumi stack ls" lists/);
  });

  it("read a stack that an update holds locked, and doctor says at what the update is or was", async () => {
    imported("updating");
    // As the CLI leaves it in its backend while it works; an import would take it out.
    const file = join(home, "state", ".pulumi", "stacks", "sequence-quickstart", "updating.json");
    const state = JSON.parse(readFileSync(file, "utf8"));
    const { latest } = state.checkpoint;
    const resource = latest.resources.find(({ urn }: { urn: string }) => urn.endsWith("sequence-triggers-ledger"));
    latest.pending_operations = [{ resource, type: "updating" }];
    writeFileSync(file, JSON.stringify(state));
    const lock = join(home, "state", ".pulumi", "locks", "organization", "sequence-quickstart", "updating");
    mkdirSync(lock, { recursive: true });
    writeFileSync(join(lock, "1.json"), '{"pid":1,"username":"ann","hostname":"laptop"}');
    const { code, stdout, stderr } = await runCli(["doctor", "--stack", "updating"], { cwd: project, env: env() });
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /^! record: an update runs, or one broke off, at sequence-triggers-ledger: /m);
  });

  const mistakes: readonly (readonly [what: string, args: readonly string[], env: object, says: RegExp])[] = [
    ["no stack that is selected", [], {}, /error: no stack is selected in \S+project: name one by --stack NAME/],
    ["a stack that isn't there", ["--stack", "prd"], {}, /has no stack "prd": "pulumi stack ls" lists/],
    ["a name that no stack can have", ["--stack", "a b"], {}, /--stack is "a b"; it must be the name of a stack/],
    ["another organization", ["--stack", "ann/prod"], {}, /--stack is "ann\/prod"; it must be the name of a stack/],
    ["a stack that was never deployed", ["--stack", "empty"], {}, /was it deployed \("pulumi up"\)\?/],
    ["no login", ["--stack", "prod"], { PULUMI_BACKEND_URL: "" }, /isn't logged in: run "pulumi login" first/],
    [
      "a backend that isn't there",
      ["--stack", "prod"],
      { PULUMI_BACKEND_URL: "file:///nonexistent" },
      /failed in \S+project: unable to open state directory .*no such file or directory\. Or give a saved one/,
    ],
    [
      "a cloud that can't be reached",
      ["--stack", "prod"],
      { PULUMI_BACKEND_URL: "http://127.0.0.1:9", PULUMI_ACCESS_TOKEN: "pul-1" },
      /failed in \S+project: performing HTTP request: .*connection refused\. Or give a saved one/,
    ],
  ];
  for (const [what, args, own, says] of mistakes)
    it(`say what to do about ${what}`, async () => {
      const { code, stdout, stderr } = await accounts(args, { env: own });
      assert.match(stderr, says);
      assert.deepEqual([code, stdout], [3, ""]);
    });

  it("say what to do about a folder that is in no project, and about a broken one", async () => {
    const nowhere = await accounts([], { cwd: folder("nowhere") });
    assert.match(nowhere.stderr, /\S+nowhere is in no Pulumi project: go to the folder of your program/);
    const broken = await accounts([], { cwd: folder("broken", "name: [") });
    assert.match(broken.stderr, /failed in \S+broken: could not unmarshal .*Pulumi\.yaml': invalid YAML file/);
  });
});
