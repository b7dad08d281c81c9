import assert from "node:assert/strict";
import { SequenceClient } from "../../../lambda/client";
import { ACCESS_TOKEN, API_SECRET, cleanUp, startRig } from "./support";

describe("the simulated Sequence with the client that the functions use", () => {
  afterEach(cleanUp);

  const clientOf = (baseUrl: string) =>
    new SequenceClient({ baseUrl, accessToken: ACCESS_TOKEN, sleep: () => Promise.resolve() });

  it("is read to the cent, unknown balances as unknown", async () => {
    const { baseUrl, simulator } = await startRig();
    const { accounts, errors, malformed } = await clientOf(baseUrl).getAccounts();
    assert.deepEqual([errors, malformed], [[], []]);
    assert.deepEqual(
      accounts.map(({ id, balance }) => [id, balance.known && balance.cents]),
      [
        ["1", 2_534_277],
        ["2", 0],
        ["3", 1_020_050],
        ["4", false],
      ],
    );
    simulator.modes.unknownBalance = "null";
    assert.equal((await clientOf(baseUrl).getAccounts()).accounts[3]?.balance.known, false);
  });

  it("gets its receipt after errors and lost answers, and was executed once, with one key and body", async () => {
    const { baseUrl, simulator } = await startRig();
    simulator.fault({ status: 503 });
    simulator.fault({ connection: "close", when: "after", nth: 2 });
    const payload = { occasion: "payday" };
    const receipt = await clientOf(baseUrl).triggerRule("ru_1", { apiSecret: API_SECRET, payload });
    await simulator.idle();
    assert.equal(receipt.attempts, 3);
    assert.equal(receipt.requestId, simulator.triggers[0]?.requestId);
    assert.equal(simulator.triggers.length, 1);
    assert.equal(simulator.transfers.length, 1);
    assert.deepEqual(
      new Set(simulator.calls.map(({ idempotencyKey }) => idempotencyKey)),
      new Set([receipt.idempotencyKey]),
    );
    assert.deepEqual(new Set(simulator.calls.map(({ body }) => body)), new Set(['{"occasion":"payday"}']));
  });

  it("tells test mode from its message", async () => {
    const { baseUrl, simulator } = await startRig();
    const triggerRule = () => clientOf(baseUrl).triggerRule("ru_1", { apiSecret: API_SECRET });
    assert.equal((await triggerRule()).testMode, false);
    simulator.configureRule("ru_1", { testMode: true });
    assert.equal((await triggerRule()).testMode, true);
  });

  it("reports Sequence's codes", async () => {
    const { baseUrl, simulator } = await startRig({ modes: { rateLimitPerMinute: 0 } });
    const client = clientOf(baseUrl);
    await assert.rejects(client.triggerRule("ru_1", { apiSecret: "the-wrong-secret" }), { code: "INVALID_API_SECRET" });
    await assert.rejects(client.triggerRule("ru_9", { apiSecret: API_SECRET }), { code: "INVALID_REQUEST" });
    await assert.rejects(client.triggerRule("ru_1", { apiSecret: API_SECRET }), { code: "TOO_MANY_REQUESTS" });
    simulator.revokeAccessToken(ACCESS_TOKEN);
    await assert.rejects(client.getAccounts(), { code: "INVALID_ACCESS_TOKEN" });
  });
});
