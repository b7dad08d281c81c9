import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { removePrograms, writeProgram } from "../../support/program";
import { Cli, endAll, root, runCli } from "../support";
import { foreignFolder, NO_AWS, type ServedStack, servedStack } from "./support";

const quickstart = readFileSync(join(root, "examples", "quickstart", "index.ts"), "utf8");
const settings = readFileSync(join(root, "examples", "quickstart", "sandbox.yaml"), "utf8");

describe("sequence-remote-api amount", function () {
  this.timeout(120_000);
  let served: ServedStack;

  before(async () => {
    const more =
      'tithe: { kind: AmountKind.Percent, account: "Bills Pod", percent: 10 },\n    ' +
      "held: { kind: AmountKind.Fixed, cents: 500, paused: true },\n    rent:";
    served = await servedStack(
      writeProgram({ "index.ts": quickstart.replace("rent:", more), "sandbox.yaml": settings }),
    );
  });
  after(async () => {
    await served?.stop();
    removePrograms();
  });
  afterEach(endAll);

  it("says what would be answered now, with the working, and moves no money", async () => {
    const { code, stdout, stderr } = await served.run("amount", "rent", "buffer", "excess", "tithe");
    assert.equal(code, 0, stdout + stderr);
    assert.equal(
      stdout,
      `rent: $1,500.00
  the same every time: $1,500.00
buffer: $200.00
  Bills Pod has $120.55; what it lacks to $500.00: $379.45
  at most $200.00 at once: $200.00
excess: $4,300.00
  Main Operating Pod has $14,342.77; what is above $10,000.00: $4,342.77
  rounded down to whole $100.00: $4,300.00
tithe: $12.05
  Bills Pod has $120.55; 10 % of it: $12.05
`,
    );
    assert.equal(served.sandbox.transfers.length, 0);
    assert.equal(served.sandbox.amountReports.length, 0);
  });

  it("says why one can't be answered, and answers the others", async () => {
    const { code, stdout } = await served.run("amount");
    assert.equal(code, 1);
    assert.match(stdout, /^held: can't be answered \(AMOUNT_PAUSED\): the amount has paused: true/m);
    assert.match(stdout, /^rent: \$1,500\.00$/m);
    served.sandbox.setBalance("Bills Pod", { unknown: "the bank does not answer" });
    const unknown = await served.json<Record<string, { code?: string; reason?: string }>>("amount", "buffer");
    assert.equal(unknown.code, 1);
    assert.equal(unknown.json.buffer?.code, "BALANCE_UNKNOWN");
    assert.match(String(unknown.json.buffer?.reason), /Bills Pod.*the bank does not answer/);
    served.sandbox.setBalance("Bills Pod", 12_055);
  });

  it("names the amounts for a name that isn't one", async () => {
    const { code, stderr } = await served.run("amount", "bufer");
    assert.equal(code, 2);
    assert.match(
      stderr,
      /no amount "bufer"; the amounts are tithe, held, rent, buffer, excess; did you mean "buffer"\?/,
    );
  });
});

describe("sequence-remote-api accounts", function () {
  this.timeout(120_000);
  let served: ServedStack;
  before(async () => {
    served = await servedStack();
  });
  after(() => served?.stop());
  afterEach(endAll);

  it("takes a token of the environment or of standard input, where there is no stack", async () => {
    const { sandbox } = served;
    const token = sandbox.config.get("sequence-quickstart:accessToken") ?? "";
    const args = ["accounts", "--base-url", sandbox.sequenceUrl];
    const cwd = foreignFolder();
    const ofEnvironment = await runCli(args, { cwd, env: { ...NO_AWS, SEQUENCE_ACCESS_TOKEN: token } });
    const typed = new Cli([...args, "--stdin"], { cwd, env: { ...NO_AWS }, keys: true });
    typed.type(`Bearer ${token}\n`);
    for (const { code, stdout, stderr } of [ofEnvironment, await typed.ended]) {
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^Main Operating Pod/m);
      assert.ok(!`${stdout}${stderr}`.includes(token));
    }
    const broken = await runCli(args, { cwd, env: { ...NO_AWS, SEQUENCE_ACCESS_TOKEN: "two words" } });
    assert.equal(broken.code, 2);
    assert.match(broken.stderr, /SEQUENCE_ACCESS_TOKEN has no access token; it must be 8 characters or more/);
  });

  it("lists an unknown balance with its reason, and ends with 1", async () => {
    served.sandbox.setBalance("Bills Pod", { unknown: "the bank does not answer" });
    const { code, stdout } = await served.run("accounts");
    assert.equal(code, 1);
    assert.match(stdout, /^name +type +id +balance$/m);
    assert.match(stdout, /^Client Payments Account +Income Source +5579245 +\$10,200\.50$/m);
    assert.match(stdout, /^Bills Pod +Pod +\S+ +unknown \(.*the bank does not answer/m);
  });

  it("says what to do about a token that Sequence refuses, and shows nothing of it", async () => {
    const secret = served.sandbox.deployment.resources.find(({ name }) => name === "sequence-amounts-access-token");
    served.sandbox.fillSecret(String(secret?.id), "a-token-of-yesterday");
    const { code, stdout, stderr } = await served.run("accounts");
    assert.equal(code, 3);
    assert.match(stderr, /INVALID_ACCESS_TOKEN|access token/);
    assert.ok(!`${stdout}${stderr}`.includes("a-token-of-yesterday"));
  });
});
