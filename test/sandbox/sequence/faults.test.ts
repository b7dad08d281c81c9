import assert from "node:assert/strict";
import { cleanUp, gate, START, startRig, until } from "./support";

describe("the simulated Sequence: faults", () => {
  afterEach(cleanUp);

  it("strikes the n-th call, as often as told, and no other", async () => {
    const { trigger, simulator } = await startRig();
    const fault = simulator.fault({ nth: 2, times: 2, status: 503 });
    const statuses = [];
    for (let call = 0; call < 5; call++) statuses.push((await trigger()).status);
    assert.deepEqual(statuses, [200, 503, 503, 200, 200]);
    assert.equal(fault.struck, 2);
    assert.equal(simulator.triggers.length, 3);
  });

  it("strikes only the calls of its rule or endpoint", async () => {
    const { trigger, accounts, simulator } = await startRig();
    simulator.fault({ ruleId: "ru_2", status: 500 });
    simulator.fault({ endpoint: "accounts", status: 500 });
    assert.equal((await trigger()).status, 200);
    assert.deepEqual((await accounts()).json, { code: "UNEXPECTED_ERROR", message: "Unexpected error" });
    const other = { path: "/rules/ru_2/trigger", signature: "Bearer api-secret-of-the-other-rule" };
    assert.equal((await trigger(other)).status, 500);
    simulator.fault({ endpoint: "any", times: 2, status: 500 });
    assert.deepEqual([(await trigger()).status, (await accounts()).status], [500, 500]);
  });

  it("lets the first of several faults strike, and all of them count the call", async () => {
    const { trigger, simulator } = await startRig();
    simulator.fault({ status: 503 });
    simulator.fault({ nth: 2, status: 502 });
    assert.deepEqual([(await trigger()).status, (await trigger()).status, (await trigger()).status], [503, 502, 200]);
  });

  it("can be taken back", async () => {
    const { trigger, simulator } = await startRig();
    simulator.fault({ status: 503, times: Number.POSITIVE_INFINITY }).clear();
    assert.equal((await trigger()).status, 200);
    simulator.fault({ status: 503 });
    simulator.clearFaults();
    assert.equal((await trigger()).status, 200);
    assert.throws(() => simulator.fault({ nth: 0 }), /count from 1/);
  });

  const usual = [
    [400, "INVALID_REQUEST"],
    [401, "INVALID_API_SECRET"],
    [429, "TOO_MANY_REQUESTS"],
    [500, "UNEXPECTED_ERROR"],
    [503, "UNEXPECTED_ERROR"],
  ] as const;
  for (const [status, code] of usual)
    it(`answers ${status} with Sequence's body for it`, async () => {
      const { trigger, simulator } = await startRig();
      simulator.fault({ status, headers: { "retry-after": "7" } });
      const reply = await trigger();
      assert.deepEqual([reply.status, reply.json.code, reply.headers.get("retry-after")], [status, code, "7"]);
      assert.equal(simulator.triggers.length, 0);
    });

  it("answers 401 to an accounts call with its own code", async () => {
    const { accounts, simulator } = await startRig();
    simulator.fault({ endpoint: "accounts", status: 401 });
    assert.equal((await accounts()).json.code, "INVALID_ACCESS_TOKEN");
  });

  it("answers with a body that is not JSON", async () => {
    const { trigger, simulator } = await startRig();
    simulator.fault({ status: 502, body: "<html>Bad Gateway</html>", contentType: "text/html" });
    const { status, headers, text } = await trigger();
    assert.deepEqual([status, headers.get("content-type"), text], [502, "text/html", "<html>Bad Gateway</html>"]);
    simulator.fault({ body: "OK", when: "after" });
    assert.deepEqual(await trigger().then(({ status, text }) => [status, text]), [200, "OK"]);
  });

  it("closes the socket without having executed the call", async () => {
    const { trigger, simulator } = await startRig();
    simulator.fault({ connection: "close" });
    await assert.rejects(trigger({ key: "k" }));
    assert.equal(simulator.triggers.length, 0);
    assert.equal((await trigger({ key: "k" })).status, 200);
    assert.deepEqual(
      simulator.calls.map(({ status }) => status),
      ["none", 200],
    );
  });

  for (const connection of ["close", "truncate"] as const)
    it(`executes a call whose answer is lost (${connection}), and knows its duplicate`, async () => {
      const { trigger, simulator } = await startRig();
      simulator.fault({ connection, when: "after" });
      await assert.rejects(trigger({ key: "k" }));
      await simulator.idle();
      assert.equal(simulator.transfers.length, 1);
      assert.equal((await trigger({ key: "k" })).json.data.requestId, simulator.triggers[0]?.requestId);
      await simulator.idle();
      assert.equal(simulator.transfers.length, 1);
    });

  it("sends half of the accounts", async () => {
    const { accounts, simulator } = await startRig();
    simulator.fault({ endpoint: "accounts", connection: "truncate" });
    await assert.rejects(accounts());
    assert.equal((await accounts()).status, 200);
  });

  it("hangs until the caller gives up, having executed the call or not", async () => {
    const { trigger, simulator } = await startRig();
    simulator.fault({ connection: "hang", when: "after" });
    simulator.fault({ connection: "hang", nth: 2 });
    for (const call of [1, 2]) {
      const patience = new AbortController();
      const reply = trigger({ signal: patience.signal });
      await until(() => simulator.calls.length === call);
      await simulator.idle();
      patience.abort();
      await assert.rejects(reply, { name: "AbortError" });
    }
    assert.equal(simulator.transfers.length, 1);
  });

  it("executes a delayed call although its caller has gone away meanwhile", async () => {
    const { trigger, simulator } = await startRig();
    const delay = gate();
    simulator.fault({ until: delay.opened });
    const patience = new AbortController();
    const reply = trigger({ signal: patience.signal });
    await until(() => simulator.calls.length === 1);
    patience.abort();
    await assert.rejects(reply);
    delay.open();
    await until(() => simulator.triggers.length === 1);
    await simulator.idle();
    assert.equal(simulator.transfers.length, 1);
  });

  it("delays in real time, so that a waiting caller doesn't need the sandbox's clock to move", async () => {
    const { trigger, simulator, clock } = await startRig();
    simulator.fault({ delayMs: 20 });
    simulator.fault({ delayMs: 20, when: "after", nth: 2 });
    // Tracked like a function that waits for Sequence: the clock can't move before the answer is there.
    for (const _ of [1, 2]) assert.equal((await clock.track(trigger())).status, 200);
    const waiting = clock.track(trigger());
    await clock.advanceTo(START + 3_600_000);
    assert.equal((await waiting).status, 200);
  });

  it("is written into the journal, without any credential", async () => {
    const { trigger, simulator, journal } = await startRig();
    simulator.fault({ connection: "close" });
    await assert.rejects(trigger());
    const [entry] = journal.entries;
    assert.deepEqual([entry?.kind, entry?.connection, entry?.when], ["sequence.fault", "close", "before"]);
  });

  it("leaves nothing that hinders stopping", async () => {
    const { trigger, simulator } = await startRig();
    simulator.fault({ connection: "hang" });
    simulator.fault({ delayMs: 3_600_000, nth: 2 });
    const hanging = assert.rejects(trigger());
    const delayed = assert.rejects(trigger());
    await until(() => simulator.calls.length === 2);
    await simulator.stop();
    await Promise.all([hanging, delayed]);
    await simulator.stop();
  });
});
