import assert from "node:assert/strict";
import { PAYDAY_TIME, tooMany, World } from "./world";

describe("a function whose clock is behind that of its queue", () => {
  it("doesn't take a second delivery of a message by hand for a new one, once it told that the first was in vain", async () => {
    const world = new World({ maxAgeMinutes: 0 });
    const message = { trigger: "payday", scheduledTime: PAYDAY_TIME };
    // Sent two seconds ago by the queue's clock, but in three seconds by the function's.
    const sentAt = world.now + 3_000;
    world.answer = () => {
      throw tooMany();
    };
    assert.equal(await world.handle(message, { sentAt }), "done");
    assert.deepEqual(
      world.failures.map(({ executed }) => executed),
      ["no"],
    );
    world.now += 60_000;
    assert.equal(await world.handle(message, { sentAt, receiveCount: 2 }), "done");
    assert.equal(world.calls.length, 1);
  });

  it("takes another message by hand for a new one", async () => {
    const world = new World({ maxAgeMinutes: 0 });
    const message = { trigger: "payday", scheduledTime: PAYDAY_TIME };
    const { answer } = world;
    world.answer = () => {
      throw tooMany();
    };
    await world.handle(message, { sentAt: world.now + 3_000 });
    world.answer = answer;
    world.now += 90_000;
    await world.handle(message, { sentAt: world.now });
    assert.equal(world.calls.length, 2);
    assert.equal(world.ledger.only().state, "executed");
  });
});
