import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type RunningSandbox, startSandbox } from "../../testing";
import { PAYDAY, root, START } from "../endToEnd/support";
import { removePrograms, writeProgram } from "../support/program";

const program = readFileSync(join(root, "examples", "quickstart", "index.ts"), "utf8");
const settings = readFileSync(join(root, "examples", "quickstart", "sandbox.yaml"), "utf8");

describe("A sandbox whose program is deployed again", () => {
  let sandbox: RunningSandbox;
  let directory: string;
  const write = (file: string, text: string) => writeFileSync(join(directory, file), text);

  beforeEach(async () => {
    directory = writeProgram({ "index.ts": program, "sandbox.yaml": settings });
    sandbox = await startSandbox({ directory, startAt: START });
  });
  afterEach(() => sandbox?.stop());
  after(removePrograms);

  it("keeps time, money, ledger, history and URLs, and answers by the new program", async () => {
    await sandbox.clock.advanceToNext("payday");
    const [urls, balances, ledger] = [sandbox.amountUrls, sandbox.balances(), sandbox.ledger()];
    write("index.ts", program.replace("cents: 150_000", "cents: 160_000"));
    await sandbox.redeploy();
    assert.deepEqual(sandbox.amountUrls, urls);
    assert.deepEqual(sandbox.balances(), balances);
    assert.deepEqual(sandbox.ledger(), ledger);
    assert.ok(sandbox.clock.now() >= PAYDAY && !sandbox.clock.isPaused);
    assert.equal(sandbox.occurrences()[0]?.result, "done");
    assert.deepEqual(await sandbox.ask("rent"), { name: "rent", amountInCents: 160_000 });
    await sandbox.fire("payday", { scheduledTime: PAYDAY });
    assert.equal(sandbox.triggers.length, 1, "the ledger knows that it was executed");
    await sandbox.clock.advanceToNext("payday");
    assert.equal(sandbox.triggers.length, 2);
    assert.equal(sandbox.balances()["Rent Pod"], 310_000);
  });

  it("goes on as it was if the new program is wrong", async () => {
    write("index.ts", program.replace("cents: 150_000", "cents: 50"));
    await assert.rejects(sandbox.redeploy(), /amounts\.rent\.cents/);
    write("index.ts", "export const a = ;");
    await assert.rejects(sandbox.redeploy(), /index\.ts:1:17/);
    assert.deepEqual(await sandbox.ask("rent"), { name: "rent", amountInCents: 150_000 });
    await sandbox.clock.advanceToNext("payday");
    assert.equal(sandbox.occurrences()[0]?.result, "done");
  });

  it("brings a waiting try over to the new program", async () => {
    sandbox.fault({ status: 500 });
    await sandbox.clock.advanceToNext("payday");
    assert.equal(sandbox.occurrences()[0]?.result, "waiting");
    await sandbox.redeploy();
    await sandbox.clock.advanceBy({ hours: 1 });
    assert.equal(sandbox.occurrences()[0]?.result, "done");
    assert.equal(sandbox.triggers.length, 1);
  });

  it("takes rules, new accounts and changed balances from the new sandbox.yaml, and keeps the other balances", async () => {
    await sandbox.clock.advanceToNext("payday");
    const changed = settings
      .replace("type: Pod, dollars: 8000", "type: Pod, dollars: 9000")
      .replace("  rules:\n", "    - { name: Holiday Pod, type: Pod, dollars: 5 }\n  rules:\n")
      .replace("name: Payday split", "testMode: true");
    write("sandbox.yaml", changed);
    await sandbox.redeploy();
    const { "Rent Pod": rent, "Savings Pod": savings, "Holiday Pod": holiday } = sandbox.balances();
    assert.deepEqual([rent, savings, holiday], [150_000, 900_000, 500]);
    await sandbox.clock.advanceToNext("payday");
    assert.deepEqual(sandbox.occurrences()[1]?.result, "moved-nothing");
  });

  it("takes the place of an earlier one any number of times, and leaves nothing of it running", async () => {
    for (let time = 0; time < 4; time++) await sandbox.redeploy();
    await sandbox.clock.advanceToNext("payday");
    assert.equal(sandbox.triggers.length, 1);
    assert.equal(sandbox.calls.filter(({ endpoint }) => endpoint === "trigger").length, 1);
  });
});
