import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  arnOf,
  HOUR_MS,
  MINUTE_MS,
  PAYDAY,
  pass,
  programs,
  stopSwitch,
  triggerCalls,
  workQueue,
} from "../../endToEnd/support";
import { Cli, endAll, runCli } from "../support";
import { between } from "./between";
import { foreignFolder, type ServedStack, servedStack } from "./support";

interface Listed {
  readonly failures: readonly {
    readonly id: string;
    readonly can: string;
    readonly title: string;
    readonly queue: string;
  }[];
}

const QUEUE = "aws:sqs/queue:Queue";

describe("sequence-remote-api failures", function () {
  this.timeout(120_000);
  let served: ServedStack;

  beforeEach(async () => {
    served = await servedStack(join(programs, "invoices"), { startAt: PAYDAY - MINUTE_MS });
  });
  afterEach(async () => {
    await served?.stop();
    await endAll();
  });

  const listed = async () => (await served.json<Listed>("failures")).json.failures;
  const lying = () => served.sandbox.messages("-failures").length;
  const executions = () => served.sandbox.sequence.triggers.length;

  /** The payday's failure, after Sequence answered it so. */
  async function failedBy(status: number): Promise<string> {
    served.sandbox.sequence.fault({ status, times: 1 });
    await pass(served.sandbox, MINUTE_MS + 10_000);
    const [failure, ...more] = await listed();
    assert.ok(failure && more.length === 0, "there is one failure");
    return failure.id;
  }

  it("say that nothing waits", async () => {
    const { code, stdout } = await served.run("failures");
    assert.deepEqual([code, stdout], [0, "Nothing waits for you: the failure queue is empty.\n"]);
  });

  it("list and show one in the mail's words, and run it once", async () => {
    const id = await failedBy(400);
    const list = await served.run("failures");
    assert.equal(list.code, 1);
    assert.match(list.stdout, /^id +what +since \(UTC\) +the ledger says +next$/m);
    assert.match(
      list.stdout,
      new RegExp(
        `^${id} +payday of 2026-12-01T14:00:00Z +2026-12-01T14:0\\d +failed, not executed +run, or discard$`,
        "m",
      ),
    );
    const show = await served.run("failures", "show", id.slice(0, 4));
    assert.equal(show.code, 0, show.stderr);
    assert.match(show.stdout, /^payday of \S+ \(rule ru_1\) was not executed\. It was given up after 1 try\./);
    assert.match(show.stdout, /^What to do: Check in Sequence that the rule exists/m);
    assert.match(
      show.stdout,
      new RegExp(`What to do now: To run it: failures run ${id}\\. To leave it: failures discard ${id}\\.`),
    );

    const run = await served.run("failures", "run", id);
    assert.equal(run.code, 0, run.stderr + run.stdout);
    assert.match(
      run.stdout,
      /^Sent payday of \S+, and deleted the failure\.\nOutcome: executed \(Sequence's request \S+\)\./,
    );
    assert.deepEqual([executions(), lying(), await listed()], [1, 0, []]);
  });

  it("say so if it fails again, which is a failure of its own", async () => {
    const id = await failedBy(400);
    served.sandbox.sequence.fault({ status: 400, times: 1 });
    const { code, stdout } = await served.run("failures", "run", id);
    assert.equal(code, 1);
    assert.match(stdout, /Outcome: failed, not executed.*\nWhy: INVALID_REQUEST/);
    const [next, ...more] = await listed();
    assert.ok(next && more.length === 0 && next.id !== id);
  });

  it("never run what may have been executed, before a person has looked in Sequence", async () => {
    const id = await failedBy(501);
    // However long the commands take, it is the same minute.
    served.sandbox.clock.pause();
    const run = await served.run("failures", "run", id);
    assert.equal(run.code, 1);
    assert.match(
      run.stderr,
      /it is not known whether payday of \S+ was executed, so it isn't run.*Look in Sequence, not before 2026-12-01T14:01/,
    );
    const early = await served.run("failures", "confirm-not-executed", id, "--yes");
    assert.equal(early.code, 1);
    assert.match(early.stderr, /Sequence may still be at work on payday of \S+: look there not before/);
    served.sandbox.clock.resume();
    await pass(served.sandbox, 2 * MINUTE_MS);
    const unasked = await served.run("failures", "confirm-not-executed", id);
    assert.equal(unasked.code, 2);
    assert.match(
      unasked.stderr,
      /the money moves twice\. Nothing was done: there is no terminal to ask in; give --yes/,
    );
    assert.deepEqual([triggerCalls(served.sandbox).length, lying()], [1, 1]);

    const confirmed = await served.run("failures", "confirm-not-executed", id, "--yes");
    assert.equal(confirmed.code, 0, confirmed.stderr + confirmed.stdout);
    assert.match(confirmed.stdout, /Outcome: executed/);
    assert.deepEqual([executions(), lying()], [1, 0]);
  });

  it("don't let an old message confirm what was tried since", async () => {
    const id = await failedBy(501);
    await pass(served.sandbox, 2 * MINUTE_MS);
    served.sandbox.sequence.fault({ status: 501, times: 1 });
    served.sandbox.runAgain("payday", {
      scheduledTime: PAYDAY,
      confirmedNotExecutedUntil: served.sandbox.clock.now() - MINUTE_MS,
    });
    await pass(served.sandbox, 5 * MINUTE_MS);
    assert.equal((await listed()).length, 2);
    const { code, stderr } = await served.run("failures", "confirm-not-executed", id, "--yes");
    assert.equal(code, 1);
    assert.match(stderr, /It was tried again at \S+, after this message was written/);
    assert.equal(lying(), 2);
  });

  it("run nothing that was executed since, and discard it", async () => {
    const id = await failedBy(400);
    served.sandbox.runAgain("payday", { scheduledTime: PAYDAY });
    await pass(served.sandbox, MINUTE_MS);
    assert.equal(executions(), 1);
    const run = await served.run("failures", "run", id);
    assert.equal(run.code, 1);
    assert.match(run.stderr, /It was executed since, last tried at .*There is nothing to do: discard it/);
    const refused = await served.run("failures", "discard", id);
    assert.deepEqual([refused.code, lying()], [2, 1]);
    const discarded = await served.run("failures", "discard", id, "--yes");
    assert.equal(discarded.code, 0, discarded.stderr);
    assert.match(discarded.stdout, /^Deleted payday of \S+\. This was its message:\n\{/);
    assert.deepEqual([executions(), lying()], [1, 0]);
  });

  it("lose nothing when the command is killed between sending and deleting, and run it once", async () => {
    const id = await failedBy(400);
    let kill = () => {};
    let sent = 0;
    const aws = await between(served.sandbox, (operation) => {
      if (operation === "SendMessage") sent += 1;
      if (operation !== "DeleteMessage") return "pass";
      kill();
      return "hold";
    });
    const elsewhere = foreignFolder();
    const file = join(elsewhere, "stack.json");
    writeFileSync(file, aws.record);
    const cli = new Cli(["failures", "run", id, "--export", file], { cwd: elsewhere, env: aws.env });
    kill = () => cli.kill("SIGKILL");
    const { signal } = await cli.ended;
    aws.stop();
    rmSync(elsewhere, { recursive: true });
    assert.deepEqual([signal, sent, lying()], ["SIGKILL", 1, 1]);

    await pass(served.sandbox, 2 * MINUTE_MS);
    assert.deepEqual([executions(), lying()], [1, 1]);
    const again = await served.run("failures", "run", id);
    assert.equal(again.code, 1);
    assert.match(again.stderr, /It was executed since/);
    await pass(served.sandbox, HOUR_MS);
    assert.equal(executions(), 1);
  });

  it("say so where nobody knows whether it was sent, and run it once although it is typed again", async () => {
    const id = await failedBy(400);
    const aws = await between(served.sandbox, (operation) => (operation === "SendMessage" ? "lose" : "pass"));
    const elsewhere = foreignFolder();
    const file = join(elsewhere, "stack.json");
    writeFileSync(file, aws.record);
    const { code, stderr } = await runCli(["failures", "run", id, "--export", file], { cwd: elsewhere, env: aws.env });
    aws.stop();
    rmSync(elsewhere, { recursive: true });
    assert.equal(code, 1);
    assert.match(
      stderr,
      /error: it is not known whether it was sent: AWS can't be reached .*type the same again, it runs once all the same\n$/,
    );
    assert.equal(lying(), 1);
    await served.run("failures", "run", id);
    await pass(served.sandbox, 10 * MINUTE_MS);
    assert.equal(executions(), 1);
  });

  it("send nothing while the stop switch is on", async () => {
    const id = await failedBy(400);
    await stopSwitch(served.sandbox, true);
    const { code, stderr } = await served.run("failures", "run", id);
    assert.deepEqual([code, stderr], [1, 'error: the stop switch is on: nothing was sent. Run "resume" first\n']);
    assert.deepEqual([lying(), served.sandbox.cloud.queues.messages(workQueue(served.sandbox))], [1, []]);
  });

  it("run an event from its dead-letter queue with the payload that only its message has", async () => {
    const { sandbox } = served;
    const event = { trigger: "invoice", event: "invoice-4711", payload: { cents: 5 } };
    sandbox.cloud.queues.send(arnOf(sandbox, QUEUE, "-event-dead-letters"), JSON.stringify(event));
    const [dead] = await listed();
    assert.deepEqual(
      [dead?.queue, dead?.can, dead?.title],
      ["event-dead-letters", "run", 'invoice of the event "invoice-4711"'],
    );
    const unchecked = await served.run("failures", "run", String(dead?.id), "--unchecked");
    assert.deepEqual([unchecked.code, triggerCalls(sandbox).length], [2, 0]);
    assert.match(unchecked.stderr, /can't be run with --unchecked: the ledger doesn't know it/);
    const run = await served.run("failures", "run", String(dead?.id));
    assert.equal(run.code, 0, run.stderr + run.stdout);
    assert.equal(triggerCalls(sandbox).at(-1)?.body, '{"cents":5}');
    assert.match((await served.run("history")).stdout, /^event "invoice-4711" +invoice +executed +1 +\S+$/m);
    assert.deepEqual(await listed(), []);
  });

  it("leave an event that the ledger doesn't know to its sender, because a command would be refused again", async () => {
    const { sandbox } = served;
    sandbox.cloud.queues.send(workQueue(sandbox), JSON.stringify({ trigger: "invoice", event: "invoice-4711" }));
    await pass(sandbox, 1_000);
    const [failure] = await listed();
    assert.deepEqual([failure?.can, failure?.title], ["nothing", 'invoice of the event "invoice-4711"']);
    const confirmed = await served.run("failures", "confirm-not-executed", String(failure?.id), "--yes");
    assert.match(
      confirmed.stderr,
      /The ledger doesn't know this event\. If it should still happen, have its sender send it/,
    );
    assert.deepEqual([confirmed.code, lying(), executions()], [1, 1, 0]);
  });

  it("run what AWS put there as it was, and say of what nobody understands that it can only be discarded", async () => {
    const { sandbox } = served;
    const failureQueue = arnOf(sandbox, QUEUE, "-failures");
    const message = { trigger: "payday", ruleId: "ru_1", scheduledTime: "2026-11-01T14:00:00Z" };
    sandbox.cloud.queues.send(failureQueue, JSON.stringify(message));
    sandbox.cloud.queues.send(failureQueue, "hello");
    const found = await listed();
    assert.deepEqual(
      found.map(({ title, can }) => [title, can]),
      [
        ["payday of 2026-11-01T14:00:00Z", "run"],
        ["a message that nobody understood", "nothing"],
      ],
    );
    const [missed, unclear] = found.map(({ id }) => id);
    assert.match((await served.run("failures", "show", String(missed))).stdout, /AWS put this message here as it was/);
    const refused = await served.run("failures", "run", String(unclear));
    assert.match(refused.stderr, /isn't run\. It names no occurrence that could be run/);
    const run = await served.run("failures", "run", String(missed));
    assert.equal(run.code, 0, run.stderr + run.stdout);
    assert.deepEqual([executions(), lying()], [1, 1]);
  });

  it("print nothing that a terminal would obey, and no line of somebody else's", async () => {
    const queue = arnOf(served.sandbox, QUEUE, "-event-dead-letters");
    // SQS refuses an escape character, but not this one that terminals take for it.
    served.sandbox.cloud.queues.send(queue, "\u009b2J\u2028\nWhat to do now: all is well.\r\n");
    const [{ id } = { id: "" }] = await listed();
    for (const args of [[], ["show", id], ["discard", id, "--yes"]]) {
      const { stdout, stderr } = await served.run("failures", ...args);
      assert.doesNotMatch(stdout + stderr, /(?!\n)[\p{Cc}\p{Zl}]|^What to do now: all/mu);
    }
  });

  it("say that there may be more than are looked at", async () => {
    const { queues } = served.sandbox.cloud;
    for (let number = 0; number < 501; number++) queues.send(arnOf(served.sandbox, QUEUE, "-failures"), "{}");
    const { code, stdout } = await served.run("failures");
    assert.equal(code, 1);
    assert.match(stdout, /^There may be more: 500 of a queue are looked at\. Deal with some, and look again\.$/m);
    assert.equal(lying(), 501);
  });

  it("say which id and which action is wrong", async () => {
    const id = await failedBy(400);
    const unknown = await served.run("failures", "run", "zzzz");
    assert.equal(unknown.code, 2);
    assert.match(unknown.stderr, new RegExp(`there is no failure "zzzz": "failures" lists ${id}`));
    const action = await served.run("failures", "rerun", id);
    assert.equal(action.code, 2);
    assert.match(
      action.stderr,
      /"rerun" is no action; it must be one of list, show, run, confirm-not-executed, discard/,
    );
    const none = await served.run("failures", "run");
    assert.match(none.stderr, /run needs the id of a failure, as "failures" prints it/);
    const wait = await served.run("failures", "run", id, "--wait", "soon");
    assert.match(wait.stderr, /--wait is "soon"; it must be a whole number of seconds/);
  });
});
