import assert from "node:assert/strict";
import { byHand, HOUR, invalidRequest, MINUTE, noAnswer, receipt, scheduled, throwing, World } from "../world";

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
