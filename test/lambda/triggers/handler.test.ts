import assert from "node:assert/strict";
import { createTriggerHandler } from "../../../lambda/triggers/handler";
import {
  HOUR,
  invalidRequest,
  MINUTE,
  noAnswer,
  PAYDAY_TIME,
  receipt,
  scheduled,
  throwing,
  tooMany,
  WORK_QUEUE,
  World,
  wrongSecret,
} from "./world";

describe("the trigger handler", () => {
  it("calls Sequence once for an occurrence, with its key, and records the execution", async () => {
    const world = new World();
    assert.equal(await world.handle(scheduled()), "done");
    const item = world.ledger.only();
    assert.deepEqual(
      world.calls.map(({ ruleId, key, body }) => ({ ruleId, key, body })),
      [{ ruleId: "ru_1", key: item.key, body: "{}" }],
    );
    assert.equal(item.state, "executed");
    assert.equal(item.requestId, "req_1");
    assert.equal(world.count("TriggerExecuted"), 1);
    assert.ok(item.expiresAt - world.now / 1000 >= 400 * 86_400, "kept for 400 days");
  });

  it("acknowledges a second delivery without calling", async () => {
    const world = new World();
    await world.handle(scheduled());
    assert.equal(await world.handle(scheduled(), { receiveCount: 2 }), "done");
    assert.equal(world.calls.length, 1);
    assert.equal(world.mails.length, 0);
  });

  it("asks the client for one request, which ends in time to report", async () => {
    const world = new World();
    await world.handle(scheduled());
    assert.equal(world.calls[0]?.maxAttempts, 1);
    assert.ok((world.calls[0]?.deadlineMs ?? 0) <= 24_000);
  });

  it("calls nothing when there is no time left for a call", async () => {
    const world = new World();
    world.remainingMs = 1_200;
    assert.equal(await world.handle(scheduled()), "back");
    assert.equal(world.calls.length, 0);
    assert.equal(world.ledger.items.size, 0);
  });

  it("handles each message of a batch for itself", async () => {
    const world = new World();
    world.answer = (call) => {
      if (call.body === "{}") throw wrongSecret();
      return receipt(call);
    };
    const attributes = { SentTimestamp: String(world.now), ApproximateReceiveCount: "1" };
    const record = (id: string, message: object) => ({
      messageId: id,
      receiptHandle: id,
      body: JSON.stringify(message),
      attributes,
      eventSourceARN: WORK_QUEUE,
    });
    const Records = [
      record("a", scheduled()),
      record("b", scheduled({ scheduledTime: "2026-12-01T13:00:00Z", payload: { x: 1 } })),
    ];
    const response = await world.handler()({ Records }, { awsRequestId: "1", getRemainingTimeInMillis: () => 30_000 });
    assert.deepEqual(response, { batchItemFailures: [{ itemIdentifier: "a" }] });
  });

  it("refuses an event that is none of a queue", async () => {
    const handler = new World().handler();
    const context = { awsRequestId: "1", getRemainingTimeInMillis: () => 30_000 };
    await assert.rejects(handler({} as never, context), /not one of an SQS queue/);
  });
});

describe("an error that nobody foresaw", () => {
  it("counts each time, and the occurrence's age is recorded all the same", async () => {
    const world = new World();
    const { now } = world.deps();
    let looks = 0;
    // The handler's own clock fails in the middle of the work.
    const handler = createTriggerHandler({
      ...world.deps(),
      now: () => {
        looks += 1;
        if (looks === 3) throw new TypeError("x is not a function");
        return now();
      },
    });
    assert.equal(await world.handle(scheduled(), { handler }), "back");
    assert.equal(world.count("MessageFailed"), 1);
    assert.equal(world.count("OccurrenceAgeSeconds"), 20);
    assert.deepEqual(
      world.events.map(({ level, event }) => `${level} ${event}`),
      ["error message.failed"],
    );
  });

  it("isn't counted for a failure that is foreseen", async () => {
    const world = new World();
    world.answer = throwing(tooMany());
    await world.handle(scheduled());
    world.ledger.before = throwing(new Error("DynamoDB is down"));
    await world.handle(scheduled());
    assert.equal(world.count("MessageFailed"), 0);
  });
});

describe("a message that isn't allowed", () => {
  it("goes to the failure queue with the reason, and nothing is called", async () => {
    const world = new World();
    assert.equal(await world.handle("not JSON"), "done");
    assert.equal(world.calls.length, 0);
    assert.equal(world.failures[0]?.executed, "no");
    assert.equal(world.failures[0]?.message, "not JSON");
    assert.match(world.mails[0]?.subject ?? "", /a message was refused/);
  });

  it("comes back while the failure queue can't take it", async () => {
    const world = new World();
    world.failureQueueError = new Error("SQS is down");
    assert.equal(await world.handle("not JSON"), "back");
  });

  it("because the trigger's rule was changed in the meantime says unknown if it was tried before", async () => {
    const world = new World();
    world.answer = throwing(noAnswer());
    await world.handle(scheduled());
    const spec = world.config.triggers.payday;
    assert.ok(spec);
    world.config = { ...world.config, triggers: { payday: { ...spec, ruleId: "ru_2" } } };
    world.now += MINUTE;
    assert.equal(await world.handle(scheduled(), { receiveCount: 2 }), "done");
    assert.equal(world.calls.length, 1);
    assert.equal(world.failures[0]?.executed, "unknown");
    assert.equal(world.failures[0]?.command, undefined, "a command would trigger another rule");
    assert.equal(world.ledger.only().state, "failed");
  });

  it("because the trigger was renamed is acknowledged if it was executed", async () => {
    const world = new World();
    await world.handle(scheduled());
    assert.equal(await world.handle(scheduled({ trigger: "old-name" })), "done");
    assert.equal(world.failures.length, 0);
  });

  it("is executed once, from both names, when its trigger has just been renamed", async () => {
    const world = new World();
    assert.equal(await world.handle(scheduled({ trigger: "old-name" })), "done");
    assert.equal(await world.handle(scheduled()), "done");
    assert.equal(world.calls.length, 1);
    assert.equal(world.ledger.only().trigger, "payday");
    assert.deepEqual([world.failures, world.mails], [[], []]);
  });

  it("is executed by the trigger that its rule has moved to", async () => {
    const world = new World();
    const spec = world.config.triggers.payday;
    assert.ok(spec);
    world.config = {
      ...world.config,
      triggers: { payday: { ...spec, ruleId: "ru_2" }, rent: { ...spec, ruleId: "ru_1" } },
    };
    await world.handle(scheduled());
    assert.deepEqual(
      world.calls.map(({ ruleId }) => ruleId),
      ["ru_1"],
    );
  });

  it("is not executed afterwards by another message, since people were told that it wasn't", async () => {
    const world = new World();
    const { triggers } = world.config;
    world.config = { ...world.config, triggers: {} };
    await world.handle(scheduled());
    assert.deepEqual(
      world.failures.map(({ code, executed }) => [code, executed]),
      [["UNKNOWN_TRIGGER", "no"]],
    );
    world.config = { ...world.config, triggers };
    assert.equal(await world.handle(scheduled()), "done");
    assert.equal(world.calls.length, 0);
    assert.equal(world.failures.length, 1);
  });

  it("by hand leaves no trace in the ledger", async () => {
    const world = new World();
    await world.handle({ trigger: "payday", scheduledTime: "2026-12-01T14:00:01Z" }, { sentAt: world.now });
    assert.equal(world.failures[0]?.code, "INVALID_MESSAGE");
    assert.equal(world.ledger.items.size, 0);
  });
});

describe("a failure that was moved into the work queue", () => {
  async function moved(): Promise<World> {
    const world = new World({ keyMemoryMinutes: 0 });
    world.answer = throwing(noAnswer());
    await world.handle(scheduled());
    world.now += 24 * HOUR;
    world.answer = (call) => receipt(call);
    return world;
  }

  it("goes back as it was, runs nothing and is told", async () => {
    const world = await moved();
    const before = world.ledger.only();
    const body = JSON.stringify(world.failures[0], null, 2);
    assert.equal(await world.handle(body), "done");
    assert.deepEqual([world.calls.length, world.ledger.only()], [1, before]);
    assert.equal(JSON.stringify(world.failures[1], null, 2), body);
    assert.deepEqual([world.failures[1]?.executed, world.failures[1]?.idempotencyKey], ["unknown", before.key]);
    assert.equal(world.count("TriggerFailed"), 1, "no other occurrence was given up");
    assert.match(world.mails[1]?.subject ?? "", /a failure was put back, nothing was run/);
    assert.match(world.mails[1]?.text ?? "", /Start DLQ redrive.*It is not known whether payday/s);
    assert.ok(world.mails[1]?.text.includes(world.failures[0]?.command ?? "-"));
  });

  it("is not told as not executed if it was executed since", async () => {
    const world = new World();
    world.answer = throwing(invalidRequest());
    await world.handle(scheduled());
    const [failure] = world.failures;
    assert.equal(failure?.executed, "no");
    world.answer = (call) => receipt(call);
    world.now += HOUR;
    await world.handle({ trigger: "payday", scheduledTime: PAYDAY_TIME }, { sentAt: world.now });
    await world.handle({ ...failure });
    assert.deepEqual(world.failures[1], failure, "the message goes back as it was");
    const { subject, text } = world.mails.at(-1) ?? { subject: "", text: "" };
    assert.match(subject, /its occurrence was executed since/);
    assert.match(text, /payday of 2026-12-01T14:00:00Z \(rule ru_1\) was executed since, last tried at 2026-12-01T15:/);
    assert.doesNotMatch(text, /not executed|The command/);
  });

  it("is told with the outcome that the ledger has now", async () => {
    const world = new World();
    world.answer = throwing(invalidRequest());
    await world.handle(scheduled());
    world.config = { ...world.config, keyMemoryMinutes: 0 };
    world.answer = throwing(noAnswer());
    world.now += HOUR;
    await world.handle({ trigger: "payday", scheduledTime: PAYDAY_TIME }, { sentAt: world.now });
    await world.handle({ ...world.failures[0] });
    const text = world.mails.at(-1)?.text ?? "";
    assert.match(text, /It is not known whether payday/);
    assert.match(text, /confirmedNotExecutedUntil":"2026-12-01T15:01/);
  });

  it("is told with a warning while the occurrence is being tried, or the ledger can't be read", async () => {
    const world = new World();
    world.answer = throwing(invalidRequest());
    await world.handle(scheduled());
    world.answer = throwing(tooMany());
    world.now += HOUR;
    await world.handle({ trigger: "payday", scheduledTime: PAYDAY_TIME }, { sentAt: world.now });
    await world.handle({ ...world.failures[0] });
    assert.match(
      world.mails.at(-1)?.text ?? "",
      /is being tried, last at 2026-12-01T15:.*another mail says how that ends/s,
    );
    world.ledger.before = () => {
      throw new Error("DynamoDB is down");
    };
    assert.equal(await world.handle({ ...world.failures[0] }), "done");
    assert.match(world.mails.at(-1)?.text ?? "", /may not be so any more\.\n\nWhat happened: payday/);
  });

  it("of a message that named no occurrence goes back, too", async () => {
    const world = new World();
    await world.handle("not JSON");
    await world.handle({ ...world.failures[0] });
    assert.deepEqual(world.failures[1], world.failures[0]);
  });

  it("of a later version goes back whole, whatever it has", async () => {
    const world = new World();
    const later = {
      version: 2,
      whatHappened: "-",
      whatToDo: "-",
      executed: "perhaps",
      command: { toString: 1 },
      more: [1],
    };
    assert.equal(await world.handle(later), "done");
    assert.deepEqual(world.failures as unknown, [later]);
  });

  it("comes back while the failure queue doesn't take it", async () => {
    const world = await moved();
    const [failure] = world.failures;
    world.failureQueueError = new Error("SQS is down");
    assert.equal(await world.handle({ ...failure }), "back");
    assert.equal(world.mails.length, 1);
  });
});

describe("a receipt", () => {
  it("is mailed for every execution if notifyOnSuccess is set", async () => {
    const world = new World({ notifyOnSuccess: true });
    await world.handle(scheduled());
    assert.match(world.mails[0]?.subject ?? "", /was executed/);
    assert.match(world.mails[0]?.text ?? "", /Accepted does not mean that the money has moved/);
  });

  it("is not mailed otherwise", async () => {
    const world = new World();
    await world.handle(scheduled());
    assert.equal(world.mails.length, 0);
  });

  it("that can't be mailed changes nothing", async () => {
    const world = new World({ notifyOnSuccess: true });
    world.mailError = new Error("SNS is down");
    assert.equal(await world.handle(scheduled()), "done");
    assert.equal(world.ledger.only().state, "executed");
  });
});
