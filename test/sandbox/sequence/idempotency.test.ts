import assert from "node:assert/strict";
import { cleanUp, gate, START, startRig, until } from "./support";

const DAY_MS = 24 * 60 * 60 * 1000;

describe("the simulated Sequence: idempotency keys", () => {
  afterEach(cleanUp);

  it("answers a duplicate with the first call's receipt and does not execute it", async () => {
    const { trigger, simulator, journal } = await startRig();
    const first = await trigger({ key: "k" });
    const second = await trigger({ key: "k" });
    await simulator.idle();
    assert.deepEqual([second.status, second.text], [200, first.text]);
    assert.equal(simulator.triggers.length, 1);
    assert.equal(simulator.transfers.length, 1);
    assert.equal(journal.entries.filter(({ kind }) => kind === "sequence.duplicate").length, 1);
  });

  it("executes calls without a key, with other keys, and the same key of another rule", async () => {
    const { trigger, simulator } = await startRig();
    for (const key of [undefined, undefined, "a", "b"]) await trigger({ key });
    await trigger({ key: "a", path: "/rules/ru_2/trigger", signature: "Bearer api-secret-of-the-other-rule" });
    assert.equal(simulator.triggers.length, 5);
  });

  it("remembers a key for 24 hours of the sandbox's time, counted from its first call", async () => {
    const { trigger, simulator, clock } = await startRig();
    await trigger({ key: "k" });
    await clock.advanceTo(START + DAY_MS - 60_000);
    await trigger({ key: "k" });
    assert.equal(simulator.triggers.length, 1);
    await clock.advanceTo(START + DAY_MS + 60_000);
    await trigger({ key: "k" });
    assert.equal(simulator.triggers.length, 2);
  });

  it("forgets keys early, at once, or when told to", async () => {
    const { trigger, simulator, clock } = await startRig({ modes: { memoryMs: 3_600_000 } });
    await trigger({ key: "k" });
    await clock.advanceTo(START + 3_700_000);
    await trigger({ key: "k" });
    assert.equal(simulator.triggers.length, 2, "after an hour");
    simulator.forgetKeys();
    await trigger({ key: "k" });
    assert.equal(simulator.triggers.length, 3, "when told to");
    simulator.modes.memoryMs = 0;
    await trigger({ key: "k" });
    assert.equal(simulator.triggers.length, 4, "at once");
  });

  it("refuses a known key with another body, or takes it for a duplicate, as its mode has it", async () => {
    const { trigger, simulator } = await startRig();
    await trigger({ key: "k", body: '{"a":1}' });
    const refused = await trigger({ key: "k", body: '{"a": 1}' });
    assert.deepEqual([refused.status, refused.json.code], [400, "INVALID_REQUEST"]);
    simulator.modes.otherBodyRefused = false;
    assert.equal((await trigger({ key: "k", body: '{"a":2}' })).status, 200);
    assert.equal(simulator.triggers.length, 1);
  });

  it("tells a duplicate from a first call that is not answered yet", async () => {
    const { trigger, simulator } = await startRig();
    const answer = gate();
    simulator.fault({ when: "after", until: answer.opened });
    const first = trigger({ key: "k" });
    await until(() => simulator.calls.length === 1);
    const second = await trigger({ key: "k" });
    answer.open();
    assert.equal((await first).text, second.text);
    assert.equal(simulator.triggers.length, 1);
  });

  it("executes concurrent duplicates twice when it doesn't tell them apart, but not a later one", async () => {
    const { trigger, simulator } = await startRig({ modes: { concurrentDuplicatesToldApart: false } });
    const answer = gate();
    simulator.fault({ until: answer.opened });
    const first = trigger({ key: "k" });
    await until(() => simulator.calls.length === 1);
    await trigger({ key: "k" });
    answer.open();
    await first;
    await simulator.idle();
    assert.equal(simulator.triggers.length, 2);
    await trigger({ key: "k" });
    assert.equal(simulator.triggers.length, 2);
  });

  it("executes a key whose first call was answered 500 unexecuted", async () => {
    const { trigger, simulator } = await startRig();
    simulator.fault({ status: 500 });
    assert.equal((await trigger({ key: "k" })).status, 500);
    assert.equal((await trigger({ key: "k" })).status, 200);
    assert.equal(simulator.triggers.length, 1);
  });

  it("knows a key whose first call was executed and answered 500", async () => {
    const { trigger, simulator } = await startRig();
    simulator.fault({ status: 500, when: "after" });
    assert.equal((await trigger({ key: "k" })).status, 500);
    const again = await trigger({ key: "k" });
    assert.deepEqual([again.status, again.json.data.requestId], [200, simulator.triggers[0]?.requestId]);
    assert.equal(simulator.triggers.length, 1);
  });

  for (const when of ["before", "after"] as const)
    it(`answers 500 forever to a key that got a 500 ${when} executing, when it remembers them`, async () => {
      const { trigger, simulator } = await startRig({ modes: { serverErrorsRemembered: true } });
      simulator.fault({ status: 500, when });
      await trigger({ key: "k" });
      simulator.clearFaults();
      assert.equal((await trigger({ key: "k" })).status, 500);
      assert.equal((await trigger({ key: "k" })).status, 500);
      assert.equal(simulator.triggers.length, when === "before" ? 0 : 1);
      assert.equal((await trigger({ key: "other" })).status, 200);
    });

  it("does not let a later 500 replace the receipt that it remembers", async () => {
    const { trigger, simulator } = await startRig({ modes: { serverErrorsRemembered: true } });
    const first = await trigger({ key: "k" });
    simulator.fault({ status: 500 });
    await trigger({ key: "k" });
    assert.equal((await trigger({ key: "k" })).text, first.text);
  });

  it("does not remember what it refused", async () => {
    const { trigger, simulator } = await startRig();
    await trigger({ key: "k", signature: "Bearer wrong" });
    await trigger({ key: "k", body: "[]" });
    assert.equal((await trigger({ key: "k" })).status, 200);
    assert.equal(simulator.triggers.length, 1);
  });

  it("shows a remembered receipt only to those who have the secret", async () => {
    const { trigger } = await startRig();
    await trigger({ key: "k" });
    assert.equal((await trigger({ key: "k", signature: "Bearer wrong" })).status, 401);
  });
});
