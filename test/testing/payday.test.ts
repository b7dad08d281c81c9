import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type RunningSandbox, startSandbox, UserError } from "../../testing";
import { PAYDAY, root, START } from "../endToEnd/support";
import { removePrograms, writeProgram } from "../support/program";

const program = readFileSync(join(root, "examples", "quickstart", "index.ts"), "utf8");
const settings = readFileSync(join(root, "examples", "quickstart", "sandbox.yaml"), "utf8");

describe("The test harness", () => {
  let sandbox: RunningSandbox;
  let directory: string;

  beforeEach(async () => {
    directory = writeProgram({ "index.ts": program, "sandbox.yaml": settings });
    sandbox = await startSandbox({ directory, startAt: new Date(START) });
  });
  afterEach(() => sandbox?.stop());
  after(removePrograms);

  it("moves to a payday, and shows its occurrence, transfers, balances, ledger and journal", async () => {
    assert.deepEqual(await sandbox.clock.advanceToNext("payday"), { schedule: "payday", at: PAYDAY });
    const [occurrence, ...more] = sandbox.occurrences();
    assert.deepEqual(more, []);
    assert.deepEqual(
      [occurrence?.trigger, occurrence?.scheduledTime, occurrence?.result, occurrence?.reasons],
      ["payday", "2026-12-01T14:00:00Z", "done", []],
    );
    assert.deepEqual(
      occurrence?.actions.map(({ to, amountInCents }) => [to, amountInCents]),
      [
        ["Rent Pod", 150_000],
        ["Bills Pod", 20_000],
        ["Savings Pod", 260_000],
      ],
    );
    assert.equal(sandbox.balances()["Rent Pod"], 150_000);
    assert.equal(sandbox.transfers.length, 3);
    const [entry, ...others] = sandbox.ledger();
    assert.deepEqual(others, []);
    assert.deepEqual([entry?.state, entry?.requestId], ["executed", occurrence?.requestId]);
    assert.deepEqual(sandbox.mails(), []);
    assert.ok(
      sandbox.journal.entries.some(
        ({ kind, requestId }) => kind === "sequence.triggered" && requestId === occurrence?.requestId,
      ),
    );
  });

  it("refuses to wait for a trigger that no schedule sets off", async () => {
    const refused = (trigger: string, message: RegExp) =>
      assert.rejects(
        sandbox.clock.advanceToNext(trigger),
        (error) => error instanceof UserError && message.test(error.message),
      );
    await refused("paydya", /no schedule "paydya"\. There are sequence-heartbeat, payday; .*Did you mean "payday"\?/);
    assert.deepEqual(sandbox.occurrences(), []);
  });

  it("lets a trigger run, each time as another occurrence, and the same one again as the same", async () => {
    await sandbox.fire("payday");
    await sandbox.fire("payday");
    assert.equal(sandbox.triggers.length, 2);
    await sandbox.clock.advanceTo("2026-12-01T09:00:00-05:00");
    await sandbox.fire("payday", { scheduledTime: PAYDAY, times: 2 });
    assert.equal(sandbox.triggers.length, 3);
    assert.deepEqual(
      sandbox.occurrences().map(({ scheduledTime, result }) => [scheduledTime, result]),
      [
        [undefined, "done"],
        [undefined, "done"],
        ["2026-12-01T14:00:00Z", "done"],
      ],
    );
  });

  it("asks for an amount, and says in words why there is none", async () => {
    assert.deepEqual(await sandbox.ask("rent"), { name: "rent", amountInCents: 150_000 });
    sandbox.setBalance("Bills Pod", { unknown: "the bank does not answer" });
    const answer = await sandbox.ask("amountUrls.buffer");
    assert.ok("reason" in answer && answer.code === "BALANCE_UNKNOWN");
    assert.match(answer.reason, /Bills Pod.*the bank does not answer/);
    sandbox.setBalance("Bills Pod", 50_000);
    assert.deepEqual(await sandbox.ask("buffer"), { name: "buffer", amountInCents: 0 });
  });

  it("makes calls go wrong, which the program answers with another try", async () => {
    const fault = sandbox.fault({ status: 500 });
    await sandbox.clock.advanceToNext("payday");
    assert.deepEqual([fault.struck, sandbox.occurrences()[0]?.result], [1, "waiting"]);
    await sandbox.clock.advanceBy({ hours: 1 });
    assert.equal(sandbox.occurrences()[0]?.result, "done");
    assert.deepEqual(
      sandbox.calls.flatMap(({ endpoint, status }) => (endpoint === "trigger" ? [status] : [])),
      [500, 200],
    );
  });

  it("tells why an occurrence failed, by mail and in words, and what lies in the failure queue", async () => {
    sandbox.configureRule("ru_12345", { remote: false });
    await sandbox.clock.advanceToNext("payday");
    assert.equal(sandbox.occurrences()[0]?.result, "failed");
    assert.match(
      sandbox.occurrences()[0]?.reasons[0] ?? "",
      /Check the rule's id, and that the rule is set to be triggered/,
    );
    assert.equal(JSON.parse(sandbox.messages("-failures")[0] ?? "{}").code, "INVALID_REQUEST");
    assert.match(sandbox.mails()[0]?.subject ?? "", /was not executed/);
  });

  it("stands still while it is paused, and moves when it is told to", async () => {
    sandbox.clock.pause();
    const at = sandbox.clock.now();
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(sandbox.clock.now(), at);
    await sandbox.clock.advanceBy({ days: 1 });
    assert.equal(sandbox.clock.now(), at + 86_400_000);
    assert.ok(sandbox.clock.isPaused);
    sandbox.clock.resume();
    assert.ok(!sandbox.clock.isPaused && sandbox.clock.now() >= at + 86_400_000);
  });

  it("refuses what is unknown, and says what there is", async () => {
    const refused = (work: Promise<unknown>, message: RegExp) =>
      assert.rejects(work, (error) => error instanceof UserError && message.test(error.message));
    await refused(startSandbox({ directori: "." } as never), /no option "directori".*Did you mean "directory"\?/);
    await refused(sandbox.fire("paydai"), /no trigger "paydai".*are payday.*Did you mean "payday"\?/);
    await refused(sandbox.ask("rnt"), /no amount "rnt".*Did you mean "rent"\?/);
    await refused(sandbox.clock.advanceTo("tomorrow"), /the time is "tomorrow"; it must be a date and time/);
    assert.throws(() => sandbox.clock.advanceBy({ day: 1 } as never), /Did you mean "days"\?/);
    assert.throws(() => sandbox.fault({ stats: 500 } as never), /Did you mean "status"\?/);
    assert.throws(() => sandbox.configureRule("ru_12345", { testmode: true } as never), /Did you mean "testMode"\?/);
    assert.throws(() => sandbox.setBalance("Bils Pod", 1), /There is no account "Bils Pod"/);
    assert.throws(() => sandbox.messages("-nothing"), /no queue is called "-nothing"/);
    assert.throws(() => sandbox.fillSecret("sequence-nothing", "a value"), /doesn't declare/);
  });
});
