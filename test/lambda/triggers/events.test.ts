import assert from "node:assert/strict";
import { eventKey, extraOccurrenceKey, occurrenceKey } from "../../../lambda/triggers/lifecycle/key";
import {
  aConfigWithEvents,
  EVENT_QUEUE,
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
} from "./world";

const invoice = (changes: object = {}) => ({ trigger: "invoice", event: "invoice-4711", ...changes });

describe("an event", () => {
  let world: World;
  const send = (message: object | string, options: object = {}) =>
    world.handle(message, { queue: EVENT_QUEUE, ...options });

  beforeEach(() => {
    world = new World(aConfigWithEvents());
  });

  it("triggers its rule with its payload, or else with the trigger's, and no mail tells of it", async () => {
    world.config = aConfigWithEvents({ notifyOnSuccess: true });
    assert.equal(await send(invoice({ payload: { cents: 5 } })), "done");
    assert.equal(await send(invoice({ event: "invoice-4712" })), "done");
    assert.deepEqual(
      world.calls.map(({ ruleId, body }) => [ruleId, body]),
      [
        ["ru_1", '{"cents":5}'],
        ["ru_1", '{"by":"default"}'],
      ],
    );
    assert.deepEqual([world.mails, world.failures], [[], []]);
  });

  it("runs once for its rule and text, whatever its trigger is called, and for 400 days", async () => {
    await send(invoice());
    const { invoice: renamed, payday } = world.config.triggers;
    assert.ok(renamed && payday);
    world.config = { ...world.config, triggers: { payday, bill: renamed } };
    world.now += 390 * 24 * HOUR;
    assert.equal(await send({ trigger: "bill", event: "invoice-4711" }), "done");
    assert.equal(world.calls.length, 1);
    const item = world.ledger.only();
    assert.deepEqual([item.event, item.state, item.key], ["invoice-4711", "executed", world.calls[0]?.key]);
    const keptSeconds = item.expiresAt - Date.parse(item.updatedAt) / 1000;
    assert.ok(keptSeconds >= 400 * 86_400, `${keptSeconds} s`);
  });

  it("has a key that no scheduled and no extra occurrence can have", () => {
    const keys = [
      eventKey({ ruleId: "ru_1", event: PAYDAY_TIME }),
      occurrenceKey({ ruleId: "ru_1", scheduledTime: PAYDAY_TIME }),
      extraOccurrenceKey({ ruleId: "ru_1", occurrence: PAYDAY_TIME }),
      eventKey({ ruleId: "ru_2", event: PAYDAY_TIME }),
    ];
    assert.equal(new Set(keys).size, keys.length);
    // Another key would let what was executed be executed again.
    assert.equal(eventKey({ ruleId: "ru_12345", event: "invoice-4711" }), KEY_OF_4711);
  });

  it("that comes again with another payload runs nothing and is a conflict, however the first one stands", async () => {
    const stands: Record<string, () => unknown> = {
      executed: () => send(invoice({ payload: { a: 1, b: 2 } })),
      waiting: () => {
        world.answer = throwing(noAnswer());
        return send(invoice({ payload: { a: 1, b: 2 } }));
      },
      failed: () => {
        world.answer = throwing(invalidRequest());
        return send(invoice({ payload: { a: 1, b: 2 } }));
      },
    };
    for (const [state, prepare] of Object.entries(stands)) {
      world = new World(aConfigWithEvents());
      await prepare();
      const { calls, mails, failures } = world;
      const before = [calls.length, mails.length, failures.length];
      const item = world.ledger.only();
      assert.equal(item.state, state);
      world.now += 10 * MINUTE;
      assert.equal(await send(invoice({ payload: { a: 1 } })), "done");
      assert.deepEqual([calls.length, mails.length, failures.length], before, state);
      assert.equal(world.ledger.only(), item);
      assert.equal(world.count("EventConflict"), 1);
      assert.ok(world.events.some(({ event, level }) => event === "event.conflict" && level === "error"));
    }
  });

  it("is no conflict in another spelling of its payload, or without one after the trigger's payload was changed", async () => {
    await send(invoice({ payload: { a: 1, b: 2 } }));
    await send(invoice({ payload: { b: 2, a: 1 } }));
    await send(invoice());
    assert.equal(world.count("EventConflict"), 0);
    assert.equal(world.calls.length, 1);
  });

  it("is tried again with a number that JSON writes differently: it is no other payload", async () => {
    const message = '{"trigger":"invoice","event":"invoice-4711","payload":{"cents":-0,"rate":1e2}}';
    world.answer = throwing(tooMany());
    assert.equal(await send(message), "back");
    world.now += 5 * MINUTE;
    await send(message, { receiveCount: 2 });
    assert.deepEqual(
      world.calls.map(({ body }) => body),
      ['{"cents":0,"rate":100}', '{"cents":0,"rate":100}'],
    );
    assert.equal(world.count("EventConflict"), 0);
  });

  it("is tried again with the body of its first try after the trigger's payload was changed", async () => {
    world.answer = throwing(noAnswer());
    assert.equal(await send(invoice()), "back");
    const { invoice: changed } = world.config.triggers;
    assert.ok(changed);
    world.config = { ...world.config, triggers: { invoice: { ...changed, payload: { by: "another" } } } };
    world.now += 5 * MINUTE;
    await send(invoice(), { receiveCount: 2 });
    assert.deepEqual(
      world.calls.map(({ body }) => body),
      ['{"by":"default"}', '{"by":"default"}'],
    );
  });

  it("goes back to its own queue, a payday to the work queue", async () => {
    world.answer = throwing(noAnswer());
    await send(invoice());
    await world.handle(scheduled());
    assert.deepEqual(world.putBackTo, ["events", "work"]);
  });

  it("counts its age from when it was sent, and is given up with the command that runs it", async () => {
    world.answer = throwing(noAnswer());
    const sentAt = world.now;
    await send(invoice(), { sentAt });
    world.now += 7 * HOUR;
    await send(invoice(), { sentAt, receiveCount: 2 });
    const [failure] = world.failures;
    assert.equal(failure?.event, "invoice-4711");
    assert.equal(failure?.executed, "unknown");
    assert.match(failure?.command ?? "", /\/work' .*\{"trigger":"invoice","event":"invoice-4711","confirmedNotExecut/);
    assert.equal(failure?.message, undefined);
    assert.match(world.mails[0]?.subject ?? "", /invoice of the event "invoice-4711" - execution unknown/);
  });

  it("that gets too old during a pause is skipped, and named with its command in the daily mail", async () => {
    world.pause();
    const sentAt = world.now;
    assert.equal(await send(invoice(), { sentAt }), "back");
    world.now += 7 * HOUR;
    assert.equal(await send(invoice(), { sentAt, receiveCount: 2 }), "done");
    assert.equal(world.ledger.only().state, "skipped");
    const skipped = String(world.ledger.notes.get("skipped")?.occurrences);
    assert.match(skipped, /"message":\{"trigger":"invoice","event":"invoice-4711"\}/);
  });

  describe("by hand", () => {
    it("runs again with the body of its first try, and a mail answers", async () => {
      world.answer = throwing(invalidRequest());
      await send(invoice({ payload: { cents: 5 } }));
      world.mails.length = 0;
      world.answer = (call) => ({
        ...call,
        requestId: "req",
        message: "",
        testMode: false,
        attempts: 1,
        idempotencyKey: "",
      });
      world.now += MINUTE;
      assert.equal(await world.handle(invoice()), "done");
      const [first, second] = world.calls;
      assert.deepEqual([second?.key, second?.body], [first?.key, first?.body]);
      assert.match(world.mails[0]?.subject ?? "", /was executed/);
    });

    it("runs with its own payload after a dry run, too", async () => {
      world.config = aConfigWithEvents({ dryRun: true });
      await send(invoice({ payload: { cents: 5 } }));
      world.config = aConfigWithEvents();
      world.now += MINUTE;
      await world.handle(invoice());
      assert.equal(world.calls[0]?.body, '{"cents":5}');
    });

    it("is refused if the ledger doesn't know it, because a mistyped one would be a new event", async () => {
      assert.equal(await world.handle(invoice()), "done");
      assert.deepEqual([world.calls, world.ledger.items.size], [[], 0]);
      const [failure] = world.failures;
      assert.match(failure?.reason ?? "", /knows no event "invoice-4711" of trigger "invoice"/);
      // It may lie in the event queue, and run later.
      assert.deepEqual([failure?.executed, failure?.command], ["unknown", undefined]);
      assert.match(
        failure?.whatHappened ?? "",
        /^A message by hand for invoice of the event .* was refused, and nothing/,
      );
      await send(invoice());
      assert.equal(world.calls.length, 1);
    });

    it("isn't replaced by an extra occurrence in any mail, because that has another payload", async () => {
      await send(invoice({ payload: { cents: 5 } }));
      world.now += MINUTE;
      await world.handle(invoice());
      world.answer = (call) => receipt(call, { testMode: true });
      await send(invoice({ event: "invoice-4712", payload: { cents: 6 } }));
      assert.equal(world.mails.length, 2);
      for (const { text } of world.mails) {
        assert.doesNotMatch(text, /"occurrence"/);
        assert.match(text, /have its sender send it to the event queue under another text, with the same payload/);
      }
    });

    it("isn't what the mail asks for if the ledger couldn't be read, because it may not know the event", async () => {
      const sentAt = world.now;
      world.ledger.before = () => {
        throw new Error("DynamoDB is down");
      };
      world.now += 7 * HOUR;
      assert.equal(await send(invoice(), { sentAt }), "done");
      const [failure] = world.failures;
      assert.deepEqual(
        [failure?.code, failure?.executed, failure?.command],
        ["LEDGER_UNAVAILABLE", "unknown", undefined],
      );
      assert.match(failure?.whatToDo ?? "", /have its sender send it to the event queue again, where one that ran/);
      world.ledger.before = () => {};
      assert.equal(await send(invoice()), "done");
      assert.equal(world.calls.length, 1);
    });

    it("an extra occurrence of its trigger can be asked for, but no scheduled one", async () => {
      await world.handle({ trigger: "invoice", occurrence: "once" });
      assert.equal(world.calls.length, 1);
      await world.handle({ trigger: "invoice", scheduledTime: PAYDAY_TIME });
      assert.equal(world.calls.length, 1);
      assert.match(world.failures[0]?.reason ?? "", /it has no schedule/);
    });
  });

  describe("from a sender who means no good", () => {
    const forms: Record<string, object | string> = {
      "an occurrence of a schedule": scheduled({ scheduledTime: "2026-12-01T14:00:00Z" }),
      "an occurrence by hand": { trigger: "payday", scheduledTime: PAYDAY_TIME },
      "an extra occurrence": { trigger: "invoice", occurrence: "bonus" },
      "an event of a trigger with a schedule": { trigger: "payday", event: "4711" },
      "an event of no trigger": { trigger: "salary", event: "4711" },
      "an event of every object's property": { trigger: "constructor", event: "4711" },
      "a confirmation": invoice({ confirmedNotExecutedUntil: PAYDAY_TIME }),
      "an unchecked event": invoice({ unchecked: true }),
      "a daily check": { heartbeat: PAYDAY_TIME },
      "a returned failure": { whatHappened: "nothing", whatToDo: "run it", command: "aws evil" },
      "an event that names its rule": invoice({ ruleId: "ru_1" }),
      "an event without a text": { trigger: "invoice" },
      "a text of two lines": invoice({ event: "a\nThe command:\nrm" }),
      "a payload that is no object": invoice({ payload: [1] }),
      "a payload that is too large": invoice({ payload: { a: "x".repeat(70_000) } }),
      "a payload that is too deep": `{"trigger":"invoice","event":"e","payload":{"a":${"[".repeat(20_000)}${"]".repeat(20_000)}}}`,
      "a payload whose number lost digits":
        '{"trigger":"invoice","event":"e","payload":{"ids":[12345678901234567890]}}',
      "a payload whose number is none": '{"trigger":"invoice","event":"e","payload":{"cents":1e400}}',
      "no JSON": "pay me\n\nThe command:\nrm -rf /",
    };
    for (const [what, message] of Object.entries(forms))
      it(`${what} is refused: nothing is called or recorded, a person is told, and no line of it is theirs`, async () => {
        assert.equal(await send(message), "done");
        assert.deepEqual([world.calls, world.ledger.items.size, world.ledger.notes.size], [[], 0, 0]);
        assert.equal(world.failures.length, 1);
        const [failure] = world.failures;
        // An event of a trigger that isn't there may have been sent under another name, too.
        const executed = failure?.code === "UNKNOWN_TRIGGER" ? "unknown" : "no";
        assert.deepEqual([failure?.executed, failure?.command], [executed, undefined]);
        assert.equal(world.mails.length, 1);
        assert.doesNotMatch(world.mails[0]?.text ?? "", /^(The command|rm|aws)/m);
        assert.ok((failure?.message ?? "").length < 700, "a bounded message");
      });

    it("that a renamed trigger runs under its new name is not told as not executed under the old one", async () => {
      const { invoice: renamed } = world.config.triggers;
      assert.ok(renamed);
      world.config = { ...world.config, triggers: { bill: renamed } };
      await send({ trigger: "bill", event: "invoice-4711" });
      await send(invoice());
      assert.equal(world.calls.length, 1);
      const [failure] = world.failures;
      assert.deepEqual([failure?.executed, failure?.code], ["unknown", "UNKNOWN_TRIGGER"]);
      assert.match(failure?.whatHappened ?? "", /not known whether the same event runs under another trigger's name/);
      assert.match(failure?.whatToDo ?? "", /an event that ran for its rule already runs nothing again/);
    });

    it("a refused message that was delivered before may have been tried before", async () => {
      await send({ trigger: "renamed", event: "4711" }, { receiveCount: 3 });
      assert.equal(world.failures[0]?.executed, "unknown");
    });

    it("an event in the work queue is a message by hand, which brings no payload", async () => {
      await world.handle(invoice({ payload: { cents: 5 } }));
      assert.deepEqual(world.calls, []);
      assert.match(world.failures[0]?.reason ?? "", /"payload"/);
    });
  });

  it("and any other message of an unknown queue are left where they are", async () => {
    for (const queue of [`${WORK_QUEUE}8`, "arn:aws:sqs:us-east-1:210987654321:events", ""])
      await assert.rejects(
        world.handle(invoice(), { queue }),
        /it must be from the work queue or the event queue/,
        queue,
      );
    world.config = { ...world.config, triggers: {} };
    await assert.rejects(send(invoice()), /it must be from/);
    assert.deepEqual(world.calls, []);
  });

  it("is nothing that the daily check looks for", async () => {
    const input = JSON.stringify(scheduled({ scheduledTime: "<aws.scheduler.scheduled-time>" }));
    const times = { startsAt: undefined, endsAt: undefined, changedAt: Date.parse(PAYDAY_TIME) };
    world.schedules.set("payday", {
      enabled: true,
      expression: "cron(0 14 * * ? *)",
      timezone: "UTC",
      ...times,
      input,
    });
    await world.handle({ heartbeat: PAYDAY_TIME });
    assert.equal(world.count("Heartbeat"), 1);
    assert.equal(world.count("HeartbeatProblem"), 0);
    assert.deepEqual(world.mails, []);
    world.badSecrets.add("arn:secret:invoice");
    await world.handle({ heartbeat: PAYDAY_TIME });
    assert.equal(world.count("HeartbeatProblem"), 1);
  });

  it("comes for a trigger whose schedule was taken out: a late message of the schedule is refused and told", async () => {
    const { invoice: events } = world.config.triggers;
    assert.ok(events);
    world.config = { ...world.config, triggers: { payday: { ...events, ruleId: "ru_1" } } };
    await world.handle(scheduled());
    assert.deepEqual(world.calls, []);
    assert.match(world.failures[0]?.reason ?? "", /has no schedule: events set it off/);
  });
});

const KEY_OF_4711 = "ab096d97-e787-8953-8abf-b35d68bad327";
