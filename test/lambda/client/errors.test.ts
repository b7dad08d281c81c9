import assert from "node:assert/strict";
import { inspect } from "node:util";
import fc from "fast-check";
import { SequenceError, type Transport, TransportError } from "../../../lambda/client";
import { type Answer, clientOf, errorOf, json, reset, ScriptedServer, text } from "./support";

/** Everything that can be seen of an error, its chain of causes and hidden properties included. */
function everythingOf(error: unknown): string {
  const views: string[] = [];
  const seen = new Set<unknown>();
  const visit = (value: unknown): void => {
    views.push(String(value));
    if (typeof value !== "object" || value === null || seen.has(value)) return;
    seen.add(value);
    views.push(inspect(value, { depth: 10, showHidden: true, maxStringLength: null }), JSON.stringify(value) ?? "");
    for (const key of Reflect.ownKeys(value)) visit((value as Record<PropertyKey, unknown>)[key]);
  };
  visit(error);
  return views.join("\n");
}

const forms: Record<string, (secret: string) => string> = {
  raw: (secret) => secret,
  "URL-encoded": encodeURIComponent,
  "JSON-escaped": (secret) => JSON.stringify(secret).slice(1, -1),
  base64: (secret) => Buffer.from(secret).toString("base64"),
  "base64 of the header": (secret) => Buffer.from(`x-sequence-signature: Bearer ${secret}`).toString("base64"),
  base64url: (secret) => Buffer.from(secret).toString("base64url"),
  hex: (secret) => Buffer.from(secret).toString("hex"),
};

/** Whether `text` shows the secret in any form; for base64, the middle that doesn't depend on what surrounds it. */
function assertHidden(shown: string, secret: string): void {
  for (const [name, encode] of Object.entries(forms)) {
    const form = encode(secret);
    const middle = name.startsWith("base64") ? form.slice(-Math.floor(secret.length), -4) : form;
    assert.ok(!shown.includes(middle), `${name} of the secret is shown in ${shown.slice(0, 2000)}`);
  }
}

const secrets = fc
  .array(fc.integer({ min: 0x21, max: 0x7e }), { minLength: 16, maxLength: 64 })
  .map((codes) => String.fromCharCode(...codes));

describe("an error", () => {
  let server: ScriptedServer;
  before(async () => {
    server = await ScriptedServer.start();
  });
  after(() => server.stop());

  const echoes: Record<string, (echo: string) => Answer> = {
    "a JSON message": (echo) => json(400, { code: "INVALID_REQUEST", message: `no: ${echo}` }),
    "a code and a request id": (echo) =>
      json(400, { code: echo, message: echo, requestId: echo, data: { requestId: echo } }),
    "a page": (echo) => text(500, `<p>${echo}</p>`.repeat(20)),
    "a page of two hundred characters before it": (echo) => text(500, "x".repeat(190) + echo),
    "a redirect": (echo) => text(302, "", { location: `https://elsewhere.example/${encodeURIComponent(echo)}` }),
    "an accepted answer that isn't one": (echo) => json(200, { code: echo, message: echo }),
    "a refusal": (echo) => json(401, { code: "INVALID_API_SECRET", message: echo }),
  };

  for (const [where, answer] of Object.entries(echoes))
    it(`doesn't show a secret that the server echoes in ${where}, in whatever form`, async () => {
      await fc.assert(
        fc.asyncProperty(secrets, fc.constantFrom(...Object.keys(forms)), async (secret, form) => {
          server.answers(answer((forms[form] as (secret: string) => string)(secret)));
          const { client } = clientOf(server, { maxAttempts: 1 });
          const error = await errorOf(client.triggerRule("ru_1", { apiSecret: secret }));
          assertHidden(everythingOf(error), secret);
        }),
        { numRuns: 40 },
      );
    });

  it("doesn't show a secret that a transport puts into its own error", async () => {
    await fc.assert(
      fc.asyncProperty(secrets, fc.constantFrom("bug", "network"), async (secret, kind) => {
        const transport: Transport = async (request) => {
          const inner = Object.assign(new Error(`inner ${secret}`), { code: secret, request, config: { secret } });
          inner.name = secret;
          const all = new AggregateError([inner, secret, { request }], `all ${secret}`, { cause: inner });
          throw kind === "bug"
            ? Object.assign(new Error(`bug ${secret}`, { cause: all }), { request })
            : new TransportError(`lost ${secret}`, { cause: all });
        };
        const { client } = clientOf({ url: "https://api.example" }, { transport });
        const error = await errorOf(client.triggerRule("ru_1", { apiSecret: `Bearer ${secret}` }));
        assertHidden(everythingOf(error), secret);
      }),
      { numRuns: 50 },
    );
  });

  it("doesn't show a secret that comes as the reason of an abort", async () => {
    const secret = "sec_0123456789abcdef";
    const controller = new AbortController();
    const transport: Transport = () => {
      controller.abort({ header: `Bearer ${secret}` });
      return new Promise(() => {});
    };
    const { client } = clientOf({ url: "https://api.example" }, { transport });
    const error = await errorOf(client.triggerRule("ru_1", { apiSecret: secret, signal: controller.signal }));
    assert.equal(error.code, "ABORTED");
    assert.match(String(error.cause), /Bearer \[redacted\]/);
    assertHidden(everythingOf(error), secret);
  });

  it("doesn't show a secret that is not in the answer at all", async () => {
    server.answers(reset);
    const secret = "sec_0123456789abcdef";
    const error = await errorOf(clientOf(server).client.triggerRule("ru_1", { apiSecret: secret }));
    assertHidden(everythingOf(error), secret);
  });

  it("is printed with its name, message and fields, and its causes", () => {
    const cause = new Error("outer", { cause: Object.assign(new Error("inner"), { code: "ECONNRESET" }) });
    const error = new SequenceError("what happened", { code: "NO_RESPONSE", attempts: 2, cause });
    assert.equal(String(error), "SequenceError: what happened");
    const printed = inspect(error);
    for (const part of ["SequenceError: what happened", "NO_RESPONSE", "attempts: 2", "Error: outer", "ECONNRESET"])
      assert.ok(printed.includes(part), printed);
  });

  it("becomes JSON with its message", () => {
    const details = {
      code: "TOO_MANY_REQUESTS",
      status: 429,
      requestId: "r",
      retryable: true,
      retryAfterMs: 5,
    } as const;
    const error = new SequenceError("m", {
      ...details,
      idempotencyKey: "k",
      outcome: "not-executed",
      cause: new Error("c"),
    });
    assert.deepEqual(JSON.parse(JSON.stringify(error)), {
      name: "SequenceError",
      message: "m",
      ...details,
      attempts: 0,
      outcome: "not-executed",
      idempotencyKey: "k",
      cause: "Error: c",
    });
  });

  it("assumes the worst of what it isn't told", () => {
    const { outcome, retryable, status, attempts } = new SequenceError("m", { code: "NO_RESPONSE" });
    assert.deepEqual(
      { outcome, retryable, status, attempts },
      { outcome: "unknown", retryable: false, status: 0, attempts: 0 },
    );
  });

  it("copes with a chain of causes that is circular or endless", () => {
    const circular = new Error("circular");
    circular.cause = circular;
    assert.ok(inspect(new SequenceError("m", { code: "NO_RESPONSE", cause: circular })).includes("circular"));
    let endless = new Error("0");
    for (let depth = 1; depth < 1000; depth++) endless = new Error(String(depth), { cause: endless });
    assert.ok(everythingOf(new SequenceError("m", { code: "NO_RESPONSE", cause: endless })).length < 1_000_000);
  });

  it("leaves the original cause as it was", () => {
    const cause = new Error("has secret");
    const redact = (text: string) => text.replaceAll("secret", "[redacted]");
    const error = new SequenceError("m", { code: "NO_RESPONSE", cause, redact });
    assert.equal(cause.message, "has secret");
    assert.notEqual(error.cause, cause);
    assert.equal((error.cause as Error).message, "has [redacted]");
  });
});
