import assert from "node:assert/strict";
import { heartbeat } from "./check/checked";
import { byHand, HOUR, MINUTE, noAnswer, PAYDAY_TIME, receipt, scheduled, throwing, tooMany, World } from "./world";

describe("the stop switch", () => {
  const hours = (world: World, count: number) => {
    world.now += count * HOUR;
  };

  it("keeps a message without a call, a claim or an attempt, and lets it run once it is off", async () => {
    const world = new World();
    world.pause();
    assert.equal(await world.handle(scheduled()), "back");
    assert.equal(world.ledger.items.size, 0);
    assert.equal(world.count("Paused"), 1);
    world.resume();
    hours(world, 1);
    assert.equal(await world.handle(scheduled(), { receiveCount: 8 }), "done");
    assert.equal(world.calls.length, 1);
    assert.equal(world.ledger.only().attempts, 1);
  });

  it("holds the next try of an occurrence that was tried before", async () => {
    const world = new World();
    world.answer = throwing(tooMany());
    await world.handle(scheduled());
    world.pause();
    world.now += 5 * MINUTE;
    assert.equal(await world.handle(scheduled(), { receiveCount: 2 }), "back");
    assert.equal(world.calls.length, 1);
    assert.equal(world.ledger.only().state, "waiting");
  });

  it("is read anew with each delivery", async () => {
    const world = new World();
    const handler = world.handler();
    await world.handle(scheduled(), { handler });
    world.pause();
    await world.handle(scheduled({ scheduledTime: "2026-11-30T14:00:00Z" }), { handler });
    assert.equal(world.calls.length, 1);
  });

  it("counts as on while it can't be read", async () => {
    const world = new World();
    const { readNote } = world.ledger;
    world.ledger.readNote = () => Promise.reject(new Error("DynamoDB is down"));
    assert.equal(await world.handle(scheduled()), "back");
    assert.equal(world.calls.length, 0);
    world.ledger.readNote = readNote;
    await world.handle(scheduled());
    assert.equal(world.calls.length, 1);
  });

  it("comes before the claim: one that is switched on between two reads of the ledger holds, too", async () => {
    const world = new World();
    world.ledger.before = (operation, item) => {
      if (operation !== "write" || !item) return;
      world.ledger.before = () => {};
      world.pause();
      // Another delivery was faster, so the ledger is read again.
      world.ledger.items.set(item.key, { ...item, state: "waiting", owner: "another" });
    };
    assert.equal(await world.handle(scheduled()), "back");
    assert.equal(world.calls.length, 0);
  });

  it("holds messages by hand, and answers those for what was executed before", async () => {
    const world = new World();
    await world.handle(scheduled());
    world.pause();
    assert.equal(await world.handle({ trigger: "payday", occurrence: "bonus" }), "back");
    assert.equal(await world.handle(byHand()), "done");
    assert.match(world.mails[0]?.subject ?? "", /had been executed before/);
    assert.equal(world.calls.length, 1);
  });

  it("records a result that could not be saved before", async () => {
    const world = new World();
    const handler = world.handler();
    world.answer = (call) => {
      world.ledger.before = throwing(new Error("DynamoDB is down"));
      return receipt(call);
    };
    await world.handle(scheduled(), { handler });
    world.ledger.before = () => {};
    world.pause();
    assert.equal(await world.handle(scheduled(), { handler, receiveCount: 2 }), "done");
    assert.equal(world.ledger.only().state, "executed");
  });

  it("leaves the age of what it holds out of the metric, so that no alarm calls it late", async () => {
    const world = new World();
    world.pause();
    hours(world, 2);
    await world.handle(scheduled());
    assert.equal(world.count("OccurrenceAgeSeconds"), 0);
  });
});

describe("an occurrence whose time ends during a pause", () => {
  it("is skipped, without a failure and without a mail of its own", async () => {
    const world = new World();
    world.pause();
    world.now += 7 * HOUR;
    assert.equal(await world.handle(scheduled(), { receiveCount: 30 }), "done");
    const { state, outcome, told, attempts } = world.ledger.only();
    assert.deepEqual(
      { state, outcome, told, attempts },
      { state: "skipped", outcome: "not-executed", told: true, attempts: 0 },
    );
    assert.deepEqual([world.failures, world.mails, world.calls], [[], [], []]);
  });

  it("is named once in the mail of the next daily check, with the command that runs it", async () => {
    const world = new World();
    world.pause();
    world.now += 7 * HOUR;
    await world.handle(scheduled());
    await world.handle({ trigger: "payday", occurrence: "bonus" }, { sentAt: world.now - 7 * HOUR });
    world.schedules.clear();
    await world.handle(heartbeat(world));
    const [mail, ...others] = world.mails.filter(({ subject }) => subject.includes("skipped"));
    assert.deepEqual(others, []);
    assert.equal(mail?.subject, "Sequence: 2 occurrences were skipped during a pause");
    for (const part of ['"scheduledTime":"2026-12-01T14:00:00Z"', '"occurrence":"bonus"', "are paused"])
      assert.ok(mail?.text.includes(part), part);
    assert.ok(world.count("Paused") >= 3);
    world.now += 24 * HOUR;
    await world.handle(heartbeat(world));
    assert.equal(world.mails.filter(({ subject }) => subject.includes("skipped")).length, 1);
  });

  it("isn't named there once a person has run it", async () => {
    const world = new World();
    world.pause();
    world.now += 7 * HOUR;
    await world.handle(scheduled());
    await world.handle({ trigger: "payday", occurrence: "bonus" }, { sentAt: world.now - 7 * HOUR });
    world.resume();
    world.now += MINUTE;
    await world.handle(byHand());
    world.schedules.clear();
    await world.handle(heartbeat(world));
    const [mail] = world.mails.filter(({ subject }) => subject.includes("skipped"));
    assert.equal(mail?.subject, "Sequence: 1 occurrence was skipped during a pause");
    assert.ok(mail.text.includes('"occurrence":"bonus"'));
  });

  it("needs no mail if a person has run everything that was skipped", async () => {
    const world = new World();
    world.pause();
    world.now += 7 * HOUR;
    await world.handle(scheduled());
    world.resume();
    world.now += MINUTE;
    await world.handle(byHand());
    world.schedules.clear();
    for (let day = 0; day < 2; day += 1) await world.handle(heartbeat(world));
    assert.deepEqual(
      world.mails.filter(({ subject }) => subject.includes("skipped")),
      [],
    );
    assert.equal((await world.ledger.readNote("skipped"))?.occurrences, "{}");
  });

  it("isn't run by a late copy of its message, and is by hand", async () => {
    const world = new World();
    world.pause();
    world.now += 7 * HOUR;
    await world.handle(scheduled());
    world.resume();
    assert.equal(await world.handle(scheduled()), "done");
    assert.deepEqual([world.calls, world.failures], [[], []]);
    world.now += MINUTE;
    await world.handle(byHand());
    assert.equal(world.calls.length, 1);
    assert.equal(world.ledger.only().state, "executed");
  });

  it("isn't skipped if it may have been executed: that is told at once", async () => {
    const world = new World();
    world.answer = throwing(noAnswer());
    await world.handle(scheduled());
    world.pause();
    world.now += 7 * HOUR;
    assert.equal(await world.handle(scheduled(), { receiveCount: 20 }), "done");
    assert.equal(world.ledger.only().state, "failed");
    assert.equal(world.failures[0]?.executed, "unknown");
    assert.equal(world.mails.length, 1);
  });

  it("comes back until the note for the mail is written", async () => {
    const world = new World();
    world.pause();
    world.now += 7 * HOUR - MINUTE;
    const { writeNote } = world.ledger;
    world.ledger.writeNote = async () => false;
    await world.handle(byHand(), { sentAt: Date.parse(PAYDAY_TIME) });
    assert.equal(world.ledger.only().told, false);
    world.ledger.writeNote = writeNote;
    await world.handle(scheduled(), { receiveCount: 2 });
    assert.equal(world.ledger.only().told, true);
    assert.ok(world.ledger.notes.has("skipped"));
  });

  it("that a person asked for once more keeps its failure", async () => {
    const world = new World();
    world.answer = throwing(noAnswer());
    await world.handle(scheduled());
    world.now += 13 * HOUR;
    await world.handle(scheduled(), { receiveCount: 20 });
    world.pause();
    const sentAt = world.now + MINUTE;
    world.now = sentAt + 7 * HOUR;
    const confirmedNotExecutedUntil = new Date(sentAt).toISOString();
    assert.equal(await world.handle(byHand({ confirmedNotExecutedUntil }), { sentAt, receiveCount: 20 }), "done");
    assert.equal(world.ledger.only().state, "failed");
    assert.ok(world.ledger.notes.has("skipped"));
    assert.equal(world.calls.length, 1);
  });

  it("is accounted for in the daily check", async () => {
    const world = new World();
    world.pause();
    world.now += 7 * HOUR;
    await world.handle(scheduled());
    world.now += 24 * HOUR;
    await world.handle(heartbeat(world));
    assert.deepEqual(world.failures, []);
  });

  it("leaves a list of bounded length", async () => {
    const world = new World();
    world.pause();
    for (let i = 0; i < 203; i++)
      await world.handle({ trigger: "payday", occurrence: `bonus ${i}` }, { sentAt: world.now - 7 * HOUR });
    await world.handle(heartbeat(world));
    const mail = world.mails.find(({ subject }) => subject.includes("skipped"));
    assert.equal(mail?.subject, "Sequence: 203 occurrences were skipped during a pause");
    assert.ok(mail?.text.includes("And 3 more"));
  });
});
