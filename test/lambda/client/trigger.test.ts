import assert from "node:assert/strict";
import fc from "fast-check";
import type { JsonObject } from "../../../lambda/client";
import { readReceipt, serialisedPayload } from "../../../lambda/client/trigger";
import { accepted, clientOf, errorOf, fixture, json, ScriptedServer, SECRET, text, thrownBy } from "./support";

describe("triggerRule", () => {
  let server: ScriptedServer;
  before(async () => {
    server = await ScriptedServer.start();
  });
  after(() => server.stop());

  it("sends what Sequence's page says and gives a receipt", async () => {
    server.answers(json(200, fixture("trigger-200")));
    const receipt = await clientOf(server).client.triggerRule("ru_12345", {
      apiSecret: SECRET,
      idempotencyKey: "key:1",
    });
    assert.deepEqual(receipt, {
      ruleId: "ru_12345",
      requestId: "b28f1d9e-8c2a-4d3e-9af1-XXXXXXXXXXXX",
      message: "Rule with id ru_12345 has been triggered",
      testMode: false,
      attempts: 1,
      idempotencyKey: "key:1",
    });
    const [request] = server.received;
    assert.equal(request?.method, "POST");
    assert.equal(request?.url, "/remote-api/rules/ru_12345/trigger");
    assert.equal(request?.body, "{}");
    assert.equal(request?.headers["x-sequence-signature"], `Bearer ${SECRET}`);
    assert.equal(request?.headers["content-type"], "application/json");
    assert.equal(request?.headers["content-length"], "2");
    assert.equal(request?.headers["idempotency-key"], "key:1");
    assert.equal(request?.headers["accept-encoding"], "identity");
    assert.equal(request?.headers["x-sequence-access-token"], undefined);
  });

  it("makes up a new key for every call that brings none", async () => {
    server.answers(accepted);
    const { client } = clientOf(server);
    const first = await client.triggerRule("ru_1", { apiSecret: SECRET });
    const second = await client.triggerRule("ru_1", { apiSecret: SECRET });
    assert.match(first.idempotencyKey, /^[0-9a-f-]{36}$/);
    assert.notEqual(first.idempotencyKey, second.idempotencyKey);
    assert.deepEqual(
      server.received.map(({ headers }) => headers["idempotency-key"]),
      [first.idempotencyKey, second.idempotencyKey],
    );
  });

  it("refuses a key that Sequence may not take", async () => {
    const { client } = clientOf(server);
    for (const idempotencyKey of ["", "a".repeat(37), "a b", "a\r\nb", "ä", "a,b", 5 as unknown as string]) {
      const error = await errorOf(client.triggerRule("ru_1", { apiSecret: SECRET, idempotencyKey }));
      assert.equal(error.code, "INVALID_ARGUMENT");
      assert.match(error.message, /; it must be 1 to 36 characters of A-Z a-z 0-9 \. _ : \/ \| -/);
    }
  });

  it("takes every key of the allowed set", async () => {
    server.answers(accepted);
    const { client } = clientOf(server);
    for (const idempotencyKey of ["a", "A-Za-z0-9._:/|-", "x".repeat(36)])
      assert.equal(
        (await client.triggerRule("ru_1", { apiSecret: SECRET, idempotencyKey })).idempotencyKey,
        idempotencyKey,
      );
  });

  it("sends the payload, and to the path of a whole trigger URL", async () => {
    server.answers(accepted);
    const payload = { note: "Gehälter ✓", list: [1, null, { deep: true }] };
    const rule = `${server.url}/rules/ru_9/trigger`;
    const receipt = await clientOf(server).client.triggerRule(rule, { apiSecret: SECRET, payload });
    assert.equal(receipt.ruleId, "ru_9");
    assert.equal(server.received[0]?.url, "/rules/ru_9/trigger");
    assert.deepEqual(JSON.parse(server.received[0]?.body ?? ""), payload);
  });

  it("doesn't say Bearer twice when it was copied along with the secret", async () => {
    server.answers(accepted);
    const { client } = clientOf(server);
    for (const apiSecret of [`Bearer ${SECRET}`, `bearer  ${SECRET}`]) await client.triggerRule("ru_1", { apiSecret });
    for (const { headers } of server.received) assert.equal(headers["x-sequence-signature"], `Bearer ${SECRET}`);
  });

  it("reports test mode, in the spellings that a message can have", async () => {
    for (const words of ["(test mode)", "This was a Test-Mode trigger", "TESTMODE"]) {
      server.answers(json(200, { code: "OK", message: `Rule triggered. ${words}`, data: { requestId: "r" } }));
      assert.equal((await clientOf(server).client.triggerRule("ru_1", { apiSecret: SECRET })).testMode, true, words);
    }
  });

  it("gives a receipt without a request id, with extra fields, as text/html, with any 2xx and with a byte order mark", async () => {
    for (const answer of [
      json(200, { code: "OK" }),
      json(202, { code: "OK", message: "m", extra: { a: 1 }, data: { requestId: 5, other: [] } }),
      text(200, '{"code":"OK","message":"m"}', { "content-type": "text/html" }),
      text(200, '\ufeff{"code":"OK","message":"m"}'),
    ]) {
      server.answers(answer);
      const receipt = await clientOf(server).client.triggerRule("ru_1", { apiSecret: SECRET });
      assert.equal(receipt.requestId, undefined);
      assert.equal(receipt.testMode, false);
    }
  });

  it("takes a request id from the top of the answer too", () => {
    assert.equal(readReceipt({ code: "OK", requestId: "top" }, "ru_1", (words) => words).requestId, "top");
  });

  it("doesn't take a rule whose id says so for one in test mode", () => {
    const message = "Rule with id ru_testmode has been triggered";
    assert.equal(readReceipt({ code: "OK", message }, "ru_testmode", (words) => words).testMode, false);
    assert.equal(readReceipt({ code: "OK", message: `${message} in test mode` }, "ru_testmode", String).testMode, true);
  });

  it("doesn't take a rule whose name says so for one in test mode", () => {
    for (const message of [
      'Rule "Test mode" has been triggered',
      "Rule 'Savings in test mode' with id ru_1 has been triggered",
      "Rule “in test mode” has been triggered",
      "Rule Test mode has been triggered",
      "Rule with name Testmode with id ru_1 has been triggered",
      "Rule with id ru_1 named test-mode has been triggered",
      "The rule Payday test mode was triggered.",
    ])
      assert.equal(readReceipt({ code: "OK", message }, "ru_1", String).testMode, false, message);
  });

  it("would rather take a rule for one in test mode than miss it, where a message can mean both", () => {
    for (const message of [
      "Rule with id ru_1 is in test mode and has been triggered",
      "Rule ru_1 (test mode) has been triggered",
      "Rule in test mode has been triggered",
      'Rule "Test mode" has been triggered in test mode',
      "Rule isn't live: test mode",
      'Rule "Payday" has been triggered in "test mode"',
      "Test mode: rule with id ru_1 has been triggered",
    ])
      assert.equal(readReceipt({ code: "OK", message }, "ru_1", String).testMode, true, message);
  });

  it("takes the secret out of what a receipt quotes", async () => {
    server.answers(json(200, { code: "OK", message: `got ${SECRET}`, data: { requestId: SECRET } }));
    const receipt = await clientOf(server).client.triggerRule("ru_1", { apiSecret: SECRET });
    assert.ok(!JSON.stringify(receipt).includes(SECRET));
  });
});

describe("a payload", () => {
  it("is any JSON object, and arrives as it was", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (payload) => {
        assert.deepEqual(JSON.parse(serialisedPayload(payload)), JSON.parse(JSON.stringify(payload)));
      }),
    );
  });

  it("is an empty object if there is none", () => {
    assert.equal(serialisedPayload(undefined), "{}");
  });

  it("is refused when it is no plain object", () => {
    for (const payload of [null, [], "{}", 5, new Date(), new Map(), { toJSON: () => 5 }])
      assert.match(thrownBy(() => serialisedPayload(payload)).message, /payload is .*; it must be a plain object/);
  });

  it("is refused when JSON would drop or change a part of it, which is named", () => {
    const bad: Record<string, unknown> = {
      "payload.a": { a: undefined },
      "payload.a.b": { a: { b: Number.NaN } },
      "payload.a[1]": { a: [1, Number.POSITIVE_INFINITY] },
      "payload.a[0]": { a: new Array(1) },
      "payload.when": { when: new Date(0) },
      "payload.big": { big: 5n },
      "payload.f": { f: () => 5 },
      "payload.s": { s: Symbol("s") },
      "payload.m": { m: new Map() },
    };
    for (const [path, payload] of Object.entries(bad)) {
      const { message, code } = thrownBy(() => serialisedPayload(payload));
      assert.equal(code, "INVALID_ARGUMENT");
      assert.ok(message.startsWith(`triggerRule: ${path} is `), message);
    }
  });

  it("is refused when it contains itself", () => {
    const payload: JsonObject = {};
    payload.self = payload;
    assert.match(thrownBy(() => serialisedPayload(payload)).message, /contains itself/);
  });
});
