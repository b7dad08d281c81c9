import assert from "node:assert/strict";
import http from "node:http";
import https from "node:https";
import net, { type AddressInfo } from "node:net";
import { createNodeTransport, type SequenceClient, TransportError } from "../../../lambda/client";
import { certificate } from "./certificate";
import { type Answer, accepted, broken, clientOf, errorOf, reset, ScriptedServer, SECRET, silence } from "./support";

const MEGABYTE = 1024 * 1024;

function trigger(client: SequenceClient, options: object = {}) {
  return client.triggerRule("ru_1", { apiSecret: SECRET, payload: { note: "n" }, ...options });
}

/** A server below HTTP. `url` is given a scheme by the caller. */
async function rawServer(onSocket: (socket: net.Socket) => void) {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    authority: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => sockets.size,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe("a connection that can't be made", () => {
  it("is tried again and executed nothing: nobody listens", async () => {
    const server = await rawServer(() => {});
    await server.stop();
    const { client, waits } = clientOf({ url: `http://${server.authority}` });
    const error = await errorOf(trigger(client));
    assert.equal(error.code, "NO_RESPONSE");
    assert.equal(error.status, 0);
    assert.equal(error.attempts, 4);
    assert.equal(waits.length, 3);
    assert.equal(error.retryable, true);
    assert.equal(error.outcome, "not-executed");
    assert.match(
      error.message,
      /no connection could be made \(ECONNREFUSED\) after 4 tries\. The rule was not executed\./,
    );
    assert.equal((error.cause as { code?: string }).code, "ECONNREFUSED");
  });

  it("executed nothing: the host has no address", async () => {
    const lookup: net.LookupFunction = (hostname, _options, callback) =>
      callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: "ENOTFOUND" }), "", 4);
    const transport = createNodeTransport({ httpsAgent: new https.Agent({ lookup }) });
    const error = await errorOf(trigger(clientOf({ url: "https://sequence.invalid" }, { transport }).client));
    assert.equal(error.attempts, 4);
    assert.equal(error.outcome, "not-executed");
    assert.match(error.message, /ENOTFOUND/);
  });

  it("executed nothing, and the secret was not sent: the certificate is not trusted", async () => {
    const server = await ScriptedServer.start({ tls: true });
    let decrypted = 0;
    server.onSecureConnection((socket) => socket.on("data", (data: Buffer) => (decrypted += data.length)));
    server.answers(accepted);
    const error = await errorOf(trigger(clientOf(server).client));
    await server.stop();
    assert.equal(error.code, "NO_RESPONSE");
    assert.equal(error.outcome, "not-executed");
    assert.match(error.message, /DEPTH_ZERO_SELF_SIGNED_CERT/);
    assert.equal(server.received.length, 0);
    assert.equal(decrypted, 0, "bytes that the untrusted server could read");
  });

  it("stays refused when the environment says that certificates don't matter", async () => {
    const server = await ScriptedServer.start({ tls: true });
    server.answers(accepted);
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
    const error = await errorOf(trigger(clientOf(server, { maxAttempts: 1 }).client)).finally(() => {
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
    });
    await server.stop();
    assert.equal(error.code, "NO_RESPONSE");
    assert.equal(server.received.length, 0);
  });

  it("executed nothing: the server doesn't speak TLS", async () => {
    const server = await rawServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    const error = await errorOf(trigger(clientOf({ url: `https://${server.authority}` }).client));
    await server.stop();
    assert.equal(error.code, "NO_RESPONSE");
    assert.equal(error.outcome, "not-executed");
  });

  it("executed nothing: the server never finishes the TLS handshake", async () => {
    const server = await rawServer(() => {});
    const url = `https://${server.authority}`;
    const error = await errorOf(trigger(clientOf({ url }, { timeoutMs: 200, maxAttempts: 2 }).client));
    await server.stop();
    assert.equal(error.code, "TIMEOUT");
    assert.equal(error.attempts, 2);
    assert.equal(error.retryable, true);
    assert.equal(error.outcome, "not-executed");
  });
});

describe("a connection over TLS", () => {
  it("is used when an agent trusts the certificate", async () => {
    const server = await ScriptedServer.start({ tls: true });
    server.answers(broken(), accepted);
    const httpsAgent = new https.Agent({ keepAlive: true, ca: certificate.cert });
    const { client } = clientOf(server, { transport: createNodeTransport({ httpsAgent }) });
    assert.equal((await trigger(client)).attempts, 2);
    server.assertIdenticalTries(2);
    assert.equal(server.received[0]?.socket, server.received[1]?.socket, "one connection for both tries");
    await server.stop();
  });
});

describe("a connection", () => {
  let server: ScriptedServer;
  beforeEach(async () => {
    server = await ScriptedServer.start();
  });
  afterEach(() => server.stop());

  it("is kept for the next call", async () => {
    server.answers(accepted);
    const { client } = clientOf(server);
    await trigger(client);
    await trigger(client);
    assert.equal(server.received[0]?.socket, server.received[1]?.socket);
  });

  it("that is reset before an answer is unknown, and made again with the same key and bytes", async () => {
    server.answers(reset, reset, accepted);
    assert.equal((await trigger(clientOf(server).client)).attempts, 3);
    server.assertIdenticalTries(3);
    server.answers(reset);
    const error = await errorOf(trigger(clientOf(server).client));
    assert.equal(error.code, "NO_RESPONSE");
    assert.equal(error.status, 0);
    assert.equal(error.retryable, true);
    assert.equal(error.outcome, "unknown");
    assert.match(error.message, /lost before an answer came \(ECONNRESET\)/);
  });

  it("that was closed while idle is replaced once, even if only one try is allowed", async () => {
    server.answers(accepted, reset, accepted);
    const { client, waits } = clientOf(server, { maxAttempts: 1, transport: createNodeTransport() });
    await trigger(client, { idempotencyKey: "k" });
    const receipt = await trigger(client, { idempotencyKey: "k" });
    assert.equal(receipt.attempts, 2);
    assert.deepEqual(waits, [], "without a wait");
    server.assertIdenticalTries(3);
    assert.notEqual(server.received[1]?.socket, server.received[2]?.socket);
  });

  it("that was closed while idle is replaced only once", async () => {
    server.answers(accepted, reset, reset, accepted);
    const { client } = clientOf(server, { maxAttempts: 1, transport: createNodeTransport() });
    await trigger(client);
    const error = await errorOf(trigger(client));
    assert.equal(error.attempts, 2);
    assert.equal(error.outcome, "unknown");
  });

  it("that was closed while idle takes the other idle ones of its age with it", async () => {
    const held: (() => void)[] = [];
    // All three are answered together, so that there are three connections.
    const hold: Answer = (response, request) => {
      held.push(() => accepted(response, request));
      if (held.length === 3) for (const release of held) release();
    };
    server.answers(hold, hold, hold, reset, accepted);
    const { client } = clientOf(server, { maxAttempts: 1, transport: createNodeTransport() });
    await Promise.all([trigger(client), trigger(client), trigger(client)]);
    const old = new Set(server.received.map(({ socket }) => socket));
    assert.equal(old.size, 3);
    assert.equal((await trigger(client)).attempts, 2);
    assert.ok(!old.has(server.received[4]?.socket as net.Socket), "the second try has a new connection");
  });

  it("that is reset on its first request is no idle one, and counts as a try", async () => {
    server.answers(reset, accepted);
    const { client } = clientOf(server, { maxAttempts: 1, transport: createNodeTransport() });
    assert.equal((await errorOf(trigger(client))).attempts, 1);
    server.assertIdenticalTries(1);
  });

  it("that is lost in the middle of an answer is unknown, and made again with the same key and bytes", async () => {
    const cutOff: Answer = (response) => {
      response.writeHead(200, { "content-length": 500 });
      response.write('{"code":"OK"', () => response.socket?.destroy());
    };
    const cutOffChunks: Answer = (response) => {
      response.writeHead(200);
      response.write('{"code":"OK","message":"m"}', () => response.socket?.destroy());
    };
    server.answers(cutOff, cutOffChunks, accepted);
    assert.equal((await trigger(clientOf(server).client)).attempts, 3);
    server.assertIdenticalTries(3);
    server.answers(cutOff);
    const error = await errorOf(trigger(clientOf(server).client));
    assert.equal(error.code, "MALFORMED_ANSWER");
    assert.equal(error.status, 200);
    assert.equal(error.retryable, true);
    assert.equal(error.outcome, "unknown");
    assert.match(error.message, /answered 200, but it was cut off/);
  });

  it("that is lost in the middle of a refusal still counts as a refusal", async () => {
    server.answers((response) => {
      response.writeHead(400, { "content-length": 500 });
      response.write("{", () => response.socket?.destroy());
    });
    const error = await errorOf(trigger(clientOf(server).client));
    assert.equal(error.code, "INVALID_REQUEST");
    assert.equal(error.attempts, 1);
    assert.equal(error.outcome, "not-executed");
  });

  it("is closed when the caller ends the call", async () => {
    const controller = new AbortController();
    const closed = new Promise((resolve) => {
      server.answers((response) => {
        response.on("close", resolve);
        controller.abort();
      });
    });
    await errorOf(trigger(clientOf(server).client, { signal: controller.signal }));
    await closed;
  });

  it("isn't used when the signal has fired already", async () => {
    const send = createNodeTransport();
    const request = { method: "POST", url: server.url, headers: {}, body: "{}", maxAnswerBytes: 1000 } as const;
    const error = await send({ ...request, signal: AbortSignal.abort() }).then(
      () => assert.fail("resolved"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof TransportError);
    assert.equal(error.sent, false);
    assert.equal(server.received.length, 0);
  });

  it("is left to an agent of one's own", async () => {
    const agent = new http.Agent({ keepAlive: false });
    server.answers(accepted);
    const { client } = clientOf(server, { transport: createNodeTransport({ httpAgent: agent }) });
    await trigger(client);
    assert.equal(server.received[0]?.headers.connection, "close");
  });
});

describe("an answer that is no HTTP", () => {
  for (const [name, bytes] of Object.entries({
    garbage: "garbage\r\n\r\n",
    nothing: "",
    "half of its headers": "HTTP/1.1 200 OK\r\ncontent-le",
    "endless headers": `HTTP/1.1 200 OK\r\nx: ${"y".repeat(100_000)}\r\n\r\n`,
    "a switch of protocols": "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n",
  }))
    it(`is no response, and unknown: ${name}`, async () => {
      const server = await rawServer((socket) => socket.once("data", () => socket.end(bytes)));
      const error = await errorOf(trigger(clientOf({ url: `http://${server.authority}` }).client));
      await server.stop();
      assert.equal(error.code, "NO_RESPONSE");
      assert.equal(error.status, 0);
      assert.equal(error.attempts, 4);
      assert.equal(error.outcome, "unknown");
    });
});

describe("an answer of 100 MB", () => {
  let server: ScriptedServer;
  before(async () => {
    server = await ScriptedServer.start();
  });
  after(() => server.stop());

  /** Writes as fast as the client reads, up to 100 MB, and tells how much it was when the connection ended. */
  function flood(status: number, announced: boolean): { answer: Answer; written: Promise<number> } {
    const chunk = Buffer.alloc(MEGABYTE, " ");
    let tell: (bytes: number) => void;
    const written = new Promise<number>((resolve) => {
      tell = resolve;
    });
    const answer: Answer = (response) => {
      let bytes = 0;
      response.writeHead(status, announced ? { "content-length": 100 * MEGABYTE } : {});
      response.on("close", () => tell(bytes));
      const next = () => {
        if (response.destroyed) return;
        if (bytes === 100 * MEGABYTE) return void response.end();
        bytes += MEGABYTE;
        response.write(chunk, next);
      };
      next();
    };
    return { answer, written };
  }

  for (const announced of [true, false])
    it(`is cut off without being collected, ${announced ? "announced" : "unannounced"}, and is not asked for again`, async () => {
      const { answer, written } = flood(200, announced);
      server.answers(answer, accepted);
      const error = await errorOf(trigger(clientOf(server).client));
      server.assertIdenticalTries(1);
      assert.equal(error.code, "MALFORMED_ANSWER");
      assert.equal(error.status, 200);
      assert.equal(error.retryable, false);
      assert.equal(error.outcome, "unknown");
      assert.match(error.message, /it is larger than 5000000 bytes/);
      assert.ok((await written) < 100 * MEGABYTE, "the server could not send all of it");
    });

  it("is tried again when its status says so, with the same key and bytes", async () => {
    server.answers(flood(503, false).answer, accepted);
    assert.equal((await trigger(clientOf(server).client)).attempts, 2);
    server.assertIdenticalTries(2);
  });

  it("has a limit that can be set", async () => {
    server.answers((response) => response.end(`{"code":"OK","message":"${"x".repeat(100)}"}`));
    const small = clientOf(server, { maxAnswerBytes: 100 });
    assert.match((await errorOf(trigger(small.client))).message, /larger than 100 bytes/);
    const large = clientOf(server, { maxAnswerBytes: 200 });
    assert.equal((await trigger(large.client)).message.length, 100);
  });
});

describe("many calls at once", () => {
  it("don't mix up their answers", async () => {
    const server = await ScriptedServer.start();
    server.answers((response, { url }) => {
      const requestId = url.split("/")[3];
      setImmediate(() => response.end(JSON.stringify({ code: "OK", message: "m", data: { requestId } })));
    });
    const { client } = clientOf(server);
    const ids = Array.from({ length: 100 }, (_, index) => `ru_${index}`);
    const receipts = await Promise.all(ids.map((id) => client.triggerRule(id, { apiSecret: SECRET })));
    assert.deepEqual(
      receipts.map(({ requestId }) => requestId),
      ids,
    );
    await server.stop();
  });

  it("end with their deadline when the server is silent", async () => {
    const server = await ScriptedServer.start();
    server.answers(silence);
    const { client } = clientOf(server, { deadlineMs: 200 });
    const errors = await Promise.all(Array.from({ length: 20 }, () => errorOf(trigger(client))));
    for (const { code } of errors) assert.equal(code, "TIMEOUT");
    await server.stop();
  });
});
