import assert from "node:assert/strict";
import type { LedgerItem } from "../../../../lambda/triggers/lifecycle/ledgerItem";
import { HOUR, invalidRequest, MINUTE, noAnswer, PAYDAY_TIME, receipt, scheduled, throwing, World } from "../world";

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
