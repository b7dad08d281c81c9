import assert from "node:assert/strict";
import { receivesWithin } from "../../../lambda/agreements/redelivery";
import { occurrenceKey } from "../../../lambda/triggers/lifecycle/key";
import {
  aConfigWithEvents,
  EVENT_QUEUE,
  HOUR,
  MINUTE,
  receipt,
  scheduled,
  throwing,
  tooMany,
  WORK_QUEUE,
  World,
} from "./world";

describe("after a 429 of Sequence", () => {
  const extra = { trigger: "payday", occurrence: "bonus" };

  it("every message of the rule waits for as long as Sequence asks for", async () => {
    const world = new World();
    world.answer = throwing(tooMany(20 * MINUTE));
    await world.handle(scheduled());
    world.answer = (call) => receipt(call);
    world.now += 19 * MINUTE;
    assert.equal(await world.handle(extra), "back");
    assert.equal(await world.handle(scheduled(), { receiveCount: 2 }), "back");
    assert.equal(world.calls.length, 1);
    world.now += MINUTE;
    assert.equal(await world.handle(scheduled(), { receiveCount: 3 }), "done");
    assert.equal(await world.handle(extra, { receiveCount: 2 }), "done");
    assert.equal(world.calls.length, 3);
  });

  it("they wait for a minute, and a random part of a quarter more, if Sequence doesn't say", async () => {
    for (const [random, seconds] of [
      [0, 60],
      [1, 75],
    ] as const) {
      const world = new World();
      world.random = random;
      world.answer = throwing(tooMany());
      await world.handle(scheduled());
      world.now += seconds * 1_000 - 1;
      await world.handle(extra);
      assert.equal(world.calls.length, 1, `${seconds - 1} s`);
      world.now += 1;
      await world.handle(extra);
      assert.equal(world.calls.length, 2, `${seconds} s`);
    }
  });

  it("another rule doesn't wait", async () => {
    const world = new World();
    const { payday } = world.config.triggers;
    assert.ok(payday);
    world.config = { ...world.config, triggers: { payday, rent: { ...payday, ruleId: "ru_2" } } };
    world.answer = throwing(tooMany(HOUR));
    await world.handle(scheduled());
    world.answer = (call) => receipt(call);
    assert.equal(await world.handle({ trigger: "rent", occurrence: "bonus" }), "done");
  });

  it("a message that waits makes no claim, and keeps its time: past its age it is told", async () => {
    const world = new World({ maxAgeMinutes: 30 });
    world.answer = throwing(tooMany(HOUR));
    await world.handle(extra);
    assert.equal(await world.handle(scheduled()), "back");
    assert.equal(world.ledger.items.size, 1);
    world.now += 31 * MINUTE;
    assert.equal(await world.handle(scheduled(), { receiveCount: 2 }), "done");
    assert.equal(world.failures[0]?.code, "TOO_OLD");
    assert.equal(world.failures[0]?.executed, "no");
  });

  it("a pace that can't be noted is no reason to lose the result", async () => {
    const world = new World();
    world.answer = throwing(tooMany());
    world.ledger.writeNote = () => Promise.reject(new Error("DynamoDB is down"));
    assert.equal(await world.handle(scheduled()), "back");
    assert.equal(world.ledger.only().state, "waiting");
  });

  it("an event waits until the payday that waits has been called", async () => {
    const world = new World(aConfigWithEvents());
    const event = (name: string) => ({ trigger: "invoice", event: name });
    world.answer = throwing(tooMany());
    await world.handle(event("a"), { queue: EVENT_QUEUE });
    world.answer = (call) => receipt(call);
    assert.equal(await world.handle(scheduled()), "back");
    const paydayIsBackIn = (world.delays.at(-1) ?? 0) * 1_000;
    world.now += paydayIsBackIn - 1;
    assert.equal(await world.handle(event("a"), { queue: EVENT_QUEUE, receiveCount: 2 }), "back");
    assert.equal(await world.handle(event("b"), { queue: EVENT_QUEUE }), "back");
    world.now += 1;
    assert.equal(await world.handle(scheduled(), { receiveCount: 2 }), "done");
    world.now += 2 * MINUTE;
    assert.equal(await world.handle(event("b"), { queue: EVENT_QUEUE, receiveCount: 2 }), "done");
    assert.deepEqual(
      world.calls.map(({ body }) => body),
      ['{"by":"default"}', "{}", '{"by":"default"}'],
    );
  });

  it("300 events of one rule and a payday in the middle are each executed once, payday first, far from the limits of their queues", async () => {
    const world = new World(aConfigWithEvents());
    let random = 1;
    // A fixed stream, so that messages come back at different times.
    const next = () => {
      random = (random * 16_807) % 2_147_483_647;
      return random / 2_147_483_647;
    };
    Object.defineProperty(world, "random", { get: next });
    const accepted: { at: number; key: string }[] = [];
    const payday = "2026-12-02T14:00:00Z";
    const paydayKey = occurrenceKey({ ruleId: "ru_1", scheduledTime: payday });
    let refusedAt = 0;
    world.answer = (call) => {
      // Once, so that payday has to wait while the events do.
      if (call.key === paydayKey && refusedAt === 0) {
        refusedAt = world.now;
        throw tooMany();
      }
      const lately = accepted.filter(({ at }) => at > world.now - MINUTE).length;
      if (lately >= 2) throw tooMany();
      accepted.push({ at: world.now, key: call.key });
      return receipt(call);
    };
    interface Message {
      readonly body: object;
      readonly queue: string;
      readonly sentAt: number;
      visibleAt: number;
      receives: number;
    }
    const message = (body: object, queue: string, sentAt: number): Message => {
      return { body, queue, sentAt, visibleAt: sentAt, receives: 0 };
    };
    const paydayAt = Date.parse(payday);
    const queued = Array.from({ length: 300 }, (_, i) =>
      message({ trigger: "invoice", event: `invoice-${i}` }, EVENT_QUEUE, paydayAt - 10 * MINUTE),
    );
    queued.push(message(scheduled({ scheduledTime: payday }), WORK_QUEUE, paydayAt));
    const handler = world.handler();
    let most = 0;
    let longest = 0;
    for (let step = 0; queued.length > 0 && step < 60_000; step++) {
      const first = queued.reduce((a, b) => (b.visibleAt < a.visibleAt ? b : a));
      world.now = Math.max(world.now + 100, first.visibleAt);
      first.receives += 1;
      most = Math.max(most, first.receives);
      longest = Math.max(longest, world.now - first.sentAt);
      const { receives: receiveCount, sentAt, queue } = first;
      const verdict = await world.handle(first.body, { receiveCount, sentAt, queue, handler });
      if (verdict === "done") queued.splice(queued.indexOf(first), 1);
      else first.visibleAt = world.now + (world.delays.at(-1) ?? 0) * 1_000;
    }
    assert.deepEqual([queued.length, world.failures.length], [0, 0]);
    const executed = [...world.ledger.items.values()];
    assert.equal(executed.length, 301);
    assert.ok(executed.every(({ state }) => state === "executed"));
    assert.equal(new Set(accepted.map(({ key }) => key)).size, 301);
    assert.equal(accepted.length, 301);
    const since = accepted.filter(({ at }) => at >= refusedAt);
    assert.ok(since.length > 200, "payday came in the middle");
    assert.equal(since[0]?.key, paydayKey, "payday was first");
    assert.ok(most < receivesWithin(720) / 2, `${most} of ${receivesWithin(720)} receives`);
    assert.ok(longest < 6 * HOUR, `${longest} ms: a small part of the retention of four days`);
  });
});
