import assert from "node:assert/strict";
import { receivesWithin } from "../../../lambda/agreements/redelivery";
import { HOUR, MINUTE, receipt, scheduled, throwing, tooMany, World } from "./world";

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

  it("300 messages of one rule, and a payday among them, are each executed once, far from the limits of their queue", async () => {
    const world = new World();
    let random = 1;
    // A fixed stream, so that messages come back at different times.
    const next = () => {
      random = (random * 16_807) % 2_147_483_647;
      return random / 2_147_483_647;
    };
    Object.defineProperty(world, "random", { get: next });
    const callsAt: number[] = [];
    world.answer = (call) => {
      const lately = callsAt.filter((at) => at > world.now - MINUTE).length;
      if (lately >= 2) throw tooMany();
      callsAt.push(world.now);
      return receipt(call);
    };
    interface Message {
      readonly body: object;
      readonly sentAt: number;
      visibleAt: number;
      receives: number;
    }
    const message = (body: object, sentAt: number): Message => ({ body, sentAt, visibleAt: sentAt, receives: 0 });
    const start = world.now;
    const dayOn = Date.parse("2026-12-02T14:00:00Z") - start;
    const queue = Array.from({ length: 300 }, (_, i) =>
      message({ trigger: "payday", occurrence: `invoice-${i}` }, start + dayOn - 10 * MINUTE),
    );
    queue.push(message(scheduled({ scheduledTime: "2026-12-02T14:00:00Z" }), start + dayOn));
    const handler = world.handler();
    let most = 0;
    for (let step = 0; queue.length > 0 && step < 60_000; step++) {
      const first = queue.reduce((a, b) => (b.visibleAt < a.visibleAt ? b : a));
      world.now = Math.max(world.now + 100, first.visibleAt);
      first.receives += 1;
      most = Math.max(most, first.receives);
      const { receives: receiveCount, sentAt } = first;
      const verdict = await world.handle(first.body, { receiveCount, sentAt, handler });
      if (verdict === "done") queue.splice(queue.indexOf(first), 1);
      else first.visibleAt = world.now + (world.delays.at(-1) ?? 0) * 1_000;
    }
    assert.deepEqual([queue.length, world.failures.length], [0, 0]);
    const executed = [...world.ledger.items.values()];
    assert.equal(executed.length, 301);
    assert.ok(executed.every(({ state }) => state === "executed"));
    assert.equal(callsAt.length, 301);
    assert.ok(most < receivesWithin(720) / 3, `${most} of ${receivesWithin(720)} receives`);
    assert.ok(world.now - start - dayOn < 6 * HOUR, "a small part of the retention of four days");
  });
});
