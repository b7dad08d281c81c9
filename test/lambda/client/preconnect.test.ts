import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import http from "node:http";
import https from "node:https";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { createNodeTransport, SequenceClient, type SequenceClientOptions } from "../../../lambda/client";
import { EarlyRequests } from "../../../lambda/client/earlyRequests";
import { certificate } from "./certificate";
import { TOKEN } from "./support";

const ANSWER = JSON.stringify({ message: "OK", requestId: "req_1", data: { accounts: [], errors: [] } });

type AnyServer = http.Server | https.Server | Server;

/** A server with its connections, in order. */
async function listen(server: AnyServer, port = 0) {
  const connections: Socket[] = [];
  const secure = server instanceof https.Server;
  server.on(secure ? "secureConnection" : "connection", (socket: Socket) => connections.push(socket));
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const { port: given } = server.address() as AddressInfo;
  return {
    server,
    connections,
    url: `${secure ? "https" : "http"}://127.0.0.1:${given}`,
    port: given,
    /** The next connection, or the first if there is one. */
    connection: async () =>
      connections[0] ?? ((await once(server, secure ? "secureConnection" : "connection"))[0] as Socket),
    close: async () => {
      for (const socket of connections) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const answerAccounts: http.RequestListener = (request, response) => {
  request.resume();
  request.on("end", () => response.writeHead(200, { "content-type": "application/json" }).end(ANSWER));
};

function clientOf(baseUrl: string, more: SequenceClientOptions = {}) {
  const transport = createNodeTransport({ httpsAgent: new https.Agent({ keepAlive: true, ca: certificate.cert }) });
  return new SequenceClient({ accessToken: TOKEN, baseUrl, transport, maxAttempts: 1, ...more });
}

describe("a connection that is made ahead", () => {
  const opened: { close(): Promise<void> }[] = [];
  const started = async (server: AnyServer, port?: number) => {
    const listening = await listen(server, port);
    opened.push(listening);
    return listening;
  };
  afterEach(async () => {
    for (const server of opened.splice(0)) await server.close();
  });

  for (const [scheme, make] of [
    ["http", () => http.createServer(answerAccounts)],
    ["https", () => https.createServer(certificate, answerAccounts)],
  ] as const)
    it(`is the one that the first call uses, and the second: ${scheme}`, async () => {
      const sequence = await started(make());
      const client = clientOf(sequence.url);
      client.preconnect();
      await sequence.connection();
      await client.getAccounts();
      await client.getAccounts();
      assert.equal(sequence.connections.length, 1);
    });

  it("is used by a call that comes before it stands", async () => {
    const sequence = await started(https.createServer(certificate, answerAccounts));
    const client = clientOf(sequence.url);
    client.preconnect();
    await client.getAccounts();
    assert.equal(sequence.connections.length, 1);
  });

  it("carries nothing until the call", async () => {
    const sequence = await started(http.createServer(answerAccounts));
    const client = clientOf(sequence.url);
    client.preconnect();
    const socket = await sequence.connection();
    // A connection of ours that comes later and is answered: what the first one had sent would be there, too.
    await clientOf(sequence.url).getAccounts();
    assert.equal(socket.bytesRead, 0);
  });

  it("is made once, however often it is asked for", async () => {
    const sequence = await started(http.createServer(answerAccounts));
    const client = clientOf(sequence.url);
    for (let count = 0; count < 3; count++) client.preconnect();
    await client.getAccounts();
    assert.equal(sequence.connections.length, 1);
  });

  it("fails in silence: a call makes its own", async () => {
    const { port, url, close } = await listen(createServer());
    await close();
    const client = clientOf(url);
    client.preconnect();
    // It is refused after the other one.
    await assert.rejects(clientOf(url).getAccounts(), { code: "NO_RESPONSE" });
    await started(http.createServer(answerAccounts), port);
    assert.deepEqual((await client.getAccounts()).accounts, []);
  });

  it("sends nothing to a server whose certificate is not trusted", async () => {
    const requests: string[] = [];
    const sequence = await started(https.createServer(certificate, ({ url }) => requests.push(String(url))));
    const transport = createNodeTransport();
    const url = `${sequence.url}/accounts`;
    transport.preconnect?.(url);
    const signal = new AbortController().signal;
    const request = {
      method: "POST",
      url,
      headers: { authorization: TOKEN },
      body: "{}",
      maxAnswerBytes: 1000,
      signal,
    } as const;
    await assert.rejects(transport(request), { name: "TransportError", sent: false });
    assert.deepEqual(requests, []);
  });

  it("that was closed meanwhile is replaced once, even if only one try is allowed", async () => {
    const sequence = await started(http.createServer(answerAccounts));
    // As after a freeze: that the other side has closed it shows when something is sent.
    sequence.server.once("connection", (socket: Socket) => socket.once("data", () => socket.resetAndDestroy()));
    const client = clientOf(sequence.url);
    client.preconnect();
    await sequence.connection();
    const { attempts } = await client.getAccounts();
    assert.equal(attempts, 2);
  });

  it("is left alone when it is older than servers keep one", async () => {
    const sequence = await started(http.createServer(answerAccounts));
    let now = 0;
    const early = new EarlyRequests(
      (url) => http.request(url, { method: "POST" }),
      () => now,
    );
    early.open(sequence.url);
    now = 4_000;
    const young = early.take(sequence.url);
    assert.ok(young);
    young.outgoing.destroy();
    early.open(sequence.url);
    now = 8_001;
    assert.equal(early.take(sequence.url), undefined);
  });

  it("doesn't keep the process from ending", async () => {
    const sequence = await started(http.createServer(answerAccounts));
    const client = JSON.stringify(join(__dirname, "../../../lambda/client"));
    const program = `
      const { nodeTransport } = require(${client});
      nodeTransport.preconnect(process.argv[1] + "/accounts");
    `;
    const args = ["--import", "tsx", "-e", program, sequence.url];
    execFileSync(process.execPath, args, { cwd: join(__dirname, "../../.."), timeout: 60_000 });
  });
});
