import assert from "node:assert/strict";
import { type RunningSandbox, startSandbox, UserError } from "../../testing";
import { root, START } from "../endToEnd/support";

describe("What the test harness breaks", () => {
  let sandbox: RunningSandbox;

  beforeEach(async () => {
    sandbox = await startSandbox({ directory: root, startAt: START });
  });
  afterEach(() => sandbox?.stop());

  const statuses = () => sandbox.calls.flatMap(({ endpoint, status }) => (endpoint === "trigger" ? [status] : []));
  const paydayResult = () => sandbox.occurrences()[0]?.result;

  it("makes every call go wrong for a while, and none after it", async () => {
    await sandbox.clock.advanceTo("2026-12-01T13:59:00Z");
    const fault = sandbox.fault({ status: 429, forSeconds: 10 * 60 });
    assert.equal(sandbox.activeFaults()[0]?.fault?.status, 429);
    await sandbox.clock.advanceBy({ hours: 2 });
    assert.ok(fault.struck > 1);
    assert.deepEqual(statuses(), [...Array(fault.struck).fill(429), 200]);
    assert.deepEqual([sandbox.activeFaults(), sandbox.triggers.length, paydayResult()], [[], 1, "done"]);
  });

  it("makes calls go wrong by chance: all of them at 1", async () => {
    const fault = sandbox.fault({ status: 500, chance: 1 });
    await sandbox.clock.advanceToNext("payday");
    await sandbox.clock.advanceBy({ minutes: 30 });
    assert.ok(fault.struck > 1 && statuses().every((status) => status === 500));
    sandbox.clearFaults();
    await sandbox.clock.advanceBy({ hours: 2 });
    assert.deepEqual([sandbox.triggers.length, paydayResult()], [1, "done"]);
    for (const wrong of [{ chance: 0 }, { chance: 1.1 }, { forSeconds: 0 }])
      assert.throws(() => sandbox.fault(wrong), /must be above 0/);
  });

  for (const when of ["before", "after"] as const)
    it(`lets the function's process die ${when} Sequence executes, and the rule executes once`, async () => {
      const fault = sandbox.fault({ connection: "crash", when });
      await sandbox.clock.advanceToNext("payday");
      assert.equal(fault.struck, 1);
      assert.ok(sandbox.journal.entries.some(({ kind, outcome }) => kind === "function.invoked" && outcome !== "ok"));
      await sandbox.clock.advanceBy({ hours: 3 });
      assert.deepEqual([sandbox.triggers.length, sandbox.transfers.length, paydayResult()], [1, 3, "done"]);
    });

  it("lets DynamoDB be down: nothing is called without a claim, and nothing is lost", async () => {
    await sandbox.clock.advanceTo("2026-12-01T13:59:00Z");
    const outage = sandbox.outage({ service: "dynamodb", forSeconds: 30 * 60 });
    assert.deepEqual(sandbox.activeFaults()[0]?.outage?.service, "dynamodb");
    await sandbox.clock.advanceBy({ minutes: 20 });
    assert.ok(outage.struck > 0);
    assert.deepEqual(statuses(), []);
    await sandbox.clock.advanceBy({ hours: 2 });
    assert.deepEqual([sandbox.triggers.length, paydayResult()], [1, "done"]);
  });

  it("lets Secrets Manager be down, until it is repaired", async () => {
    const outage = sandbox.outage({ service: "secretsmanager", forSeconds: 90 * 24 * 3600 });
    await sandbox.clock.advanceToNext("payday");
    assert.ok(outage.struck > 0);
    assert.equal(paydayResult(), "waiting");
    outage.clear();
    await sandbox.clock.advanceBy({ hours: 3 });
    assert.deepEqual([sandbox.triggers.length, paydayResult()], [1, "done"]);
  });

  it("rotates the access token and a rule's secret, each more than once, without an outage", async () => {
    assert.ok("amountInCents" in (await sandbox.ask("buffer")));
    for (let time = 0; time < 2; time++) {
      sandbox.rotate("accessToken");
      sandbox.rotate({ ruleId: "ru_12345" });
      assert.ok("amountInCents" in (await sandbox.ask("buffer")));
    }
    await sandbox.clock.advanceToNext("payday");
    assert.equal(paydayResult(), "done");
    assert.throws(() => sandbox.rotate({ ruleId: "ru_0" }), UserError);
  });

  it("sets the stop switch and clears it", async () => {
    sandbox.setStopSwitch(true);
    assert.equal(sandbox.stopSwitchIsOn, true);
    await sandbox.clock.advanceToNext("payday");
    assert.deepEqual(statuses(), []);
    sandbox.setStopSwitch(false);
    assert.equal(sandbox.stopSwitchIsOn, false);
    await sandbox.clock.advanceBy({ hours: 1 });
    assert.equal(paydayResult(), "done");
  });

  it("runs a failed occurrence again by hand, and an executed one no second time", async () => {
    sandbox.configureRule("ru_12345", { remote: false });
    await sandbox.clock.advanceToNext("payday");
    assert.deepEqual(
      [paydayResult(), sandbox.failureQueues.flatMap((queue) => sandbox.messages(queue)).length],
      ["failed", 1],
    );
    sandbox.configureRule("ru_12345", { remote: true });
    const scheduledTime = "2026-12-01T14:00:00Z";
    await sandbox.runAgain("payday", { scheduledTime });
    await sandbox.runAgain("payday", { scheduledTime });
    assert.deepEqual([sandbox.triggers.length, paydayResult(), sandbox.occurrences().length], [1, "done", 1]);
    await sandbox.runAgain("payday", { occurrence: "the December bonus" });
    assert.deepEqual([sandbox.triggers.length, sandbox.occurrences().length], [2, 2]);
    await assert.rejects(sandbox.runAgain("paiday", { scheduledTime }), /no trigger "paiday".*payday/);
  });

  it("asks for an amount as if a balance were another, and puts everything back", async () => {
    const before = sandbox.accounts();
    assert.deepEqual(await sandbox.ask("buffer", { balances: { "Bills Pod": 45_000 } }), {
      ...{ name: "buffer", amountInCents: 5_000 },
    });
    assert.deepEqual(sandbox.accounts(), before);
    await assert.rejects(
      sandbox.ask("buffer", { balances: { "Bills Pod": 45_000, "No Pod": 1 } }),
      /no account "No Pod"/,
    );
    assert.deepEqual(sandbox.accounts(), before);
  });

  it("says of each answer how it came about", async () => {
    await sandbox.clock.advanceToNext("payday");
    const shown = sandbox.amountReports.map(({ name, amountInCents, working = [] }) => [
      ...[name, amountInCents],
      ...working.map(({ text, cents }) => `${text}: ${cents}`),
    ]);
    assert.deepEqual(shown, [
      ["rent", 150_000, "the same every time: 150000"],
      ["buffer", 20_000, "Bills Pod has $120.55; what it lacks to $500.00: 37945", "at most $200.00 at once: 20000"],
      [
        ...["excess", 260_000, "Main Operating Pod has $12,642.77; what is above $10,000.00: 264277"],
        "rounded down to whole $100.00: 260000",
      ],
    ]);
    assert.deepEqual(
      sandbox.amounts().map(({ name, sentence }) => `${name}: ${sentence}`),
      [
        "rent: $1,500.00, the same every time",
        "buffer: what Bills Pod lacks to $500.00, at most $200.00 at once",
        "excess: what Main Operating Pod has above $10,000.00, in whole $100.00",
      ],
    );
    sandbox.setBalance("Bills Pod", { unknown: "the bank does not answer" });
    await sandbox.ask("buffer");
    assert.match(sandbox.amountReports.at(-1)?.reason ?? "", /the bank does not answer/);
  });
});
