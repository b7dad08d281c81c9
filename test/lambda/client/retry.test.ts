import assert from "node:assert/strict";
import fc from "fast-check";
import { type AttemptReport, SequenceClient } from "../../../lambda/client";
import {
  type Answer,
  accepted,
  broken,
  clientOf,
  errorOf,
  fixture,
  json,
  reset,
  ScriptedServer,
  SECRET,
  text,
  tooMany,
} from "./support";

const PAYLOAD = { note: "ünïcödé", amounts: [1, 2, 3] };

describe("a trigger that fails", () => {
  let server: ScriptedServer;
  before(async () => {
    server = await ScriptedServer.start();
  });
  after(() => server.stop());

  const trigger = (client: SequenceClient, options: object = {}) =>
    client.triggerRule("ru_12345", { apiSecret: SECRET, payload: PAYLOAD, ...options });

  for (const status of [500, 502, 503, 504])
    it(`is tried again after ${status}, with the same key and bytes`, async () => {
      server.answers(broken(status), broken(status), accepted);
      const { client, waits } = clientOf(server);
      const receipt = await trigger(client);
      assert.equal(receipt.attempts, 3);
      assert.deepEqual(waits, [500, 1000]);
      server.assertIdenticalTries(3);
      assert.equal(server.received[0]?.headers["idempotency-key"], receipt.idempotencyKey);
    });

  it("is tried four times unless told otherwise, then fails with what the last try said", async () => {
    server.answers(broken(502), broken(502), broken(502), json(500, fixture("trigger-500")));
    const error = await errorOf(trigger(clientOf(server).client, { idempotencyKey: "key-1" }));
    server.assertIdenticalTries(4);
    assert.equal(error.code, "UNEXPECTED_ERROR");
    assert.equal(error.status, 500);
    assert.equal(error.attempts, 4);
    assert.equal(error.retryable, true);
    assert.equal(error.outcome, "unknown");
    assert.equal(error.idempotencyKey, "key-1");
    assert.match(
      error.message,
      /^triggerRule ru_12345: Sequence answered 500 \(UNEXPECTED_ERROR: Unexpected error\) after 4 tries\. The rule may have been executed; only the idempotency key key-1 makes it safe to repeat\.$/,
    );
  });

  it("is tried as often as the client or the call says", async () => {
    server.answers(broken());
    await errorOf(trigger(clientOf(server, { maxAttempts: 2 }).client));
    server.assertIdenticalTries(2);
    server.answers(broken());
    await errorOf(trigger(clientOf(server, { maxAttempts: 2 }).client, { maxAttempts: 1 }));
    server.assertIdenticalTries(1);
  });

  it("is never tried twice without a key, whoever made the key up", async () => {
    server.answers(broken());
    await errorOf(trigger(clientOf(server).client));
    for (const { headers } of server.received) assert.match(String(headers["idempotency-key"]), /^[0-9a-f-]{36}$/);
  });

  it("is the same on every try even if the payload is changed meanwhile", async () => {
    const payload: { note: string } = { note: "first" };
    const changing: Answer = (response, request) => {
      payload.note = "second";
      broken()(response, request);
    };
    server.answers(changing, accepted);
    await clientOf(server).client.triggerRule("ru_1", { apiSecret: SECRET, payload });
    server.assertIdenticalTries(2);
    assert.equal(server.received[1]?.body, '{"note":"first"}');
  });

  for (const [status, name, code] of [
    [400, "trigger-400", "INVALID_REQUEST"],
    [401, "trigger-401", "INVALID_API_SECRET"],
  ] as const)
    it(`is not tried again after ${status}, and was certainly not executed`, async () => {
      server.answers(json(status, fixture(name)), accepted);
      const error = await errorOf(trigger(clientOf(server).client));
      server.assertIdenticalTries(1);
      assert.equal(error.code, code);
      assert.equal(error.status, status);
      assert.equal(error.retryable, false);
      assert.equal(error.outcome, "not-executed");
      assert.match(error.message, /The rule was not executed\. Check /);
    });

  for (const status of [402, 403, 404, 408, 409, 418, 422])
    it(`is not tried again after ${status}, of which the contract doesn't say that nothing was executed`, async () => {
      server.answers(json(status, { message: "no" }), accepted);
      const error = await errorOf(trigger(clientOf(server).client));
      server.assertIdenticalTries(1);
      assert.equal(error.code, "UNEXPECTED_STATUS");
      assert.equal(error.status, status);
      assert.equal(error.retryable, false);
      assert.equal(error.outcome, "unknown");
    });

  for (const status of [301, 302, 303, 307, 308])
    it(`follows no redirect (${status}): the secret must not travel`, async () => {
      const other = await ScriptedServer.start();
      other.answers(accepted);
      server.answers(text(status, "", { location: `${other.url}/elsewhere?secret=${SECRET}` }), accepted);
      const error = await errorOf(trigger(clientOf(server).client));
      assert.equal(other.received.length, 0);
      server.assertIdenticalTries(1);
      assert.equal(error.code, "REDIRECTED");
      assert.equal(error.status, status);
      assert.equal(error.retryable, false);
      assert.equal(error.outcome, "unknown");
      assert.ok(error.message.includes(`a redirect to ${other.url}/elsewhere that is not followed`), error.message);
      await other.stop();
    });

  it("keeps a short excerpt of an error that is not JSON", async () => {
    server.answers(
      text(503, `<html>\n<h1>Service Unavailable</h1>${"x".repeat(5000)}`, { "content-type": "text/html" }),
    );
    const error = await errorOf(trigger(clientOf(server, { maxAttempts: 1 }).client));
    assert.match(error.message, /answered 503 \(<html> <h1>Service Unavailable<\/h1>x+…\)/);
    assert.ok(error.message.length < 500);
  });

  it("reports the request id of an error", async () => {
    server.answers(json(400, { code: "INVALID_REQUEST", message: "m", requestId: "req-1" }));
    assert.equal((await errorOf(trigger(clientOf(server).client))).requestId, "req-1");
  });

  it("is unknown once one try may have been executed, whatever the last one says", async () => {
    for (const last of [json(401, fixture("trigger-401")), json(400, fixture("trigger-400")), tooMany()]) {
      server.answers(broken(), last);
      const error = await errorOf(trigger(clientOf(server, { maxAttempts: 2 }).client));
      assert.equal(error.outcome, "unknown");
    }
  });

  it("is unknown when a lost connection comes before a refusal", async () => {
    server.answers(reset, json(400, fixture("trigger-400")));
    const error = await errorOf(trigger(clientOf(server).client));
    assert.equal(error.status, 400);
    assert.equal(error.outcome, "unknown");
  });

  it("is not executed when every try was refused", async () => {
    server.answers(tooMany(), tooMany(), json(400, fixture("trigger-400")));
    const error = await errorOf(trigger(clientOf(server).client));
    assert.equal(error.attempts, 3);
    assert.equal(error.outcome, "not-executed");
  });

  it("waits as long as a 429 asks, in seconds or until a date", async () => {
    const now = () => Date.UTC(2026, 10, 6, 8, 49, 30);
    server.answers(tooMany("3"), tooMany("Fri, 06 Nov 2026 08:49:37 GMT"), accepted);
    const { client, waits } = clientOf(server, { now });
    assert.equal((await trigger(client)).attempts, 3);
    assert.deepEqual(waits, [3000, 7000]);
    server.assertIdenticalTries(3);
  });

  it("waits as long as a 503 asks", async () => {
    server.answers(json(503, {}, { "retry-after": "2" }), accepted);
    const { client, waits } = clientOf(server);
    await trigger(client);
    assert.deepEqual(waits, [2000]);
  });

  it("never waits less than its own backoff, nor less than asked", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(20), fc.double({ min: 0, max: 1, noNaN: true }), async (seconds, random) => {
        server.answers(tooMany(String(seconds)), accepted);
        const { client, waits } = clientOf(server, { random: () => random });
        await trigger(client);
        assert.deepEqual(waits.length === 0 ? [0] : waits, [Math.max(seconds * 1000, Math.round(random * 500))]);
      }),
      { numRuns: 25 },
    );
  });

  it("doubles the ceiling of its jittered waits up to eight seconds", async () => {
    server.answers(broken());
    const { client, waits } = clientOf(server, { maxAttempts: 8, deadlineMs: 600_000 });
    await errorOf(trigger(client));
    assert.deepEqual(waits, [500, 1000, 2000, 4000, 8000, 8000, 8000]);
    server.answers(broken());
    const half = clientOf(server, { maxAttempts: 3, random: () => 0.5 });
    await errorOf(trigger(half.client));
    assert.deepEqual(half.waits, [250, 500]);
  });

  it("fails at once, with the wait, when Sequence asks for one that goes past the deadline", async () => {
    server.answers(tooMany("31"), accepted);
    const { client, waits } = clientOf(server);
    const error = await errorOf(trigger(client));
    server.assertIdenticalTries(1);
    assert.deepEqual(waits, []);
    assert.equal(error.code, "TOO_MANY_REQUESTS");
    assert.equal(error.retryAfterMs, 31_000);
    assert.equal(error.retryable, true);
    assert.equal(error.outcome, "not-executed");
    assert.match(error.message, /too many times.* and no time was left for another try\./);
  });

  it("stops when the deadline for all tries and waits is over", async () => {
    let time = 0;
    server.answers(broken());
    const { client } = clientOf(server, {
      now: () => time,
      sleep: async (ms) => {
        time += ms;
      },
      maxAttempts: 100,
      deadlineMs: 10_000,
    });
    // Waits of 0.5, 1, 2 and 4 seconds fit, one of 8 doesn't.
    assert.equal((await errorOf(trigger(client))).attempts, 5);
    server.answers(broken());
    assert.equal((await errorOf(trigger(client, { deadlineMs: 1_000 }))).attempts, 2);
  });

  it("makes no try when a wait took longer than the deadline", async () => {
    let time = 0;
    server.answers(broken(), accepted);
    const { client } = clientOf(server, {
      now: () => time,
      sleep: async () => {
        time = 30_001;
      },
    });
    const error = await errorOf(trigger(client));
    server.assertIdenticalTries(1);
    assert.equal(error.code, "TIMEOUT");
    assert.equal(error.attempts, 1);
    assert.equal(error.outcome, "unknown");
  });

  it("ends a wait at once when its signal fires, whether or not sleep heeds it", async () => {
    for (const heeds of [true, false]) {
      const controller = new AbortController();
      const sleep = (_ms: number, signal?: AbortSignal) => {
        controller.abort(new Error("enough"));
        return new Promise((_resolve, reject) => {
          if (heeds) reject(signal?.reason);
        });
      };
      server.answers(tooMany("5"), accepted);
      const error = await errorOf(trigger(clientOf(server, { sleep }).client, { signal: controller.signal }));
      server.assertIdenticalTries(1);
      assert.equal(error.code, "ABORTED");
      assert.equal(error.attempts, 1);
      assert.equal(error.retryable, false);
      assert.equal(error.outcome, "not-executed");
      assert.equal((error.cause as Error).message, "enough");
    }
  });

  it("ends a wait of the built-in timer at once when its signal fires", async () => {
    const controller = new AbortController();
    server.answers(tooMany("20"));
    const client = new SequenceClient({ baseUrl: server.url, onAttempt: () => setImmediate(() => controller.abort()) });
    assert.equal((await errorOf(trigger(client, { signal: controller.signal }))).code, "ABORTED");
  });

  it("ends a try at once when its signal fires, and is unknown then", async () => {
    const controller = new AbortController();
    server.answers(() => controller.abort());
    const error = await errorOf(trigger(clientOf(server).client, { signal: controller.signal }));
    server.assertIdenticalTries(1);
    assert.equal(error.code, "ABORTED");
    assert.equal(error.outcome, "unknown");
  });

  it("leaves no listener on a signal that outlives the call", async () => {
    const controller = new AbortController();
    let listeners = 0;
    const { signal } = controller;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...rest: Parameters<typeof add>) => {
      listeners++;
      add(...rest);
    };
    signal.removeEventListener = (...rest: Parameters<typeof remove>) => {
      listeners--;
      remove(...rest);
    };
    server.answers(broken(), accepted);
    await trigger(clientOf(server).client, { signal });
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(listeners, 0);
  });

  it("reports every try", async () => {
    const reports: AttemptReport[] = [];
    server.answers(json(429, { code: "x", requestId: `id-${SECRET}` }, { "retry-after": "1" }), broken(), accepted);
    const { client } = clientOf(server, { onAttempt: (report) => reports.push(report), now: () => 0 });
    await trigger(client);
    const common = { operation: "triggerRule", durationMs: 0 };
    assert.deepEqual(reports, [
      { ...common, attempt: 1, status: 429, code: "TOO_MANY_REQUESTS", requestId: "id-[redacted]", retryInMs: 1000 },
      { ...common, attempt: 2, status: 500, code: "UNEXPECTED_ERROR", requestId: undefined, retryInMs: 1000 },
      { ...common, attempt: 3, status: 200 },
    ]);
  });

  it("doesn't become another failure because a watcher throws", async () => {
    server.answers(broken(), accepted);
    const onAttempt = () => {
      throw new Error("watcher");
    };
    assert.equal((await trigger(clientOf(server, { onAttempt }).client)).attempts, 2);
  });
});

describe("an accepted trigger whose answer is not the contract's", () => {
  let server: ScriptedServer;
  before(async () => {
    server = await ScriptedServer.start();
  });
  after(() => server.stop());

  for (const body of [
    {},
    [],
    null,
    "OK",
    5,
    { code: "ACCEPTED" },
    { code: 200 },
    { code: "INVALID_REQUEST", message: "m" },
  ])
    it(`is unknown and not tried again: ${JSON.stringify(body)}`, async () => {
      server.answers(json(200, body), accepted);
      const error = await errorOf(clientOf(server).client.triggerRule("ru_1", { apiSecret: SECRET }));
      server.assertIdenticalTries(1);
      assert.equal(error.code, "MALFORMED_ANSWER");
      assert.equal(error.status, 200);
      assert.equal(error.retryable, false);
      assert.equal(error.outcome, "unknown");
    });

  for (const [name, answer] of Object.entries({
    "a page of something in between": text(200, "<html>Maintenance</html>", { "content-type": "text/html" }),
    "an empty body": text(200, ""),
    "no content": text(204, ""),
    "half of the JSON": text(200, '{"code":"OK"'),
    "an encoding that was not asked for": text(200, "…", { "content-encoding": "gzip" }),
  }))
    it(`is tried again with the same key, because it isn't Sequence's answer: ${name}`, async () => {
      server.answers(answer, accepted);
      const receipt = await clientOf(server).client.triggerRule("ru_1", { apiSecret: SECRET, payload: PAYLOAD });
      assert.equal(receipt.attempts, 2);
      server.assertIdenticalTries(2);
      server.answers(answer);
      const error = await errorOf(clientOf(server).client.triggerRule("ru_1", { apiSecret: SECRET }));
      server.assertIdenticalTries(4);
      assert.equal(error.code, "MALFORMED_ANSWER");
      assert.equal(error.retryable, true);
      assert.equal(error.outcome, "unknown");
    });
});
