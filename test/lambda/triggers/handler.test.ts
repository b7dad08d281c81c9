import assert from "node:assert/strict";
import { createTriggerHandler } from "../../../lambda/triggers/handler";
import type { LedgerItem } from "../../../lambda/triggers/lifecycle/ledgerItem";
import {
  HOUR,
  invalidRequest,
  MINUTE,
  noAnswer,
  PAYDAY_TIME,
  receipt,
  refusal,
  scheduled,
  tooMany,
  unfilledSecret,
  World,
  wrongSecret,
} from "./world";

const byHand = (changes: object = {}) => ({ trigger: "payday", scheduledTime: PAYDAY_TIME, ...changes });
const throwing = (error: Error) => () => {
  throw error;
};

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
      if (call.body === "{}") throw tooMany();
      return receipt(call);
    };
    const attributes = { SentTimestamp: String(world.now), ApproximateReceiveCount: "1" };
    const record = (id: string, message: object) => ({
      messageId: id,
      receiptHandle: id,
      body: JSON.stringify(message),
      attributes,
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

describe("a failed try", () => {
  it("puts the message back with a delay that grows to 15 minutes", async () => {
    const world = new World();
    world.answer = throwing(tooMany());
    for (const receiveCount of [1, 2, 3, 4, 5, 6, 7]) {
      assert.equal(await world.handle(scheduled(), { receiveCount }), "back");
      world.now += (world.delays.at(-1) ?? 0) * 1000;
    }
    assert.deepEqual(world.delays, [30, 60, 120, 240, 480, 900, 900]);
    assert.equal(world.count("TriggerRetried"), 7);
    assert.ok(world.count("OccurrenceAgeSeconds") > 0);
    assert.equal(world.ledger.only().state, "waiting");
    assert.equal(world.failures.length, 0);
  });

  it("takes at most half of the delay off", async () => {
    const world = new World();
    world.random = 1;
    world.answer = throwing(tooMany());
    await world.handle(scheduled(), { receiveCount: 6 });
    assert.deepEqual(world.delays, [450]);
  });

  it("waits at least as long as Sequence asks for", async () => {
    const world = new World();
    world.answer = throwing(tooMany(40 * MINUTE));
    await world.handle(scheduled());
    assert.deepEqual(world.delays, [2400]);
  });

  it("waits no longer than the age limit leaves, whatever Sequence asks for", async () => {
    const world = new World({ maxAgeMinutes: 20 });
    world.answer = throwing(tooMany(HOUR));
    await world.handle(scheduled());
    assert.deepEqual(world.delays, [20 * 60 - 20 - 15]);
  });

  it("is followed by one with the same key and body, even if the deployed payload has changed", async () => {
    const world = new World();
    world.answer = throwing(tooMany());
    await world.handle(scheduled({ payload: { amount: 1 } }));
    world.now += MINUTE;
    world.answer = (call) => receipt(call);
    await world.handle(scheduled({ payload: { amount: 2 } }), { receiveCount: 2 });
    assert.deepEqual([...new Set(world.calls.map(({ key, body }) => `${key} ${body}`))].length, 1);
    assert.equal(world.calls[1]?.body, '{"amount":1}');
  });

  it("keeps its distance when it may have been executed", async () => {
    const world = new World();
    world.answer = throwing(noAnswer());
    await world.handle(scheduled());
    assert.deepEqual(world.delays, [60]);
    assert.equal(world.ledger.only().outcome, "unknown");
  });

  it("leaves the message to the visibility timeout if it can't be put back", async () => {
    const world = new World();
    world.answer = throwing(tooMany());
    world.putBackError = new Error("SQS is down");
    assert.equal(await world.handle(scheduled()), "back");
  });

  it("that nobody foresaw is told at once as unknown", async () => {
    const world = new World();
    world.answer = throwing(new TypeError("x is not a function"));
    assert.equal(await world.handle(scheduled()), "done");
    assert.equal(world.failures[0]?.executed, "unknown");
    assert.equal(world.failures[0]?.code, "INTERNAL_ERROR");
  });
});

describe("an occurrence that can't be executed", () => {
  it("because the request is invalid is told at once, as not executed", async () => {
    const world = new World();
    world.answer = throwing(invalidRequest());
    assert.equal(await world.handle(scheduled()), "done");
    const [failure] = world.failures;
    assert.equal(failure?.executed, "no");
    assert.equal(failure?.code, "INVALID_REQUEST");
    assert.equal(failure?.status, 400);
    assert.equal(failure?.attempts, 1);
    assert.equal(failure?.idempotencyKey, world.ledger.only().key);
    assert.equal(world.count("TriggerFailed"), 1);
    assert.equal(world.ledger.only().told, true);
    assert.match(world.mails[0]?.subject ?? "", /^Sequence: payday of 2026-12-01T14:00:00Z was not executed$/);
  });

  it("because of a wrong secret is tried on, and a mail says once what to repair and until when", async () => {
    const world = new World();
    world.answer = throwing(wrongSecret());
    await world.handle(scheduled());
    world.now += MINUTE;
    await world.handle(scheduled(), { receiveCount: 2 });
    assert.equal(world.delays.length, 2);
    assert.equal(world.mails.length, 1);
    assert.match(world.mails[0]?.text ?? "", /tried again by itself until 2026-12-01T20:00:00Z/);
    world.answer = (call) => receipt(call);
    world.now += MINUTE;
    assert.equal(await world.handle(scheduled(), { receiveCount: 3 }), "done");
    assert.equal(world.ledger.only().state, "executed");
    assert.equal(world.ledger.only().code, undefined);
  });

  it("because its secret isn't filled says how to fill it", async () => {
    const world = new World();
    world.answer = throwing(unfilledSecret());
    await world.handle(scheduled());
    assert.equal(world.ledger.only().code, "SECRET_UNFILLED");
    assert.match(world.mails[0]?.text ?? "", /Secret arn:secret:payday has no value yet/);
  });

  it("within the age limit goes to the failure queue, with the last failure", async () => {
    const world = new World();
    world.answer = throwing(tooMany());
    await world.handle(scheduled());
    world.now = Date.parse(PAYDAY_TIME) + 6 * HOUR + 1;
    assert.equal(await world.handle(scheduled(), { receiveCount: 30 }), "done");
    assert.equal(world.calls.length, 1);
    assert.equal(world.failures[0]?.executed, "no");
    assert.equal(world.failures[0]?.code, "TOO_MANY_REQUESTS");
    assert.match(world.failures[0]?.reason ?? "", /360 minutes have passed.*TOO_MANY_REQUESTS/);
  });

  it("for lack of time for another try is told right after the last one", async () => {
    const world = new World();
    world.now = Date.parse(PAYDAY_TIME) + 6 * HOUR - 10_000;
    world.answer = throwing(tooMany());
    assert.equal(await world.handle(scheduled()), "done");
    assert.equal(world.failures.length, 1);
  });

  it("whose message comes too late for a first try is told without a call", async () => {
    const world = new World();
    world.now = Date.parse(PAYDAY_TIME) + 7 * HOUR;
    assert.equal(await world.handle(scheduled()), "done");
    assert.equal(world.calls.length, 0);
    assert.equal(world.failures[0]?.code, "TOO_OLD");
    assert.equal(world.failures[0]?.executed, "no");
  });

  it("with maxAgeMinutes 0 is told after its first delivery", async () => {
    const world = new World({ maxAgeMinutes: 0 });
    world.answer = throwing(tooMany());
    assert.equal(await world.handle(scheduled()), "done");
    assert.equal(world.calls.length, 1);
    assert.equal(world.failures.length, 1);
  });

  it("after a try that may have been executed is not called not executed by a later refusal", async () => {
    for (const later of [invalidRequest(), wrongSecret(), tooMany()]) {
      const world = new World({ maxAgeMinutes: 5 });
      world.answer = throwing(noAnswer());
      await world.handle(scheduled());
      world.now = Date.parse(PAYDAY_TIME) + 5 * MINUTE - 5_000;
      world.answer = throwing(later);
      assert.equal(await world.handle(scheduled(), { receiveCount: 2 }), "done");
      assert.equal(world.failures[0]?.executed, "unknown", later.code);
    }
  });

  it("stays in the work queue while the failure queue can't take it, and isn't called again", async () => {
    const world = new World();
    world.answer = throwing(invalidRequest());
    world.failureQueueError = new Error("SQS is down");
    assert.equal(await world.handle(scheduled()), "back");
    assert.equal(world.mails.length, 0);
    world.failureQueueError = undefined;
    assert.equal(await world.handle(scheduled(), { receiveCount: 2 }), "done");
    assert.equal(world.calls.length, 1);
    assert.equal(world.failures.length, 1);
    assert.equal(await world.handle(scheduled(), { receiveCount: 3 }), "done");
    assert.equal(world.failures.length, 1);
  });

  it("is told even if the mail can't be sent", async () => {
    const world = new World();
    world.answer = throwing(invalidRequest());
    world.mailError = new Error("SNS is down");
    assert.equal(await world.handle(scheduled()), "done");
    assert.equal(world.failures.length, 1);
    assert.equal(world.count("MailFailed"), 1);
  });

  it("is told without a mail if there is no topic", async () => {
    const world = new World();
    world.hasTopic = false;
    world.answer = throwing(invalidRequest());
    assert.equal(await world.handle(scheduled()), "done");
    assert.equal(world.failures.length, 1);
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

describe("a try after an unknown outcome", () => {
  it("isn't made while the request before it may still be at work", async () => {
    const world = new World({ maxAgeMinutes: 60 });
    world.answer = throwing(noAnswer());
    await world.handle(scheduled());
    assert.ok((world.delays[0] ?? 0) >= 60);
    // A minute is left: too little for the first to end and for another try in time.
    world.now = Date.parse(PAYDAY_TIME) + 59 * MINUTE;
    assert.equal(await world.handle(scheduled(), { receiveCount: 2 }), "done");
    assert.deepEqual([world.calls.length, world.failures[0]?.executed], [2, "unknown"]);
  });
});

describe("an occurrence whose last try may still be at work at Sequence", () => {
  const askers: [string, object][] = [
    ["a second message of its schedule", scheduled()],
    ["its message under an old name of the trigger", scheduled({ trigger: "old-name" })],
    ["a message by hand", byHand()],
  ];
  for (const [asker, message] of askers)
    it(`is left alone for a minute by ${asker}, too`, async () => {
      const world = new World();
      world.answer = throwing(noAnswer());
      await world.handle(scheduled());
      world.answer = (call) => receipt(call);
      world.now += 20_000;
      assert.equal(await world.handle(message), "back");
      assert.deepEqual([world.calls.length, world.delays.at(-1)], [1, 41]);
      world.now += 41_000;
      assert.equal(await world.handle(message, { receiveCount: 2 }), "done");
      assert.deepEqual([world.calls.length, world.ledger.only().state], [2, "executed"]);
    });

  it("is left alone from when the request was given up, not from when it was sent", async () => {
    const world = new World();
    world.answer = () => {
      world.now += 24_000;
      throw noAnswer();
    };
    await world.handle(scheduled());
    world.now += 50_000;
    assert.equal(await world.handle(byHand()), "back");
    assert.equal(world.calls.length, 1);
  });

  it("is called by its own message as soon as that comes back", async () => {
    const world = new World();
    world.answer = throwing(noAnswer());
    await world.handle(scheduled());
    world.answer = (call) => receipt(call);
    world.now += (world.delays[0] ?? 0) * 1_000;
    assert.equal(await world.handle(scheduled(), { receiveCount: 2 }), "done");
    assert.equal(world.ledger.only().state, "executed");
  });

  it("is told at once if no further try may follow", async () => {
    const world = new World({ keyMemoryMinutes: 0 });
    world.answer = throwing(noAnswer());
    assert.equal(await world.handle(scheduled()), "done");
    world.now += 1_000;
    assert.equal(await world.handle(byHand()), "done");
    assert.deepEqual([world.calls.length, world.failures.length], [1, 2]);
  });
});

describe("an occurrence whose last try was refused with a clear answer", () => {
  it("is called at once by a message by hand", async () => {
    const world = new World();
    world.answer = throwing(tooMany());
    await world.handle(scheduled());
    world.now += 1_000;
    world.answer = (call) => receipt(call);
    assert.equal(await world.handle(byHand()), "done");
    assert.equal(world.ledger.only().state, "executed");
  });
});

describe("a claim", () => {
  it("that another handler holds keeps the message away for the rest of its lease", async () => {
    const world = new World();
    let release = () => {};
    world.answer = (call) => new Promise((resolve) => (release = () => resolve(receipt(call))));
    const first = world.handle(scheduled());
    await new Promise(setImmediate);
    world.now += 10_000;
    assert.equal(await world.handle(scheduled(), { receiveCount: 2 }), "back");
    assert.deepEqual(world.delays, [36], "30 s to run, 15 s margin, 10 s gone, and one to be after it");
    release();
    assert.equal(await first, "done");
    assert.equal(world.calls.length, 1);
  });

  it("is won by one of two handlers that ask at the same moment", async () => {
    const world = new World();
    world.answer = async (call) => {
      await new Promise(setImmediate);
      return receipt(call);
    };
    const verdicts = await Promise.all([world.handle(scheduled()), world.handle(scheduled())]);
    assert.deepEqual(verdicts.sort(), ["back", "done"]);
    assert.equal(world.calls.length, 1);
  });

  it("that a dead handler left is taken over a minute after its lease has ended, as an unknown outcome", async () => {
    const world = new World();
    world.answer = () => new Promise(() => {});
    void world.handle(scheduled());
    await new Promise(setImmediate);
    world.now += 46_000;
    world.answer = throwing(invalidRequest());
    assert.equal(await world.handle(scheduled(), { receiveCount: 2 }), "back");
    assert.deepEqual(
      [world.calls.length, world.delays],
      [1, [60]],
      "59 s of the minute are left, and one to be after it",
    );
    world.now += MINUTE;
    assert.equal(await world.handle(scheduled(), { receiveCount: 2 }), "done");
    assert.equal(world.failures[0]?.executed, "unknown");
    assert.equal(world.failures[0]?.attempts, 2);
  });

  it("is not followed by a call when the unknown outcome is too old for its key", async () => {
    const world = new World({ maxAgeMinutes: 1200 });
    world.answer = () => new Promise(() => {});
    void world.handle(scheduled());
    await new Promise(setImmediate);
    world.now += 12 * HOUR;
    assert.equal(await world.handle(scheduled(), { receiveCount: 2 }), "done");
    assert.equal(world.calls.length, 1);
    assert.equal(world.failures[0]?.code, "OUTCOME_UNKNOWN");
    assert.equal(world.failures[0]?.executed, "unknown");
  });

  it("is never followed by a second call after an unknown outcome if keyMemoryMinutes is 0", async () => {
    const world = new World({ keyMemoryMinutes: 0 });
    world.answer = throwing(noAnswer());
    assert.equal(await world.handle(scheduled()), "done");
    assert.equal(world.failures[0]?.executed, "unknown");
    assert.equal(await world.handle(scheduled(), { receiveCount: 2 }), "done");
    assert.equal(world.calls.length, 1);
  });

  it("whose answer got lost counts as made", async () => {
    const world = new World();
    let lost = false;
    const { write } = world.ledger;
    // The SDK repeats such a write by itself, and the repetition fails its condition.
    world.ledger.write = async (item: LedgerItem) => {
      const written = await write.call(world.ledger, item);
      if (lost) return written;
      lost = true;
      return write.call(world.ledger, item);
    };
    assert.equal(await world.handle(scheduled()), "done");
    assert.equal(world.calls.length, 1);
    assert.equal(world.ledger.only().attempts, 1);
  });
});

describe("the ledger", () => {
  it("that can't be read keeps the handler from calling", async () => {
    const world = new World();
    world.ledger.before = throwing(new Error("DynamoDB is down"));
    assert.equal(await world.handle(scheduled()), "back");
    assert.equal(world.calls.length, 0);
  });

  it("that can't be written keeps the handler from calling", async () => {
    const world = new World();
    world.ledger.before = (operation) => {
      if (operation === "write") throw new Error("DynamoDB is down");
    };
    assert.equal(await world.handle(scheduled()), "back");
    assert.equal(world.calls.length, 0);
  });

  it("that can't be read past the age limit is told as unknown", async () => {
    const world = new World();
    world.ledger.before = throwing(new Error("DynamoDB is down"));
    world.now = Date.parse(PAYDAY_TIME) + 7 * HOUR;
    assert.equal(await world.handle(scheduled()), "done");
    assert.equal(world.failures[0]?.code, "LEDGER_UNAVAILABLE");
    assert.equal(world.failures[0]?.executed, "unknown");
  });

  it("gets an execution that it didn't take from the process that knows of it, without a second call", async () => {
    const world = new World({ keyMemoryMinutes: 0 });
    const handler = world.handler();
    world.ledger.before = (_operation, item) => {
      if (item?.state === "executed") throw new Error("DynamoDB is down");
    };
    assert.equal(await world.handle(scheduled(), { handler }), "back");
    assert.equal(world.ledger.only().state, "claimed");
    world.ledger.before = () => {};
    world.now += 7 * HOUR;
    assert.equal(await world.handle(scheduled(), { handler, receiveCount: 2 }), "done");
    assert.equal(world.ledger.only().state, "executed");
    assert.equal(world.calls.length, 1);
    assert.equal(world.failures.length, 0);
  });

  it("is tried again at once for an execution, which it usually takes then", async () => {
    const world = new World();
    let failures = 2;
    world.ledger.before = (_operation, item) => {
      if (item?.state === "executed" && failures-- > 0) throw new Error("DynamoDB is slow");
    };
    assert.equal(await world.handle(scheduled()), "done");
    assert.equal(world.ledger.only().state, "executed");
  });

  it("without the execution lets the key protect the next try, by another process", async () => {
    const world = new World();
    world.ledger.before = (_operation, item) => {
      if (item?.state === "executed") throw new Error("DynamoDB is down");
    };
    await world.handle(scheduled());
    world.ledger.before = () => {};
    assert.equal(await world.handle(scheduled(), { receiveCount: 2 }), "back", "the lease still runs");
    world.now += 46_000 + MINUTE;
    assert.equal(await world.handle(scheduled(), { receiveCount: 3 }), "done");
    assert.equal(new Set(world.calls.map(({ key }) => key)).size, 1);
    assert.equal(world.ledger.only().state, "executed");
  });

  it("keeps an execution that comes to light after another handler has taken over", async () => {
    const world = new World();
    let release = () => {};
    world.answer = (call) =>
      new Promise((resolve) => (release = () => resolve(receipt(call, { requestId: "req_late" }))));
    const first = world.handle(scheduled());
    await new Promise(setImmediate);
    world.now += 46_000 + MINUTE;
    world.answer = throwing(noAnswer());
    await world.handle(scheduled(), { receiveCount: 2 });
    release();
    assert.equal(await first, "done");
    assert.equal(world.ledger.only().state, "executed");
    assert.equal(world.ledger.only().requestId, "req_late");
  });

  it("that says executed is not changed by a failure of another handler", async () => {
    const world = new World();
    let fail = () => {};
    world.answer = () => new Promise((_resolve, reject) => (fail = () => reject(invalidRequest())));
    const first = world.handle(scheduled());
    await new Promise(setImmediate);
    world.now += 46_000 + MINUTE;
    world.answer = (call) => receipt(call);
    await world.handle(scheduled(), { receiveCount: 2 });
    fail();
    assert.equal(await first, "done");
    assert.equal(world.ledger.only().state, "executed");
    assert.equal(world.failures.length, 0);
  });

  it("remembers an unknown outcome of a handler that was overtaken", async () => {
    const world = new World();
    let fail = () => {};
    world.answer = () => new Promise((_resolve, reject) => (fail = () => reject(noAnswer())));
    const first = world.handle(scheduled());
    await new Promise(setImmediate);
    const [claim] = world.ledger.items.values();
    assert.ok(claim);
    world.ledger.items.set(claim.key, { ...claim, version: 7, owner: "another" });
    fail();
    assert.equal(await first, "back");
    assert.equal(world.ledger.only().outcome, "unknown");
    assert.equal(world.ledger.only().owner, "another");
  });
});

describe("a rule in test mode", () => {
  it("is recorded apart and told, and not called again by itself", async () => {
    const world = new World();
    world.answer = (call) => receipt(call, { testMode: true, message: "in test mode" });
    assert.equal(await world.handle(scheduled()), "done");
    assert.equal(world.ledger.only().state, "test-mode");
    assert.equal(world.count("TriggerTestMode"), 1);
    assert.equal(world.count("TriggerExecuted"), 0);
    assert.match(world.mails[0]?.subject ?? "", /the rule seems to be in test mode$/);
    assert.match(
      world.mails[0]?.text ?? "",
      /First look in Sequence .* Only if it has not and should, .*"occurrence"/s,
    );
    assert.doesNotMatch(world.mails[0]?.text ?? "", /tried .* times/);
    await world.handle(scheduled(), { receiveCount: 2 });
    assert.equal(world.calls.length, 1);
    assert.equal(world.count("TriggerTestMode"), 1);
  });

  it("can be triggered again by hand", async () => {
    const world = new World();
    world.answer = (call) => receipt(call, { testMode: true });
    await world.handle(scheduled());
    world.now += MINUTE;
    world.answer = (call) => receipt(call);
    await world.handle(byHand());
    assert.equal(world.ledger.only().state, "executed");
  });

  it("is not triggered by hand without a person's word once its key may be forgotten, since test mode is a guess", async () => {
    const world = new World();
    world.answer = (call) => receipt(call, { testMode: true });
    await world.handle(scheduled());
    world.now += 24 * HOUR;
    assert.equal(await world.handle(byHand()), "done");
    assert.equal(world.calls.length, 1);
    assert.deepEqual([world.failures[0]?.code, world.failures[0]?.executed], ["OUTCOME_UNKNOWN", "unknown"]);
  });

  it("after an unknown outcome says so in the mail", async () => {
    const world = new World();
    world.answer = throwing(noAnswer());
    await world.handle(scheduled());
    world.now += MINUTE;
    world.answer = (call) => receipt(call, { testMode: true });
    await world.handle(scheduled(), { receiveCount: 2 });
    assert.match(world.mails[0]?.text ?? "", /may have been executed/);
  });
});

describe("a dry run", () => {
  it("logs the call, makes none, and doesn't count as executed", async () => {
    const world = new World({ dryRun: true, notifyOnSuccess: true });
    assert.equal(await world.handle(scheduled()), "done");
    await world.handle(scheduled(), { receiveCount: 2 });
    assert.equal(world.calls.length, 0);
    assert.equal(world.ledger.only().state, "dry-run");
    assert.equal(world.count("TriggerDryRun"), 1);
    assert.equal(world.count("TriggerExecuted"), 0);
    assert.match(world.mails[0]?.subject ?? "", /dry run/);
  });

  it("doesn't stand in the way of the real execution, which sends its own body", async () => {
    const world = new World({ dryRun: true });
    await world.handle(scheduled({ payload: { old: true } }));
    world.config = { ...world.config, dryRun: false };
    await world.handle(scheduled({ payload: { old: false } }));
    assert.equal(world.calls[0]?.body, '{"old":false}');
    assert.equal(world.ledger.only().state, "executed");
  });

  it("that begins while an occurrence is being tried ends it, and tells", async () => {
    const world = new World();
    world.answer = throwing(noAnswer());
    await world.handle(scheduled());
    world.config = { ...world.config, dryRun: true };
    world.now += MINUTE;
    assert.equal(await world.handle(scheduled(), { receiveCount: 2 }), "done");
    assert.equal(world.failures[0]?.code, "DRY_RUN");
    assert.equal(world.failures[0]?.executed, "unknown");
  });

  it("by hand changes nothing about an occurrence that failed", async () => {
    const world = new World();
    world.answer = throwing(invalidRequest());
    await world.handle(scheduled());
    world.config = { ...world.config, dryRun: true };
    world.now += MINUTE;
    await world.handle(byHand());
    assert.equal(world.ledger.only().state, "failed");
    assert.match(world.mails.at(-1)?.subject ?? "", /dry run/);
  });
});

describe("by hand", () => {
  it("repeats an occurrence that failed long ago, under its own key, and answers with a receipt", async () => {
    const world = new World();
    world.answer = throwing(invalidRequest());
    await world.handle(scheduled());
    world.now += 3 * 24 * HOUR;
    world.answer = (call) => receipt(call);
    assert.equal(await world.handle(byHand()), "done");
    assert.equal(new Set(world.calls.map(({ key }) => key)).size, 1);
    assert.equal(world.ledger.only().state, "executed");
    assert.match(world.mails.at(-1)?.subject ?? "", /was executed/);
  });

  it("says when the occurrence was executed before, and does nothing", async () => {
    const world = new World();
    await world.handle(scheduled());
    world.now += HOUR;
    await world.handle(byHand());
    assert.equal(world.calls.length, 1);
    assert.match(world.mails[0]?.subject ?? "", /had been executed before/);
  });

  it("is tried for as long as from a schedule, counted from when it was sent", async () => {
    const world = new World();
    world.now += 24 * HOUR;
    const sentAt = world.now;
    world.answer = throwing(tooMany());
    assert.equal(await world.handle(byHand(), { sentAt }), "back");
    world.now += 6 * HOUR + 1;
    assert.equal(await world.handle(byHand(), { sentAt, receiveCount: 20 }), "done");
    assert.equal(world.failures.length, 1);
  });

  it("with maxAgeMinutes 0 is tried once", async () => {
    const world = new World({ maxAgeMinutes: 0 });
    world.answer = throwing(tooMany());
    await world.handle(scheduled());
    world.now += HOUR;
    assert.equal(await world.handle(byHand()), "done");
    assert.equal(world.calls.length, 2);
    assert.equal(world.failures.length, 2);
  });

  it("delivered twice is tried once", async () => {
    const world = new World();
    world.answer = throwing(invalidRequest());
    await world.handle(scheduled());
    world.now += HOUR;
    const sentAt = world.now;
    world.now += 1_000;
    await world.handle(byHand(), { sentAt });
    await world.handle(byHand(), { sentAt, receiveCount: 2 });
    assert.equal(world.calls.length, 2);
    assert.equal(world.failures.length, 2);
  });

  it("refuses a time at which the schedule has no occurrence: a typing error would execute twice", async () => {
    const world = new World();
    await world.handle(byHand({ scheduledTime: "2026-12-01T13:00:00Z" }));
    assert.equal(world.calls.length, 0);
    assert.match(
      world.failures[0]?.reason ?? "",
      /no occurrence of trigger "payday" \(cron\(0 14 \* \* \? \*\), UTC\)/,
    );
    assert.equal(world.failures[0]?.command, undefined);
  });

  it("takes a time of an earlier schedule that the ledger knows", async () => {
    const world = new World();
    world.answer = throwing(invalidRequest());
    await world.handle(scheduled({ scheduledTime: "2026-12-01T13:00:00Z" }));
    world.now += MINUTE;
    world.answer = (call) => receipt(call);
    await world.handle(byHand({ scheduledTime: "2026-12-01T13:00:00Z" }));
    assert.equal(world.ledger.only().state, "executed");
  });

  it("makes an extra occurrence once for the same text", async () => {
    const world = new World();
    await world.handle({ trigger: "payday", occurrence: "bonus" });
    await world.handle({ trigger: "payday", occurrence: "bonus" });
    await world.handle({ trigger: "payday", occurrence: "bonus 2" });
    assert.equal(world.calls.length, 2);
    assert.equal(world.ledger.items.size, 2);
  });
});

describe("an unknown outcome whose key may be forgotten", () => {
  async function forgotten(): Promise<World> {
    const world = new World();
    world.answer = throwing(noAnswer());
    await world.handle(scheduled());
    world.now = Date.parse(PAYDAY_TIME) + 6 * HOUR + MINUTE;
    await world.handle(scheduled(), { receiveCount: 2 });
    world.now += 24 * HOUR;
    world.answer = (call) => receipt(call);
    return world;
  }

  it("is not tried by hand without a person's word", async () => {
    const world = await forgotten();
    assert.equal(await world.handle(byHand()), "done");
    assert.equal(world.calls.length, 1);
    assert.equal(world.failures.length, 2);
    const [, failure] = world.failures;
    assert.match(failure?.command ?? "", /"confirmedNotExecutedUntil":"2026-12-01T14:01:20Z"/);
    assert.match(
      failure?.whatToDo ?? "",
      /^First look in Sequence, not before 2026-12-01T14:01:20Z, whether the rule ran/,
    );
  });

  it("is tried by hand with it", async () => {
    const world = await forgotten();
    assert.equal(await world.handle(byHand({ confirmedNotExecutedUntil: "2026-12-01T14:01:20Z" })), "done");
    assert.equal(world.ledger.only().state, "executed");
  });

  it("is not covered by a word for a time at which a request could still be executed", async () => {
    const world = await forgotten();
    assert.equal(await world.handle(byHand({ confirmedNotExecutedUntil: "2026-12-01T14:01:19Z" })), "done");
    assert.equal(world.calls.length, 1);
    assert.match(
      world.failures[1]?.reason ?? "",
      /covers the time until 2026-12-01T14:01:19Z; it must be sent after 2026-12-01T14:01:20Z/,
    );
  });

  it("is not covered by a word that was sent before the time that it covers", async () => {
    const world = new World({ keyMemoryMinutes: 0 });
    world.answer = throwing(noAnswer());
    await world.handle(scheduled());
    world.now += 30_000;
    const sentAt = world.now;
    world.now += HOUR;
    await world.handle(byHand({ confirmedNotExecutedUntil: "2026-12-01T14:01:20Z" }), { sentAt });
    assert.equal(world.calls.length, 1);
  });

  it("is not covered by a word that was given before a later try, however late the message came", async () => {
    const world = await forgotten();
    const message = byHand({ confirmedNotExecutedUntil: "2026-12-01T14:01:20Z" });
    const sentAt = world.now;
    world.answer = throwing(noAnswer());
    world.now += 1_000;
    assert.equal(await world.handle(message, { sentAt }), "done");
    assert.equal(await world.handle(message, { sentAt, receiveCount: 2 }), "done");
    // Moved from a dead-letter queue, or sent again: SQS takes it for a new message.
    world.now += 5 * MINUTE;
    assert.equal(await world.handle(message, { sentAt: world.now }), "done");
    assert.equal(world.calls.length, 2);
    assert.equal(world.ledger.only().outcome, "unknown");
    assert.doesNotMatch(world.failures.at(-1)?.command ?? "", /14:01:20Z/);
  });

  it("is not covered by a word that was given while a try was under way", async () => {
    const world = new World({ keyMemoryMinutes: 0 });
    world.answer = () => new Promise(() => {});
    void world.handle(scheduled());
    await new Promise(setImmediate);
    const confirmedNotExecutedUntil = new Date(world.now + 1_000).toISOString();
    world.now += 50_000;
    world.answer = (call) => receipt(call);
    await world.handle(byHand({ confirmedNotExecutedUntil }));
    assert.equal(world.calls.length, 1);
    assert.equal(world.failures[0]?.executed, "unknown");
    // The lease's end, and a minute.
    assert.match(world.failures[0]?.command ?? "", /"confirmedNotExecutedUntil":"2026-12-01T14:02:05Z"/);
  });
});

describe("a confirmation without a time, as earlier mails have it in their command", () => {
  const old = byHand({ confirmedNotExecuted: true });

  it("is refused with the command that has the time, and changes nothing", async () => {
    const world = new World({ keyMemoryMinutes: 0 });
    world.answer = throwing(noAnswer());
    await world.handle(scheduled());
    const before = world.ledger.only();
    world.now += HOUR;
    world.answer = (call) => receipt(call);
    assert.equal(await world.handle(old), "done");
    assert.equal(world.calls.length, 1);
    assert.deepEqual(world.ledger.only(), before);
    const failure = world.failures[1];
    assert.deepEqual([failure?.code, failure?.executed], ["CONFIRMATION_WITHOUT_TIME", "unknown"]);
    assert.match(
      failure?.whatHappened ?? "",
      /^A message by hand for payday of .* was refused, and nothing was called for it/,
    );
    const body = /--message-body '(.*)'$/.exec(failure?.command ?? "")?.[1] ?? "";
    assert.match(body, /"confirmedNotExecutedUntil":"2026-12-01T14:01:20Z"/);
    assert.ok(world.mails.at(-1)?.text.includes(body));
    assert.equal(await world.handle(body), "done");
    assert.equal(world.ledger.only().state, "executed");
  });

  it("doesn't end an occurrence that is being tried", async () => {
    const world = new World();
    world.answer = throwing(tooMany());
    await world.handle(scheduled());
    world.now += MINUTE;
    await world.handle(old);
    assert.equal(world.ledger.only().state, "waiting");
    assert.doesNotMatch(world.failures[0]?.command ?? "", /confirmed/, "none is needed");
    world.answer = (call) => receipt(call);
    assert.equal(await world.handle(scheduled(), { receiveCount: 2 }), "done");
    assert.equal(world.ledger.only().state, "executed");
  });

  it("of an occurrence that was executed is answered with that", async () => {
    const world = new World();
    await world.handle(scheduled());
    world.now += HOUR;
    await world.handle(old);
    assert.equal(world.failures.length, 0);
    assert.match(world.mails[0]?.subject ?? "", /had been executed before/);
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

describe("a redirect or a status that nobody foresaw", () => {
  it("is tried on, and a mail asks for a repair", async () => {
    const world = new World();
    world.answer = throwing(refusal({ code: "REDIRECTED", status: 302, outcome: "unknown" }));
    assert.equal(await world.handle(scheduled()), "back");
    assert.match(world.mails[0]?.subject ?? "", /waits for you/);
  });
});
