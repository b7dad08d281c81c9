import assert from "node:assert/strict";
import {
  byHand,
  HOUR,
  MINUTE,
  noAnswer,
  PAYDAY_TIME,
  receipt,
  scheduled,
  throwing,
  tooMany,
  World,
  wrongSecret,
} from "../world";

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
    world.answer = throwing(wrongSecret());
    await world.handle(scheduled());
    world.now += 1_000;
    world.answer = (call) => receipt(call);
    assert.equal(await world.handle(byHand()), "done");
    assert.equal(world.ledger.only().state, "executed");
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
