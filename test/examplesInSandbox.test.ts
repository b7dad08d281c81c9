import assert from "node:assert/strict";
import { join } from "node:path";
import ts from "typescript";
import { type RunningSandbox, startSandbox } from "../testing";

const folderOf = (example: string) => join(__dirname, "..", "examples", example);

describe("the examples in TypeScript", () => {
  let sandbox: RunningSandbox | undefined;
  afterEach(async () => {
    await sandbox?.stop();
    sandbox = undefined;
  });

  it("type-check with their settings", () => {
    const parsed = ["quickstart", "custom-amounts", "existing-secrets", "several-stacks", "events"].map((example) => {
      const { config } = ts.readConfigFile(join(folderOf(example), "tsconfig.json"), ts.sys.readFile);
      return ts.parseJsonConfigFileContent(config, ts.sys, folderOf(example));
    });
    const files = parsed.flatMap(({ fileNames }) => fileNames);
    const found = ts.getPreEmitDiagnostics(ts.createProgram(files, parsed[0]?.options ?? {}));
    assert.deepEqual(
      found.map(({ file, messageText }) => [file?.fileName, ts.flattenDiagnosticMessageText(messageText, "\n")]),
      [],
    );
  });

  it("custom-amounts answers both amounts of the balances", async () => {
    sandbox = await startSandbox({ directory: folderOf("custom-amounts") });
    // $1,250.40 and $777.77, less $1,000; and a tenth of $777.77 in whole dollars.
    assert.deepEqual(await sandbox.ask("payroll"), { name: "payroll", amountInCents: 102_817 });
    assert.deepEqual(await sandbox.ask("tithe"), { name: "tithe", amountInCents: 7_700 });
    sandbox.setBalance("Client Pod", 4_999);
    assert.ok(JSON.stringify(await sandbox.ask("tithe")).includes("AMOUNT_UNKNOWN"));
  });

  it("existing-secrets uses what is in them", async () => {
    sandbox = await startSandbox({ directory: folderOf("existing-secrets"), startAt: "2026-12-01T00:00:00Z" });
    await sandbox.clock.advanceToNext("payday");
    assert.deepEqual(
      sandbox.transfers.map(({ to, cents }) => [to, cents]),
      [["Bills Pod", 11_975]],
    );
  });

  it("events sets the taxes of an invoice aside once", async () => {
    sandbox = await startSandbox({ directory: folderOf("events") });
    for (const event of ["invoice-4711", "invoice-4711", "invoice-4712"])
      await sandbox.sendEvent("invoice-paid", event);
    assert.equal(sandbox.balances()["Tax Pod"], 50_000);
  });

  it("several-stacks moves the rent where its configuration says so", async () => {
    sandbox = await startSandbox({ directory: folderOf("several-stacks"), startAt: "2026-12-01T00:00:00Z" });
    await sandbox.clock.advanceToNext("payday");
    assert.deepEqual(
      sandbox.transfers.map(({ from, to, cents }) => ({ from, to, cents })),
      [{ from: "Main Operating Pod", to: "Rent Pod", cents: 150_000 }],
    );
  });
});
