import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AmountSpec } from "../../../lambda/agreements/amountKinds";
import { configOf, eventFor } from "./fixtures";

const CALL = `
const { handler } = require(process.argv[1] + "/index.js");
const context = { awsRequestId: "aws-1", getRemainingTimeInMillis: () => 20000 };
handler(JSON.parse(process.argv[2]), context).then((answer) => console.error(JSON.stringify(answer)));
`;

/** The functions as the package ships them. */
describe("the shipped amount functions", () => {
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "shipped-"));
    const { bundleFunctions } = await import("../../../build/bundle.mjs" as string);
    await bundleFunctions(join(__dirname, "../../.."), folder);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Loads the function without any environment of AWS, and asks it once. */
  function call(name: "amount" | "fixedAmount", config: unknown) {
    const directory = join(folder, name);
    writeFileSync(join(directory, "config.json"), JSON.stringify(config));
    const args = ["-e", CALL, directory, JSON.stringify(eventFor("rent"))];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { env: {}, encoding: "utf8" });
    return { status, log: stdout, answer: stderr };
  }

  const rent: AmountSpec = { kind: "Fixed", cents: 150_000 };
  const bills: AmountSpec = { kind: "TopUp", account: "Bills Pod", targetCents: 50_000 };

  for (const name of ["amount", "fixedAmount"] as const)
    it(`${name} answers a fixed amount`, () => {
      const { answer } = call(name, configOf({ rent }));
      assert.deepEqual(JSON.parse(JSON.parse(answer).body), { amountInCents: 150_000 });
    });

  it("fixedAmount answers an error for one that is paused", () => {
    const { answer } = call("fixedAmount", configOf({ rent: { ...rent, paused: true } }));
    assert.equal(JSON.parse(answer).statusCode, 503);
    assert.equal(JSON.parse(JSON.parse(answer).body).error.code, "AMOUNT_PAUSED");
  });

  it("fixedAmount refuses to start with an amount that it can't compute", () => {
    const { status, log } = call("fixedAmount", configOf({ rent, bills }));
    assert.notEqual(status, 0);
    assert.match(log, /"function.defective".*\\"bills\\" is not Fixed.*deploy again/);
  });

  it("a stack trace names our functions", () => {
    const { log } = call("amount", { version: 2 });
    assert.match(log, /at checkAmountConfig/);
  });
});
