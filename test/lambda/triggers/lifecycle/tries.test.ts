import assert from "node:assert/strict";
import {
  HOUR,
  invalidRequest,
  MINUTE,
  noAnswer,
  PAYDAY_TIME,
  receipt,
  refusal,
  scheduled,
  throwing,
  tooMany,
  unfilledSecret,
  World,
  wrongSecret,
} from "../world";

describe("a failed try", () => {
  it("puts the message back with a delay that grows to 15 minutes", async () => {
    const world = new World();
    world.answer = throwing(tooMany());
    for (const receiveCount of [1, 2, 3, 4, 5, 6, 7]) {
      assert.equal(await world.handle(scheduled(), { receiveCount }), "back");
      world.now += (world.delays.at(-1) ?? 0) * 1000;
    }
    // After a 429 the rule is left alone for a minute at least.
    assert.deepEqual(world.delays, [60, 60, 120, 240, 480, 900, 900]);
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

describe("a redirect or a status that nobody foresaw", () => {
  it("is tried on, and a mail asks for a repair", async () => {
    const world = new World();
    world.answer = throwing(refusal({ code: "REDIRECTED", status: 302, outcome: "unknown" }));
    assert.equal(await world.handle(scheduled()), "back");
    assert.match(world.mails[0]?.subject ?? "", /waits for you/);
  });
});
