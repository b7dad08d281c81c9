import assert from "node:assert/strict";
import { byHand, HOUR, invalidRequest, MINUTE, receipt, scheduled, throwing, tooMany, World } from "../world";

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
