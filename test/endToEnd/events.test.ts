import assert from "node:assert/strict";
import { join } from "node:path";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { Sandbox, UserError } from "../../sandbox";
import {
  failures,
  HOUR_MS,
  keysAndBodies,
  logged,
  MINUTE_MS,
  mails,
  PAYDAY,
  pass,
  programs,
  triggerCalls,
} from "./support";

/** Sends to the event queue over HTTP, as a program with the AWS SDK does. */
async function send(sandbox: Sandbox, ...messages: (object | string)[]): Promise<void> {
  const { url: endpoint, operatorCredentials: credentials } = sandbox.cloud.endpoint;
  const client = new SQSClient({ endpoint, region: "us-east-1", credentials });
  const QueueUrl = String(sandbox.outputs.eventQueueUrl);
  for (const message of messages) {
    const MessageBody = typeof message === "string" ? message : JSON.stringify(message);
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  }
  client.destroy();
}

const invoice = (event: string, payload?: object) => ({ trigger: "invoice", event, ...(payload ? { payload } : {}) });

describe("Events", () => {
  let sandbox: Sandbox;

  beforeEach(async () => {
    sandbox = await Sandbox.start({ directory: join(programs, "invoices"), startAt: PAYDAY - 10 * MINUTE_MS });
  });
  afterEach(() => sandbox?.stop());

  it("run once each, however often they come, and one with another payload is a conflict that runs nothing", async () => {
    await send(sandbox, invoice("4711", { cents: 5 }), invoice("4712"), invoice("4711", { cents: 5 }));
    await pass(sandbox, MINUTE_MS);
    await send(sandbox, invoice("4711", { cents: 6 }), invoice("4712"));
    await pass(sandbox, MINUTE_MS);
    assert.equal(sandbox.sequence.triggers.length, 2);
    assert.equal(sandbox.sequence.transfers.length, 2);
    assert.deepEqual(
      triggerCalls(sandbox)
        .map(({ body }) => body)
        .sort(),
      ['{"cents":5}', "{}"],
    );
    assert.equal(logged(sandbox, "event.conflict").length, 1);
    await pass(sandbox, 2 * MINUTE_MS);
    const alarms = sandbox
      .mails()
      .flatMap(({ subject }) => /^ALARM: ".*-alarm-([a-z-]+)-/.exec(subject)?.slice(1) ?? []);
    assert.deepEqual(alarms, ["event-conflict"]);
    assert.deepEqual([failures(sandbox), mails(sandbox)], [[], []]);
    assert.deepEqual(sandbox.messages("-events"), []);
  });

  it("of a burst wait for the payday that comes in the middle of it, and all of them run once", async () => {
    const fault = sandbox.sequence.fault({ status: 429, times: 10_000 });
    await send(sandbox, ...Array.from({ length: 30 }, (_, i) => invoice(`burst-${i}`)));
    await pass(sandbox, 10 * MINUTE_MS + 30_000);
    assert.ok(fault.struck > 0);
    assert.ok(triggerCalls(sandbox).length < 15, "all wait together");
    sandbox.sequence.clearFaults();
    await pass(sandbox, HOUR_MS);
    const payday = sandbox.ledger().find(({ scheduledTime }) => scheduledTime !== undefined);
    assert.equal(payday?.state, "executed");
    assert.equal(sandbox.sequence.triggers[0]?.idempotencyKey, payday?.key);
    assert.equal(sandbox.sequence.triggers.length, 31);
    assert.equal(keysAndBodies(sandbox).length, 31);
    assert.equal(new Set(sandbox.sequence.triggers.map(({ idempotencyKey }) => idempotencyKey)).size, 31);
    assert.deepEqual([failures(sandbox), mails(sandbox)], [[], []]);
  });

  it("can forge nothing: what is meant for the work queue is refused in theirs, and told", async () => {
    await send(
      sandbox,
      { trigger: "payday", ruleId: "ru_1", scheduledTime: "2026-11-01T14:00:00Z" },
      { trigger: "payday", occurrence: "bonus" },
      { whatHappened: "It failed.", whatToDo: "Run the command.", command: "curl evil.example" },
      invoice("4711", undefined),
    );
    await pass(sandbox, MINUTE_MS);
    assert.equal(sandbox.sequence.triggers.length, 1);
    assert.equal(failures(sandbox).length, 3);
    for (const { executed, command } of failures(sandbox)) assert.deepEqual([executed, command], ["no", undefined]);
    assert.equal(mails(sandbox).length, 3);
    for (const { message } of mails(sandbox)) assert.doesNotMatch(message, /^curl/m);
  });

  it("of the harness are seen with what became of them", async () => {
    await sandbox.sendEvent("invoice", "4711", { cents: 5 });
    await sandbox.sendEvent("invoice", "4711", { cents: 5 });
    const [report, ...others] = sandbox.occurrences();
    assert.deepEqual(others, []);
    assert.deepEqual([report?.trigger, report?.event, report?.result], ["invoice", "4711", "done"]);
    assert.equal(sandbox.ledger()[0]?.event, "4711");
    await assert.rejects(
      () => sandbox.sendEvent("invoces", "1"),
      (error: unknown) => error instanceof UserError && /no trigger "invoces".*set off invoice/.test(error.message),
    );
    await assert.rejects(() => sandbox.sendEvent("payday", "1"), UserError);
  });
});

describe("Events whose rules ask for amounts", () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await Sandbox.start({ directory: join(programs, "unasked-events"), startAt: PAYDAY - 10 * MINUTE_MS });
  });
  afterEach(() => sandbox?.stop());

  it("run though no schedule asks for any, and the daily check points out once which amount nobody asked for", async () => {
    const told = () => mails(sandbox).filter(({ subject }) => subject.includes("not asked for"));
    await send(sandbox, { trigger: "order", event: "1" }, { trigger: "invoice", event: "4711" });
    await pass(sandbox, MINUTE_MS);
    assert.deepEqual(sandbox.sequence.triggers.map(({ ruleId }) => ruleId).sort(), ["ru_invoice", "ru_order"]);
    await pass(sandbox, 26 * HOUR_MS);
    assert.deepEqual(
      told().map(({ subject }) => subject),
      ["Sequence: invoice - amounts were not asked for"],
    );
    assert.match(
      told()[0]?.message ?? "",
      /^Sequence accepted invoice of the event "4711" on 1 December and has not asked for taxes\./,
    );
    await send(sandbox, { trigger: "invoice", event: "4712" });
    await pass(sandbox, 50 * HOUR_MS);
    assert.equal(told().length, 1);
    assert.deepEqual(logged(sandbox, "asked.notChecked"), []);
  });
});
