import assert from "node:assert/strict";
import { SequenceError, type Transport, TransportError } from "../../../lambda/client";
import { clientOf, errorOf, SECRET } from "./support";

describe("a transport of one's own", () => {
  const trigger = (transport: Transport, options: object = {}) =>
    clientOf({ url: "https://api.example" }, { transport }).client.triggerRule("ru_1", {
      apiSecret: SECRET,
      ...options,
    });
  const ok = { status: 200, headers: {}, body: '{"code":"OK","message":"m"}' };

  it("is given one whole request and no second one after a success", async () => {
    let calls = 0;
    const receipt = await trigger(async (request) => {
      calls++;
      assert.equal(request.method, "POST");
      assert.equal(request.url, "https://api.example/remote-api/rules/ru_1/trigger");
      assert.equal(request.headers["x-sequence-signature"], `Bearer ${SECRET}`);
      assert.equal(request.body, "{}");
      assert.equal(request.maxAnswerBytes, 5_000_000);
      assert.equal(request.signal.aborted, false);
      return ok;
    });
    assert.equal(calls, 1);
    assert.equal(receipt.message, "m");
  });

  for (const [name, transport] of Object.entries<Transport>({
    "throws a TypeError": async () => {
      throw new TypeError(`x is not a function, ${SECRET}`);
    },
    "throws before it begins": () => {
      throw new ReferenceError("y is not defined");
    },
    "throws a SequenceError of another client": async () => {
      throw new SequenceError("certainly not executed", { code: "TIMEOUT", outcome: "not-executed", retryable: true });
    },
    "throws something that is no error": async () => {
      throw "text";
    },
    "gives no promise": (() => 5) as unknown as Transport,
    "answers nothing": (async () => undefined) as unknown as Transport,
    "answers without a status": (async () => ({ headers: {}, body: "" })) as unknown as Transport,
    "answers without headers": (async () => ({ status: 200, body: "" })) as unknown as Transport,
    "answers with an object as body": (async () => ({ ...ok, body: {} })) as unknown as Transport,
  }))
    it(`is not called again when it has a bug: it ${name}`, async () => {
      let calls = 0;
      const error = await errorOf(
        trigger((request) => {
          calls++;
          return transport(request);
        }),
      );
      assert.equal(calls, 1);
      assert.equal(error.code, "INTERNAL_ERROR");
      assert.equal(error.retryable, false);
      assert.equal(error.outcome, "unknown");
      assert.ok(!error.message.includes(SECRET));
    });

  it("may fail with TransportError, which is tried again and says whether anything was sent", async () => {
    for (const sent of [true, false]) {
      let calls = 0;
      const error = await errorOf(
        trigger(async () => {
          calls++;
          throw new TransportError("no line", { sent });
        }),
      );
      assert.equal(calls, 4);
      assert.equal(error.code, "NO_RESPONSE");
      assert.equal(error.outcome, sent ? "unknown" : "not-executed");
    }
  });

  it("may say again and again that a connection was closed while idle, and gets one more try for all of it", async () => {
    let calls = 0;
    const error = await errorOf(
      trigger(
        async () => {
          calls++;
          throw new TransportError("closed", { staleSocket: true });
        },
        { maxAttempts: 2 },
      ),
    );
    assert.equal(calls, 3);
    assert.equal(error.code, "NO_RESPONSE");
    assert.equal(error.outcome, "unknown");
  });

  it("is held to the size of an answer", async () => {
    const error = await errorOf(trigger(async () => ({ ...ok, body: "x".repeat(5_000_001) })));
    assert.equal(error.code, "MALFORMED_ANSWER");
    assert.equal(error.retryable, false);
    assert.match(error.message, /larger than 5000000 bytes/);
  });

  it("is left behind when it doesn't heed the signal, and counts as having sent", async () => {
    const controller = new AbortController();
    const error = await errorOf(
      trigger(
        () => {
          setImmediate(() => controller.abort());
          return new Promise(() => {});
        },
        { signal: controller.signal },
      ),
    );
    assert.equal(error.code, "ABORTED");
    assert.equal(error.outcome, "unknown");
  });

  it("may answer an abort in its own words", async () => {
    const controller = new AbortController();
    const error = await errorOf(
      trigger(
        ({ signal }) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
            controller.abort();
          }),
        { signal: controller.signal },
      ),
    );
    assert.equal(error.code, "ABORTED");
  });

  it("has no second try when another function of the client has a bug", async () => {
    let calls = 0;
    const transport: Transport = async () => {
      calls++;
      return { status: 503, headers: {}, body: "" };
    };
    const sleep = async () => {
      throw new TypeError("broken sleep");
    };
    const { client } = clientOf({ url: "https://api.example" }, { transport, sleep });
    const error = await errorOf(client.triggerRule("ru_1", { apiSecret: SECRET }));
    assert.equal(calls, 1);
    assert.equal(error.code, "INTERNAL_ERROR");
    assert.match(error.message, /broken sleep/);
  });
});
