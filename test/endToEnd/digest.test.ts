import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Sandbox } from "../../sandbox";
import { blocksOf } from "../support/docBlocks";
import { removePrograms, writeProgram } from "../support/program";
import { HOUR_MS, logged, mails, PAYDAY, pass, root, stopSwitch } from "./support";

/** The quickstart with its payday's amounts asked for, and a digest. */
function programWithDigest(): string {
  const folder = join(root, "examples", "quickstart");
  const text = readFileSync(join(folder, "index.ts"), "utf8");
  const changed = text
    .replace('ruleId: "ru_12345",', '$& asks: ["rent", "buffer", "excess"],')
    .replace("  alarmEmail:", "  digest: true,\n  alarmEmail:");
  assert.match(changed, /asks.*digest: true/s);
  return writeProgram({
    "index.ts": changed,
    "sandbox.yaml": readFileSync(join(folder, "sandbox.yaml"), "utf8").replace("../../", "./"),
  });
}

describe("A stack with a digest, over a month", () => {
  let sandbox: Sandbox;

  before(async () => {
    sandbox = await Sandbox.start({ directory: programWithDigest(), startAt: PAYDAY - 36 * HOUR_MS });
  });
  after(async () => {
    await sandbox?.stop();
    removePrograms();
  });

  it("mails what was executed, skipped and failed and what comes next, with the first check of each month and no other", async () => {
    const told = () => mails(sandbox).filter(({ subject }) => subject.includes("digest"));
    await sandbox.clock.advanceTo("2026-12-02T12:00:00Z");
    assert.deepEqual(
      told().map(({ subject }) => subject),
      [
        "Sequence: the month's digest - 0 executed, 0 skipped, 0 failed",
        "Sequence: the month's digest - 0 executed, 0 skipped, 0 failed",
      ],
    );
    // The payday of the 15th falls into a pause.
    await sandbox.clock.advanceTo("2026-12-15T13:00:00Z");
    await stopSwitch(sandbox, true);
    await pass(sandbox, 24 * HOUR_MS);
    await stopSwitch(sandbox, false);
    await sandbox.clock.advanceTo("2027-01-01T12:00:00Z");
    assert.equal(told().length, 3);
    const { subject, message } = told().at(-1) as { subject: string; message: string };
    assert.equal(subject, "Sequence: the month's digest - 1 executed, 1 skipped, 0 failed");
    assert.match(message, /^From 2026-12-01T[\d:]+Z to 2027-01-01T[\d:]+Z: 1 executed, 1 skipped, 0 failed\.\n/);
    assert.match(message, /\nbuffer: 1 answered\nexcess: 1 answered\nrent: 1 answered\n/);
    assert.match(message, /\npayday: 1 executed, 1 skipped, 0 failed\n/);
    assert.match(message, /\nNext:\npayday: 2027-01-01 09:00 America\/New_York\n/);
    await pass(sandbox, 48 * HOUR_MS);
    assert.equal(told().length, 3);
    assert.deepEqual([...logged(sandbox, "digest.notTold"), ...logged(sandbox, "digest.notCounted")], []);
  });

  it("is as docs/triggers.md shows it, a month later", async () => {
    const printed = blocksOf("docs/triggers.md").find(({ code }) => code.startsWith("Sequence: the month's digest"));
    await sandbox.clock.advanceTo("2027-02-01T12:00:00Z");
    const { subject = "", message = "" } = mails(sandbox).at(-1) ?? {};
    // The page breaks a long line, and a check's seconds vary.
    const same = (text: string) =>
      text
        .replace(/T[\d:]{8}Z/g, "T…Z")
        .replace(/\s+/g, " ")
        .trim();
    assert.equal(same(`${subject} ${message}`), same(printed?.code ?? ""));
  });
});
