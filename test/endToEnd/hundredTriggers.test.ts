import assert from "node:assert/strict";
import { Sandbox } from "../../sandbox";
import { removePrograms, writeProgram } from "../support/program";
import { logged } from "./support";

const COUNT = 100;
const ARN = "arn:aws:secretsmanager:us-east-1:000000000000:secret:rules-AbCdEf";

const program = `
import { RemoteApi } from "sequence-remote-api";
const triggers = Object.fromEntries(
  Array.from({ length: ${COUNT} }, (_, index) => [
    \`rule-\${index}\`,
    { ruleId: \`ru_\${index}\`, apiSecretArn: "${ARN}", schedule: "cron(0 9 * * ? *)", timezone: "America/New_York" },
  ]),
);
new RemoteApi("sequence", { triggers, alarmEmail: "you@example.com" });
`;
const names = Array.from({ length: COUNT }, (_, index) => `ru_${index}`);
const settings = JSON.stringify({
  secrets: { [ARN]: Object.fromEntries(names.map((id) => [id, `secret-of-${id}`])) },
  sequence: { rules: Object.fromEntries(names.map((id) => [id, { apiSecret: `secret-of-${id}`, actions: [] }])) },
});

describe("A hundred triggers on one secret", () => {
  let sandbox: Sandbox;
  before(async () => {
    const directory = writeProgram({ "index.ts": program, "sandbox.yaml": settings });
    sandbox = await Sandbox.start({ directory, startAt: "2026-12-01T00:00:00Z" });
  });
  after(() => sandbox?.stop());
  after(removePrograms);

  it("run each once, all at the same time", async () => {
    await sandbox.clock.advanceTo("2026-12-01T10:00:00-05:00");
    assert.deepEqual(new Set(sandbox.triggers.map(({ ruleId }) => ruleId)), new Set(names));
    assert.equal(sandbox.triggers.length, COUNT);
  });

  it("are looked at by one run of the daily check, which finds nothing to tell", async () => {
    await sandbox.clock.advanceTo("2026-12-02T08:00:00Z");
    assert.equal(logged(sandbox, "heartbeat.done").length, 2);
    assert.deepEqual(logged(sandbox, "heartbeat.failed"), []);
    assert.equal(sandbox.calls.length, COUNT);
    assert.deepEqual(sandbox.mails(), []);
  });
});
