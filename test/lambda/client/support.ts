import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import type { AddressInfo, Socket } from "node:net";
import path from "node:path";
import { SequenceClient, type SequenceClientOptions, SequenceError } from "../../../lambda/client";
import { certificate } from "./certificate";

export const TOKEN = "tok_live_0123456789abcdef";
export const SECRET = "sec_live_fedcba9876543210";

/** A request as the server received it. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
  readonly socket: Socket;
}

/** Answers one request. */
export type Answer = (response: http.ServerResponse, request: Received) => void;

/** A real server on loopback that answers by a script, the last entry of it again and again. */
export class ScriptedServer {
  readonly received: Received[] = [];
  private script: Answer[] = [];

  private constructor(
    private readonly server: http.Server | https.Server,
    private readonly scheme: string,
  ) {}

  static async start(options: { tls?: boolean; host?: string } = {}): Promise<ScriptedServer> {
    const listener: http.RequestListener = (request, response) => scripted.onRequest(request, response);
    const server = options.tls ? https.createServer(certificate, listener) : http.createServer(listener);
    const scripted: ScriptedServer = new ScriptedServer(server, options.tls ? "https" : "http");
    await new Promise<void>((resolve) => server.listen(0, options.host ?? "127.0.0.1", resolve));
    return scripted;
  }

  get url(): string {
    return `${this.scheme}://127.0.0.1:${this.port}`;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Called with each connection whose TLS handshake is done, as far as the server can see. */
  onSecureConnection(listener: (socket: Socket) => void): void {
    this.server.on("secureConnection", listener);
  }

  answers(...script: Answer[]): void {
    this.script = script;
    this.received.length = 0;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Every try must have carried the same key, body and credential header. */
  assertIdenticalTries(count: number): void {
    assert.equal(this.received.length, count, "number of tries");
    const [first] = this.received;
    assert.match(String(first?.headers["idempotency-key"]), /^[A-Za-z0-9._:/|-]{1,36}$/);
    for (const { method, url, headers, body } of this.received) {
      assert.equal(method, "POST");
      assert.equal(url, first?.url);
      assert.equal(body, first?.body);
      assert.deepEqual(headers, first?.headers);
    }
  }

  private onRequest(request: http.IncomingMessage, response: http.ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on("error", () => {});
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers, socket } = request;
      const received = { method, url, headers, body: Buffer.concat(chunks).toString(), socket };
      const answer = this.script[Math.min(this.received.length, this.script.length - 1)];
      this.received.push(received);
      answer?.(response, received);
    });
  }
}

export function json(status: number, body: unknown, headers: http.OutgoingHttpHeaders = {}): Answer {
  return text(status, JSON.stringify(body), { "content-type": "application/json", ...headers });
}

export function text(status: number, body: string, headers: http.OutgoingHttpHeaders = {}): Answer {
  return (response) => response.writeHead(status, headers).end(body);
}

export const accepted = json(200, { code: "OK", message: "Rule has been triggered", data: { requestId: "req-ok" } });
export const tooMany = (retryAfter?: string) =>
  json(429, fixture("trigger-429"), retryAfter === undefined ? {} : { "retry-after": retryAfter });
export const broken = (status = 500) => json(status, fixture("trigger-500"));
/** Closes the connection without an answer. */
export const reset: Answer = (response) => response.socket?.resetAndDestroy();
/** Never answers. */
export const silence: Answer = () => {};

/** What Sequence's page prints, by file name. */
export function fixture(name: string): unknown {
  const file = path.join(__dirname, "..", "..", "fixtures", "sequence-page", `${name}.json`);
  return JSON.parse(readFileSync(file, "utf8"));
}

/** A client of `server` that doesn't wait in earnest, with the waits that it asked for. */
export function clientOf(
  server: { readonly url: string },
  options: SequenceClientOptions = {},
): { client: SequenceClient; waits: number[] } {
  const waits: number[] = [];
  const client = new SequenceClient({
    accessToken: TOKEN,
    baseUrl: server.url,
    random: () => 1,
    sleep: async (ms) => {
      waits.push(ms);
    },
    ...options,
  });
  return { client, waits };
}

/** The error that `work` rejects with, which must be the client's own. */
export async function errorOf(work: Promise<unknown>): Promise<SequenceError> {
  const error = await work.then(
    (value) => assert.fail(`resolved with ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof SequenceError, `not a SequenceError: ${error}`);
  return error;
}

/** The error that `work` throws, which must be the client's own. */
export function thrownBy(work: () => unknown): SequenceError {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof SequenceError, `not a SequenceError: ${error}`);
    return error;
  }
  assert.fail("nothing was thrown");
}
