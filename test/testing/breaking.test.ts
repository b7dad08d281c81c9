import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type RunningSandbox, startSandbox, UserError } from "../../testing";
import { ask, programs, root, START } from "../endToEnd/support";
import { removePrograms, writeProgram } from "../support/program";

describe("What the test harness breaks", () => {
  let sandbox: RunningSandbox;

  beforeEach(async () => {
    sandbox = await startSandbox({ directory: root, startAt: START });
  });
  afterEach(() => sandbox?.stop());
  after(removePrograms);

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

  it("revokes all amount URLs: the old ones are refused, the rules have them until the new ones are pasted", async () => {
    const before = { ...sandbox.amountUrls };
    await sandbox.revokeAmountUrls();
    const after = Object.values(sandbox.amountUrls);
    assert.ok(after.length === 3 && after.every((url) => !Object.values(before).includes(url)));
    for (const url of Object.values(before)) assert.equal((await ask(url)).status, 404);
    assert.ok(sandbox.rulesHaveRevokedUrls);
    await sandbox.clock.advanceToNext("payday");
    assert.deepEqual([paydayResult(), sandbox.transfers.length], ["incomplete", 0]);
    assert.match(sandbox.occurrences()[0]?.reasons[0] ?? "", /asked rent: .*404/);

    await sandbox.revokeAmountUrls();
    assert.ok(sandbox.rulesHaveRevokedUrls);
    sandbox.pasteAmountUrls();
    assert.ok(!sandbox.rulesHaveRevokedUrls);
    await sandbox.clock.advanceToNext("payday");
    assert.equal(sandbox.occurrences()[1]?.result, "done");
  });

  it("revokes nothing of a program that can't be deployed, and says so of one without amounts", async () => {
    const index = readFileSync(join(programs, "invoices", "index.ts"), "utf8");
    const settings = readFileSync(join(programs, "invoices", "sandbox.yaml"), "utf8");
    const without = await startSandbox({ directory: writeProgram({ "index.ts": index, "sandbox.yaml": settings }) });
    await assert.rejects(without.revokeAmountUrls(), /the program has no amount URL, so there is nothing to revoke/);
    await without.stop();
    const directory = writeProgram({
      "index.ts": readFileSync(join(root, "examples", "quickstart", "index.ts"), "utf8"),
      "sandbox.yaml": readFileSync(join(root, "examples", "quickstart", "sandbox.yaml"), "utf8"),
    });
    const broken = await startSandbox({ directory });
    try {
      const url = broken.amountUrls["amountUrls.rent"] as string;
      const program = readFileSync(join(directory, "index.ts"), "utf8");
      writeFileSync(join(directory, "index.ts"), `${program}\nthrow new Error("no such bank");`);
      await assert.rejects(broken.revokeAmountUrls(), /no such bank/);
      assert.ok(!broken.rulesHaveRevokedUrls);
      writeFileSync(join(directory, "index.ts"), program);
      await broken.redeploy();
      assert.equal((await ask(url)).body, '{"amountInCents":150000}');
    } finally {
      await broken.stop();
    }
  });

  it("runs an event again that failed, by hand", async () => {
    const events = await startSandbox({ directory: join(programs, "invoices"), startAt: START });
    try {
      events.fault({ status: 400 });
      await events.sendEvent("invoice", "4711", { cents: 5 });
      assert.equal(events.occurrences()[0]?.result, "failed");
      await events.runAgain("invoice", { event: "4711" });
      assert.deepEqual(
        events.occurrences().map(({ event, result }) => [event, result]),
        [["4711", "done"]],
      );
      assert.equal(events.calls.at(-1)?.body, '{"cents":5}');
      await assert.rejects(events.runAgain("payday", { event: "4711" }), /events set off no trigger "payday"/);
    } finally {
      await events.stop();
    }
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
