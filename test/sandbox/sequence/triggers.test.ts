import assert from "node:assert/strict";
import { ACCESS_TOKEN, API_SECRET, cleanUp, OTHER_SECRET, START, startRig } from "./support";

describe("the simulated Sequence: trigger calls", () => {
  afterEach(cleanUp);

  const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

  for (const path of ["/rules/ru_1/trigger", "/remote-api/rules/ru_1/trigger", "/rules/ru%5F1/trigger?x=1"])
    it(`accepts a trigger at ${path} with the receipt that Sequence's page prints`, async () => {
      const { trigger } = await startRig();
      const { status, headers, json } = await trigger({ path });
      assert.equal(status, 200);
      assert.equal(headers.get("content-type"), "application/json; charset=utf-8");
      assert.match(json.data.requestId, UUID);
      assert.deepEqual(json, {
        code: "OK",
        message: "Rule with id ru_1 has been triggered",
        data: { requestId: json.data.requestId },
      });
    });

  const refused = [
    ["no signature", { signature: null }, 401, "INVALID_API_SECRET", "Unauthorized"],
    ["a wrong secret", { signature: "Bearer wrong" }, 401, "INVALID_API_SECRET", "Unauthorized"],
    ["another rule's secret", { signature: `Bearer ${OTHER_SECRET}` }, 401, "INVALID_API_SECRET", "Unauthorized"],
    ["a secret without Bearer", { signature: API_SECRET }, 401, "INVALID_API_SECRET", "Unauthorized"],
    ["the access token", { signature: `Bearer ${ACCESS_TOKEN}` }, 401, "INVALID_API_SECRET", "Unauthorized"],
    ["an unknown rule", { path: "/rules/ru_9/trigger" }, 400, "INVALID_REQUEST", "Invalid request"],
    ["a list as body", { body: "[]" }, 400, "INVALID_REQUEST", "Invalid request"],
    ["null as body", { body: "null" }, 400, "INVALID_REQUEST", "Invalid request"],
    ["an empty body", { body: "" }, 400, "INVALID_REQUEST", "Invalid request"],
    ["a body that is not JSON", { body: "{" }, 400, "INVALID_REQUEST", "Invalid request"],
    ["a body of another type", { contentType: "text/plain" }, 400, "INVALID_REQUEST", "Invalid request"],
    ["a key of 37 characters", { key: "k".repeat(37) }, 400, "INVALID_REQUEST", "Invalid request"],
    ["an empty key", { key: "" }, 400, "INVALID_REQUEST", "Invalid request"],
    ["a key with a space", { key: "a b" }, 400, "INVALID_REQUEST", "Invalid request"],
  ] as const;
  for (const [what, options, status, code, message] of refused)
    it(`refuses ${what} with ${status} ${code} and runs nothing`, async () => {
      const { trigger, simulator } = await startRig();
      const reply = await trigger(options);
      assert.deepEqual({ status: reply.status, json: reply.json }, { status, json: { code, message } });
      assert.deepEqual(simulator.triggers, []);
    });

  it("takes keys of 1 to 36 characters of the allowed set, and others once the strict mode is off", async () => {
    const { trigger, simulator } = await startRig();
    assert.equal((await trigger({ key: "AZaz09._:/|-".repeat(3) })).status, 200);
    simulator.modes.strictKeys = false;
    assert.equal((await trigger({ key: "a key of more than thirty-six characters" })).status, 200);
  });

  it("answers 404 to another path, 405 to another method, and 413 to a body that is too large", async () => {
    const { trigger, simulator } = await startRig();
    const others = ["/", "/rules/ru_1", "/rules/a/b/trigger", "/v1/accounts", "/rules/%E0%A4%A/trigger"];
    for (const path of [...others, "//accounts", "/remote-api//accounts", "//rules/ru_1/trigger", "/accounts/"])
      assert.equal((await trigger({ path })).status, 404, path);
    for (const path of ["/accounts", "/remote-api/rules/ru_1/trigger"]) {
      const reply = await trigger({ path, method: "GET" });
      assert.equal(reply.status, 405, path);
      assert.equal(reply.headers.get("allow"), "POST");
    }
    assert.equal((await trigger({ path: "/", method: "GET" })).status, 404);
    assert.deepEqual(simulator.calls, []);
    assert.equal((await trigger({ body: `{"a":"${"x".repeat(1_100_000)}"}` })).status, 413);
  });

  it("refuses a rule that is not set to be triggered remotely", async () => {
    const { trigger, simulator } = await startRig();
    simulator.configureRule("ru_1", { remote: false });
    assert.equal((await trigger()).json.code, "INVALID_REQUEST");
    assert.throws(() => simulator.configureRule("ru_9", { remote: true }), /no rule "ru_9". Known: ru_1, ru_2/);
  });

  it("says so in the message of a rule in test mode, and neither asks nor moves anything", async () => {
    const { trigger, simulator } = await startRig();
    simulator.configureRule("ru_1", { testMode: true });
    const { status, json } = await trigger();
    await simulator.idle();
    assert.equal(status, 200);
    assert.equal(json.message, "Rule with id ru_1 has been triggered in test mode");
    assert.deepEqual([simulator.amountsAsked, simulator.transfers], [[], []]);
    assert.deepEqual(simulator.triggers, [
      {
        requestId: json.data.requestId,
        ruleId: "ru_1",
        at: simulator.triggers[0]?.at,
        testMode: true,
        actions: [],
        done: true,
      },
    ]);
  });

  it("accepts the old and the new secret during a rotation, and the old no more once it is revoked", async () => {
    const { trigger, simulator } = await startRig();
    simulator.acceptApiSecret("ru_1", "new-secret");
    assert.equal((await trigger()).status, 200);
    assert.equal((await trigger({ signature: "Bearer new-secret" })).status, 200);
    simulator.revokeApiSecret("ru_1", API_SECRET);
    assert.equal((await trigger()).status, 401);
    assert.equal((await trigger({ signature: "Bearer new-secret" })).status, 200);
  });

  it("answers 429 once a rule has had its calls of the minute, duplicates counted, other rules not", async () => {
    const { trigger, simulator, clock } = await startRig({ modes: { rateLimitPerMinute: 2 } });
    await trigger({ key: "k" });
    await trigger({ key: "k" });
    const { status, json, headers } = await trigger({ key: "k2" });
    assert.equal(status, 429);
    assert.deepEqual(json, {
      code: "TOO_MANY_REQUESTS",
      message: "Rule with id ru_1 has been triggered too many times. Please try again later.",
    });
    assert.equal(headers.get("retry-after"), null);
    const other = { path: "/rules/ru_2/trigger", signature: `Bearer ${OTHER_SECRET}` };
    assert.equal((await trigger(other)).status, 200);
    assert.equal(simulator.triggers.length, 2);
    await clock.advanceTo(START + 120_000);
    assert.equal((await trigger({ key: "k2" })).status, 200, "a refused key is not remembered");
  });

  it("says when to come back in seconds or as a date, as its mode has it, by the sandbox's clock", async () => {
    const { trigger, simulator, clock } = await startRig({ modes: { rateLimitPerMinute: 1, retryAfter: "seconds" } });
    const first = clock.now();
    await trigger();
    const seconds = Number((await trigger()).headers.get("retry-after"));
    assert.ok(seconds >= 1 && seconds <= 60, `${seconds}`);
    simulator.modes.retryAfter = "date";
    const date = Date.parse((await trigger()).headers.get("retry-after") ?? "");
    assert.ok(date >= first + 60_000 && date <= clock.now() + 61_000);
    await clock.advanceTo(date);
    assert.equal((await trigger()).status, 200);
  });

  it("keeps every call with its key and its very body, in order", async () => {
    const { trigger, accounts, simulator } = await startRig();
    await trigger({ key: "k1", body: '{ "a": 1 }' });
    await trigger({ signature: null });
    await accounts();
    const path = "/remote-api/rules/ru_1/trigger";
    assert.deepEqual(
      simulator.calls.map(({ at, ...call }) => call),
      [
        { endpoint: "trigger", path, ruleId: "ru_1", idempotencyKey: "k1", body: '{ "a": 1 }', status: 200 },
        { endpoint: "trigger", path, ruleId: "ru_1", body: "{}", status: 401 },
        { endpoint: "accounts", path: "/accounts", body: "{}", status: 200 },
      ],
    );
  });

  it("is there at the given port, and rejects one that is taken", async () => {
    const { baseUrl } = await startRig();
    const { simulator } = await startRig();
    const port = Number(new URL(baseUrl).port);
    await simulator.stop();
    await assert.rejects(simulator.start(port), { code: "EADDRINUSE" });
  });
});
