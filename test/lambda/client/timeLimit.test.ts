import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { mock } from "node:test";
import { type Answer, accepted, clientOf, errorOf, ScriptedServer, SECRET, silence } from "./support";

const PAYLOAD = { note: "ünïcödé", amounts: [1, 2, 3] };

describe("a try that takes too long", () => {
  let server: ScriptedServer;
  before(async () => {
    server = await ScriptedServer.start();
  });
  after(() => server.stop());
  afterEach(() => mock.timers.reset());

  /** The client's time stands still, and is over when the test ticks, however busy the machine is. */
  const stopTime = () => mock.timers.enable({ apis: ["setTimeout"] });
  /** Moves the time on once the client has read an answer's status. */
  const tickAtResponse = (ms: number) => {
    const onResponse = () => {
      unsubscribe("http.client.response.finish", onResponse);
      setImmediate(() => mock.timers.tick(ms));
    };
    subscribe("http.client.response.finish", onResponse);
  };

  it("is ended and made again with the same key and bytes", async () => {
    stopTime();
    const tooLate: Answer = () => mock.timers.tick(150);
    server.answers(tooLate, tooLate, accepted);
    const { client } = clientOf(server, { timeoutMs: 150 });
    const receipt = await client.triggerRule("ru_1", { apiSecret: SECRET, payload: PAYLOAD, maxAttempts: 20 });
    assert.equal(receipt.attempts, 3);
    server.assertIdenticalTries(3);
  });

  it("counts the body: headers alone don't stop the clock", async () => {
    const slow: Answer = (response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.write('{"code":');
    };
    server.answers(slow);
    stopTime();
    tickAtResponse(1000);
    const error = await errorOf(
      clientOf(server, { timeoutMs: 1000, maxAttempts: 1 }).client.triggerRule("ru_1", { apiSecret: SECRET }),
    );
    assert.equal(error.code, "TIMEOUT");
    assert.equal(error.status, 200);
    assert.equal(error.retryable, true);
    assert.equal(error.outcome, "unknown");
    assert.match(error.message, /no whole answer came within 1000 ms/);
  });

  it("counts a body that keeps dripping", async () => {
    const dripping: Answer = (response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(timer));
    };
    server.answers(dripping);
    const { client } = clientOf(server, { timeoutMs: 150, maxAttempts: 1 });
    assert.equal((await errorOf(client.getAccounts())).code, "TIMEOUT");
  });

  it("believes the status of a refusal whose body is slow", async () => {
    server.answers((response) => {
      response.writeHead(401);
      response.write("{");
    });
    stopTime();
    tickAtResponse(1000);
    const { client } = clientOf(server, { timeoutMs: 1000 });
    const error = await errorOf(client.triggerRule("ru_1", { apiSecret: SECRET }));
    assert.equal(error.code, "INVALID_API_SECRET");
    assert.equal(error.outcome, "not-executed");
  });

  it("has no more time than the deadline leaves", async () => {
    server.answers(silence);
    const { client } = clientOf(server, { timeoutMs: 100_000 });
    const error = await errorOf(client.triggerRule("ru_1", { apiSecret: SECRET, deadlineMs: 200 }));
    assert.equal(error.code, "TIMEOUT");
    assert.equal(error.status, 0);
    assert.equal(error.attempts, 1);
  });
});
