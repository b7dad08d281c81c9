import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Sandbox } from "../../sandbox";
import { removePrograms, writeProgram } from "../support/program";
import { HOUR_MS, logged, MINUTE_MS, mails, PAYDAY, pass, root, triggerCalls } from "./support";

/** A second component of the same rule, on a table that a backup of the first one's ledger is restored to. */
const SECOND = `
import * as aws from "@pulumi/aws";
const restored = new aws.dynamodb.Table("restored", {
  billingMode: "PAY_PER_REQUEST",
  hashKey: "key",
  attributes: [{ name: "key", type: "S" }],
  ttl: { attributeName: "expiresAt", enabled: true },
});
const second = new RemoteApi("second", {
  triggers: {
    payday: {
      ruleId: "ru_12345",
      apiSecret: config.requireSecret("paydaySecret"),
      schedule: "cron(0 9 1,15 * ? *)",
      timezone: "America/New_York",
    },
  },
  ledgerTableName: restored.name,
  alarmEmail: config.require("alarmEmail"),
});
export const tables = [sequence.ledgerTableName, second.ledgerTableName, restored.name];
`;

describe("A ledger that was restored from a backup", () => {
  let sandbox: Sandbox;
  after(removePrograms);
  afterEach(() => sandbox?.stop());

  it("lets nothing execute again that the backup knows, even if Sequence has forgotten every key", async () => {
    const quickstart = readFileSync(join(root, "examples", "quickstart", "index.ts"), "utf8");
    const settings = readFileSync(join(root, "examples", "quickstart", "sandbox.yaml"), "utf8");
    sandbox = await Sandbox.start({
      directory: writeProgram({ "index.ts": quickstart + SECOND, "sandbox.yaml": settings }),
      startAt: PAYDAY - MINUTE_MS,
    });
    sandbox.sequence.modes.memoryMs = 0;
    const { tables } = sandbox.deployment.outputs as { tables: string[] };
    const secondGroup = sandbox.deployment.resources.find(({ name }) => name === "second-triggers-schedules")?.id;
    const [ledger = "", adopted = "", restored = ""] = tables;
    assert.equal(adopted, restored);
    sandbox.cloud.scheduler.setEnabled(`${secondGroup}/payday`, false);
    await pass(sandbox, MINUTE_MS);
    assert.equal(triggerCalls(sandbox).length, 1);

    sandbox.cloud.tables.restore(ledger, restored);
    sandbox.cloud.scheduler.fire(`${secondGroup}/payday`, PAYDAY, { times: 2 });
    await sandbox.idle();
    await pass(sandbox, 50 * HOUR_MS);
    assert.equal(triggerCalls(sandbox).length, 1);
    assert.equal(sandbox.sequence.transfers.length, 3);
    assert.equal(logged(sandbox, "occurrence.duplicate").length, 2);
    for (const { name, state } of sandbox.deployment.resources)
      if (name.endsWith("-failures")) assert.deepEqual(sandbox.cloud.queues.messages(String(state.arn)), []);
    assert.deepEqual(
      mails(sandbox).filter(({ message }) => message.includes("not executed")),
      [],
    );
  });
});
