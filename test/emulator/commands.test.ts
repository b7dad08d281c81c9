import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DeleteRolePolicyCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { GetFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import { PurgeQueueCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { stackExportOf } from "../../sandbox/port/stackExport";
import { foreignFolder, NO_AWS } from "../cli/stack/support";
import { type Ended, endAll, runCli } from "../cli/support";
import { dueMessage, triggerCalls } from "../endToEnd/onBothClouds/world";
import { resource } from "./deployment";
import { type EmulatorWorld, startEmulatorWorld } from "./world";

interface Failed {
  readonly failures: readonly { readonly id: string; readonly can: string }[];
}

/** Each as a child process in a foreign folder, with the official clients and an exported record, as against AWS. */
describe("The commands for a live stack on another AWS", function () {
  this.timeout(180_000);
  let world: EmulatorWorld;
  let elsewhere: string;
  let file: string;

  before(async () => {
    world = await startEmulatorWorld();
    elsewhere = foreignFolder();
    file = join(elsewhere, "stack.json");
    const { resources } = world.deployment();
    const variables = new Map<string, Record<string, string>>();
    for (const { type, state } of resources)
      if (type === "aws:lambda/function:Function") {
        const FunctionName = String(state.name);
        const command = new GetFunctionConfigurationCommand({ FunctionName });
        const { Environment } = await world.cloud.place.clients.lambda.send(command);
        variables.set(FunctionName, Environment?.Variables ?? {});
      }
    writeFileSync(file, JSON.stringify(stackExportOf({ resources }, (name) => variables.get(name) ?? {})));
  });
  after(async () => {
    await world?.stop();
    rmSync(elsewhere, { recursive: true });
  });
  afterEach(endAll);

  const run = (...args: string[]): Promise<Ended> =>
    runCli([...args, "--export", file], {
      cwd: elsewhere,
      env: {
        ...NO_AWS,
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
        AWS_ENDPOINT_URL: String(process.env.EMULATOR_URL),
      },
    });
  const json = async <T>(...args: string[]): Promise<T> => {
    const { stdout, stderr } = await run(...args, "--json");
    assert.notEqual(stdout, "", stderr);
    return JSON.parse(stdout);
  };

  it("find nothing wrong with doctor, and what was broken", async () => {
    const { code, stdout, stderr } = await run("doctor");
    assert.equal(code, 0, stdout + stderr);
    for (const line of [
      /^✓ access token: Sequence accepts it, and lists 6 accounts$/m,
      /^✓ amount excess: is answered: \$4,300\.00 at the moment$/m,
      /^✓ work queue's mapping: is on$/m,
      /^✓ ledger: the table \S+ is there$/m,
      /^✓ trigger function: runs what was deployed$/m,
      /^✓ rights \(sequence-triggers-policy\): are as they were deployed$/m,
      /^✓ mail: you@example\.com gets the mails$/m,
      /^✓ alarms: all 16 are there, and none is on$/m,
      /^✓ clock: this machine is \d+ seconds? /m,
    ])
      assert.match(stdout, line);
    const policy = resource(world.deployment(), "aws:iam/rolePolicy:RolePolicy", "-amounts-policy");
    const [RoleName, PolicyName] = policy.id.split(":");
    const { iam, sqs } = world.cloud.place.clients;
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
    const QueueUrl = resource(world.deployment(), "aws:sqs/queue:Queue", "-failures").id;
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "{}" }));
    const broken = await run("doctor");
    assert.equal(broken.code, 1, broken.stdout);
    assert.match(broken.stdout, /^✗ rights \(sequence-amounts-policy\): the role \S+ or its policy \S+ is gone$/m);
    assert.match(broken.stdout, /^✗ failure queue: has 1 message that waits for a person$/m);
    const PolicyDocument = String(policy.inputs.policy);
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
    await sqs.send(new PurgeQueueCommand({ QueueUrl }));
    assert.equal((await run("doctor")).code, 0);
  });

  it("say what the amounts would be answered, and list the accounts", async () => {
    const amounts = await run("amount", "buffer");
    assert.match(
      amounts.stdout,
      /^buffer: \$200\.00\n {2}Bills Pod has \$120\.55; what it lacks to \$500\.00: \$379\.45$/m,
    );
    const { code, stdout, stderr } = await run("accounts");
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^Bills Pod +Pod +\S+ +\$120\.55$/m);
  });

  it("find the functions by their names, without a record", async () => {
    const { id } = resource(world.deployment(), "aws:lambda/function:Function", "-amounts-function");
    const { code, stdout, stderr } = await run("accounts", "--amount-function", id, "--region", "us-east-1");
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^Bills Pod/m);
  });

  it("trigger a rule once more, and show it in the history", async () => {
    const { code, stdout, stderr } = await run("trigger", "payday", "--occurrence", "bonus", "--yes");
    assert.equal(code, 0, stderr + stdout);
    assert.match(stdout, /^Outcome: executed \(Sequence's request \S+\)\./);
    assert.equal(triggerCalls(world).length, 1);
    const history = await run("history");
    assert.equal(history.code, 0, history.stderr);
    assert.match(history.stdout, /^extra "bonus" +payday +executed +1 +\S+$/m);
    assert.match(history.stdout, /^1 of 1 occurrence; \d+ items of \S+ were read in/m);
  });

  it("list a failure, and run it once", async () => {
    world.sequence.configureRule("ru_12345", { remote: false });
    await world.send(dueMessage(world).body);
    await world.until(async () => (await world.failures()).length === 1, "it is in the failure queue");
    world.sequence.configureRule("ru_12345", { remote: true });
    const { failures } = await json<Failed>("failures");
    assert.deepEqual(
      failures.map(({ can }) => can),
      ["run"],
    );
    const executed = world.sequence.triggers.length;
    const { code, stdout, stderr } = await run("failures", "run", String(failures[0]?.id));
    assert.equal(code, 0, stderr + stdout);
    assert.deepEqual(await json<Failed>("failures"), { failures: [] });
    assert.equal(world.sequence.triggers.length, executed + 1);
  });

  it("pause every trigger and let them go on", async () => {
    assert.equal((await run("pause", "--reason", "a test")).code, 0);
    const calls = triggerCalls(world).length;
    await world.send(JSON.stringify({ trigger: "payday", occurrence: "held" }));
    await world.until(async () => (await world.logged("occurrence.held")).length > 0, "it is held");
    const refused = await run("trigger", "payday", "--yes");
    assert.match(refused.stderr, /the stop switch is on: nothing was sent/);
    const resumed = await json<Record<string, unknown>>("resume");
    assert.deepEqual([resumed.wasPaused, resumed.reason], [true, "a test"]);
    assert.equal(triggerCalls(world).length, calls);
  });
});
