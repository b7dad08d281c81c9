import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MINUTE_MS, PAYDAY, pass, programs, triggerCalls, until, workQueue } from "../../endToEnd/support";
import { Cli, type Ended, endAll, root } from "../support";
import { foreignFolder, operatorEnvironment, type ServedStack, servedStack } from "./support";

/** The rights that docs/operations.md says a command needs. */
function documented(row: string): string[] {
  const docs = readFileSync(join(root, "docs", "operations.md"), "utf8");
  const [, section = ""] = docs.split("\n## Rights for the commands\n");
  const line = section.split("\n").find((each) => each.startsWith(`| \`${row}\``)) ?? "";
  const own = [...line.matchAll(/`(\w+:\w+)`/g)].map(([, action]) => String(action));
  return line.includes("those of `failures`") ? [...documented("failures"), ...own] : own;
}

/** The same of doctor, which has a list: an action without its service has that of the one before. */
function rightsOfDoctor(): string[] {
  const docs = readFileSync(join(root, "docs", "operations.md"), "utf8");
  const [, list = ""] = /These are all:\n\n((?:[-\s].*\n)+)/.exec(docs) ?? [];
  let service = "";
  return [...list.matchAll(/`(?:([a-z]+):)?([A-Z]\w+)`/g)].map(([, named, action]) => {
    service = named ?? service;
    return `${service}:${action}`;
  });
}

/** A policy has one action at least. */
const allowing = (actions: readonly string[]) => ({
  ...{ Effect: "Allow", Resource: "*" },
  Action: ["iam:GetUser", ...actions],
});

describe("An operator of a live stack", function () {
  this.timeout(120_000);
  let served: ServedStack;
  let elsewhere: string;
  let file: string;

  async function serve(program?: string): Promise<void> {
    served = await servedStack(program, { startAt: PAYDAY - MINUTE_MS });
    elsewhere = foreignFolder();
    file = join(elsewhere, "stack.json");
    writeFileSync(file, JSON.stringify(served.sandbox.liveStack()));
  }
  afterEach(async () => {
    await served?.stop();
    rmSync(elsewhere, { recursive: true });
    await endAll();
  });

  /** Runs the command as somebody who may do these things, and types a line if there is one. */
  function runAs(actions: readonly string[], words: readonly string[], line?: string): Promise<Ended> {
    const env = operatorEnvironment(served.sandbox, [allowing(actions)]);
    const keys = line !== undefined;
    const cli = new Cli([...words, "--export", file], { cwd: elsewhere, env, keys });
    if (keys) cli.type(`${line}\n`);
    return cli.ended;
  }
  const without = (row: string, action: string) => documented(row).filter((each) => each !== action);
  const denial = (action: string) =>
    new RegExp(
      `you \\(arn:aws:\\S+operator\\S*\\) may not do ${action} on (arn:\\S+|\\*), because no identity-based policy allows .*somebody who may has to allow it, or use other credentials`,
    );
  /** The command without this right ends with 3, and says which it is and whose. */
  async function lacks(row: string, action: string, words: readonly string[], line?: string): Promise<Ended> {
    const ended = await runAs(without(row, action), words, line);
    assert.match(ended.stdout + ended.stderr, denial(action));
    assert.equal(ended.code, 3, ended.stdout + ended.stderr);
    return ended;
  }
  async function may(row: string, words: readonly string[], line?: string): Promise<Ended> {
    const ended = await runAs(documented(row), words, line);
    assert.equal(ended.code, 0, ended.stdout + ended.stderr);
    assert.doesNotMatch(ended.stdout + ended.stderr, /may not do/);
    return ended;
  }

  const calls = () => triggerCalls(served.sandbox).length;
  const executions = () => served.sandbox.sequence.triggers.length;
  const lying = () => served.sandbox.messages("-failures").length;
  const isPaused = async () => (await served.json("resume")).json.wasPaused;

  it("who may only look sees accounts, amounts and history, each with its rights", async () => {
    await serve();
    await may("accounts", ["accounts"]);
    await lacks("accounts", "secretsmanager:GetSecretValue", ["accounts"]);
    await may("amount", ["amount", "buffer"]);
    await lacks("amount", "lambda:InvokeFunction", ["amount", "buffer"]);
    const noWorking = await runAs(without("amount", "secretsmanager:GetSecretValue"), ["amount", "buffer"]);
    assert.equal(noWorking.code, 0);
    assert.match(noWorking.stdout, /^buffer: \$200\.00\n.*\n {2}its working can't be shown: you \(arn:/);
    await pass(served.sandbox, 2 * MINUTE_MS);
    await may("history", ["history"]);
    await lacks("history", "dynamodb:Scan", ["history"]);
    const noLog = await lacks("history", "logs:FilterLogEvents", ["history"]);
    assert.match(noLog.stdout, /^Tue, Dec 1, 2026, 09:00 EST +payday +executed/m);
    assert.match(noLog.stdout, /^What Sequence asked for can't be looked up: you \(arn:/m);
  });

  it("who has the rights of doctor sees everything, and who has none is told of no other", async () => {
    await serve();
    const all = rightsOfDoctor();
    const seen = await runAs(all, ["doctor", "--test-mail"]);
    assert.equal(seen.code, 0, seen.stdout);
    assert.doesNotMatch(seen.stdout, /may not do/);
    const blind = await runAs([], ["doctor", "--test-mail"]);
    assert.equal(blind.code, 3, blind.stdout);
    const lacking = [...blind.stdout.matchAll(/may not do (\w+:\w+) on/g)].map(([, action]) => String(action));
    assert.ok(lacking.length > 10, blind.stdout);
    assert.deepEqual(
      lacking.filter((action) => !all.includes(action)),
      [],
    );
    for (const action of lacking) assert.match(blind.stdout, denial(action));
  });

  it("who may not switch the stop switch changes nothing; who only can't look at the queues is told that it is on", async () => {
    await serve();
    await lacks("pause", "dynamodb:PutItem", ["pause"]);
    assert.equal(await isPaused(), false);
    const blind = await lacks("pause", "sqs:GetQueueAttributes", ["pause"]);
    assert.match(blind.stdout, /^Paused: no rule of sequence is triggered until you run resume\.\n/);
    assert.match(blind.stdout, /^What waits in the queues can't be seen: you \(arn:/m);
    await may("pause", ["pause"]);
    for (const action of ["dynamodb:GetItem", "dynamodb:DeleteItem"]) await lacks("resume", action, ["resume"]);
    const resumed = await lacks("resume", "sqs:GetQueueAttributes", ["resume"]);
    assert.match(resumed.stdout, /^Resumed: the triggers of sequence go on\./);
    assert.equal(await isPaused(), false);
    await may("resume", ["resume"]);
  });

  it("who may not send triggers nothing", async () => {
    await serve();
    const words = ["trigger", "payday", "--yes", "--occurrence", "bonus"];
    await lacks("trigger", "dynamodb:GetItem", words);
    const unsent = await lacks("trigger", "sqs:SendMessage", words);
    assert.match(unsent.stderr, /error: nothing was sent: you \(arn:/);
    await pass(served.sandbox, MINUTE_MS / 6);
    assert.deepEqual([calls(), served.sandbox.cloud.queues.messages(workQueue(served.sandbox))], [0, []]);
    await may("trigger", words);
    assert.equal(executions(), 1);
  });

  it("who may not store a credential stores nothing", async () => {
    await serve(join(programs, "operator-secrets"));
    const words = ["fill-secret", "payday"];
    const secret = "the-api-secret-of-the-operator";
    await lacks("fill-secret", "secretsmanager:GetSecretValue", words, secret);
    const unstored = await lacks("fill-secret", "secretsmanager:PutSecretValue", words, secret);
    assert.match(unstored.stderr, /error: nothing was stored: you \(arn:/);
    const stored = await may("fill-secret", words, secret);
    assert.match(stored.stderr, /^Stored ru_9\.\n/);
    for (const { stdout, stderr } of [unstored, stored]) assert.ok(!(stdout + stderr).includes(secret));
  });

  describe("of a failure", () => {
    let id: string;
    beforeEach(async () => {
      await serve();
      served.sandbox.sequence.fault({ status: 400, times: 1 });
      await pass(served.sandbox, 2 * MINUTE_MS);
      const { json } = await served.json<{ failures: { id: string }[] }>("failures");
      id = String(json.failures[0]?.id);
    });

    it("who may not look, or not send, leaves everything as it is", async () => {
      const before = calls();
      await lacks("failures", "sqs:ReceiveMessage", ["failures"]);
      await lacks("failures", "dynamodb:GetItem", ["failures", "show", id]);
      const unsent = await lacks("failures run", "sqs:SendMessage", ["failures", "run", id]);
      assert.match(unsent.stderr, /error: nothing was sent: you \(arn:/);
      await lacks("failures discard", "sqs:DeleteMessage", ["failures", "discard", id, "--yes"]);
      await pass(served.sandbox, MINUTE_MS / 6);
      assert.deepEqual([calls(), lying()], [before, 1]);
      assert.equal((await runAs(documented("failures"), ["failures"])).code, 1);
      await may("failures run", ["failures", "run", id]);
      assert.deepEqual([executions(), lying()], [1, 0]);
      assert.match((await may("failures", ["failures"])).stdout, /^Nothing waits for you/);
    });

    it("who may not delete it runs it once, and is told that it is still there", async () => {
      const rights = without("failures run", "sqs:DeleteMessage");
      const { code, stdout } = await runAs(rights, ["failures", "run", id]);
      assert.equal(code, 1);
      assert.match(
        stdout,
        /^Sent payday of \S+, and its failure is still in the queue: you \(arn:\S+\) may not do sqs:DeleteM/,
      );
      assert.match(stdout, /^Outcome: executed/m);
      assert.match(
        stdout,
        new RegExp(`^It runs once, whatever is typed again\\. When it is dealt with: failures discard ${id}$`, "m"),
      );
      assert.deepEqual([executions(), lying()], [1, 1]);
      const again = await runAs(rights, ["failures", "run", id]);
      assert.equal(again.code, 1);
      assert.match(again.stderr, /It was executed since, last tried at .*discard it/);
      await pass(served.sandbox, 10 * MINUTE_MS);
      assert.equal(executions(), 1);
      await may("failures discard", ["failures", "discard", id, "--yes"]);
      assert.deepEqual([executions(), lying()], [1, 0]);
    });

    it("who may not put it back is told that it is hidden for a minute, and never that nothing waits", async () => {
      served.sandbox.clock.pause();
      const rights = without("failures", "sqs:ChangeMessageVisibility");
      const first = await runAs(rights, ["failures"]);
      assert.match(first.stdout, new RegExp(`^${id} +payday`, "m"));
      assert.match(first.stderr, /^For a minute nobody can look at them again: you \(arn:\S+\) may not do sqs:ChangeM/);
      const second = await runAs(rights, ["failures"]);
      assert.equal(second.code, 3);
      assert.match(second.stdout, /^Nothing can be seen at the moment, and SQS counts 1: somebody else looks at it/);
      await lacks("failures", "sqs:GetQueueAttributes", ["failures"]);
      served.sandbox.clock.resume();
      await pass(served.sandbox, 2 * MINUTE_MS);
      assert.equal((await runAs(rights, ["failures"])).code, 1);
    });

    it("who loses sight of the ledger after it was sent is told that it runs", async () => {
      served.sandbox.cloud.mappings.setEnabled(workQueue(served.sandbox), false);
      const words = ["failures", "run", id, "--wait", "60"];
      const env = operatorEnvironment(served.sandbox, [allowing(documented("failures run"))]);
      const cli = new Cli([...words, "--export", file], { cwd: elsewhere, env });
      await until(() => lying() === 0, "it was sent, and its failure is deleted");
      operatorEnvironment(served.sandbox, [allowing([])]);
      const { code, stdout } = await cli.ended;
      assert.equal(code, 3);
      assert.match(
        stdout,
        /^Sent payday of \S+, and deleted the failure\.\nIt was sent and runs by itself; what becomes of it can't be seen: you/,
      );
      served.sandbox.cloud.mappings.setEnabled(workQueue(served.sandbox), true);
      await pass(served.sandbox, 2 * MINUTE_MS);
      assert.equal(executions(), 1);
    });
  });
});
