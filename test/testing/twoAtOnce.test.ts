import assert from "node:assert/strict";
import { Worker } from "node:worker_threads";
import { type RunningSandbox, startSandbox } from "../../testing";
import { PAYDAY, programs, root, START, until } from "../endToEnd/support";

describe("Two at once in one process", () => {
  const started: RunningSandbox[] = [];
  const start = async (directory = root) => {
    const sandbox = await startSandbox({ directory, startAt: START });
    started.push(sandbox);
    return sandbox;
  };
  afterEach(() => Promise.all(started.splice(0).map((sandbox) => sandbox.stop())));
  const sumOf = (sandbox: RunningSandbox) => Object.values(sandbox.balances()).reduce((sum, cents) => sum + cents, 0);

  it("starts two sandboxes, each with its own program, time and money", async () => {
    const [one, other] = await Promise.all([start(), start()]);
    assert.notEqual(one?.amountUrls["amountUrls.rent"], other?.amountUrls["amountUrls.rent"]);
    await Promise.all([one?.clock.advanceToNext("payday"), other?.clock.advanceBy({ hours: 1 })]);
    assert.deepEqual([one?.transfers.length, other?.transfers.length], [3, 0]);
  });

  it("goes on with the next one when a start is given up, even while it waits for its turn", async () => {
    const first = start();
    const aborted = new AbortController();
    const given = startSandbox({ directory: root, startAt: START, signal: aborted.signal });
    aborted.abort(new Error("no longer wanted"));
    await assert.rejects(given, /no longer wanted/);
    const third = start();
    assert.deepEqual([(await first).triggerNames(), (await third).triggerNames()], [["payday"], ["payday"]]);
  });

  it("deploys again one after the other, and revoked URLs stay revoked", async () => {
    const sandbox = await start();
    const leaked = sandbox.amountUrls["amountUrls.rent"];
    await Promise.all([sandbox.redeploy(), sandbox.revokeAmountUrls(), sandbox.redeploy()]);
    assert.notEqual(sandbox.amountUrls["amountUrls.rent"], leaked);
    sandbox.pasteAmountUrls();
    await sandbox.clock.advanceToNext("payday");
    assert.equal(sandbox.occurrences()[0]?.result, "done");
  });

  it("moves by two spans that are asked for at once, and to two occurrences", async () => {
    const sandbox = await start();
    await Promise.all([sandbox.clock.advanceBy({ hours: 1 }), sandbox.clock.advanceBy({ hours: 2 })]);
    assert.ok(sandbox.clock.now() >= START + 3 * 3600_000);
    const found = await Promise.all([sandbox.clock.advanceToNext("payday"), sandbox.clock.advanceToNext("payday")]);
    assert.deepEqual(
      found.map((occurrence) => occurrence?.at),
      [PAYDAY, PAYDAY + 14 * 24 * 3600_000],
    );
  });

  it("supposes balances for one question at a time, and changes none", async () => {
    const sandbox = await start();
    const before = sandbox.balances();
    const suppose = (cents: number) => sandbox.ask("buffer", { balances: { "Bills Pod": cents } });
    const answers = await Promise.all([suppose(10_000), suppose(199_999), sandbox.clock.advanceBy({ hours: 1 })]);
    assert.deepEqual(answers.slice(0, 2), [
      { name: "buffer", amountInCents: 20_000 },
      { name: "buffer", amountInCents: 0 },
    ]);
    assert.deepEqual(sandbox.balances(), before);
  });

  it("moves the money that is there while balances are supposed", async () => {
    const sandbox = await start();
    const before = sumOf(sandbox);
    const supposed = () => sandbox.journal.entries.some(({ kind }) => kind === "sandbox.supposed");
    sandbox.fault({ endpoint: "accounts", delayMs: 500 });
    const asked = sandbox.ask("buffer", { balances: { "Bills Pod": 199_999 } });
    await until(supposed, "the balance is supposed");
    await sandbox.fire("payday");
    await asked;
    assert.equal(sumOf(sandbox), before);
    assert.deepEqual(
      sandbox.transfers.map(({ to, cents }) => [to, cents]),
      [
        ["Rent Pod", 150_000],
        ["Bills Pod", 20_000],
        ["Savings Pod", 260_000],
      ],
    );
  });

  it("says in a worker thread what to do, if it is in another folder", async () => {
    const worker = new Worker(
      `require("tsx/cjs");
       const { startSandbox } = require(${JSON.stringify(require.resolve("../../testing"))});
       startSandbox({ directory: ${JSON.stringify(programs)} + "/household" }).then(
         (sandbox) => sandbox.stop().then(() => "started"), (error) => error.name + ": " + error.message,
       ).then((text) => require("node:worker_threads").parentPort.postMessage(text));`,
      { eval: true },
    );
    const told = await new Promise((resolve) => worker.once("message", resolve));
    await worker.terminate();
    assert.match(String(told), /^UserError: the sandbox runs in a worker thread, .*pool "forks"/);
  });
});
