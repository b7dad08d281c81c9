import type * as http from "node:http";
import type * as https from "node:https";
import type { Socket } from "node:net";
import { connectEvent, EarlyRequests, isSecure, type Opened } from "./earlyRequests";
import { type ResponseHead, type Transport, TransportError, type TransportRequest } from "./transport";

/** Loaded when the first request needs them: that is a good part of a cold start. */
const modules = {
  http: () => require("node:http") as typeof http,
  https: () => require("node:https") as typeof https,
};

/** Options of `createNodeTransport`. */
export interface NodeTransportOptions {
  /** For `http:` URLs. Defaults to one of its own that keeps connections alive. */
  readonly httpAgent?: http.Agent;
  /** For `https:` URLs, for example with an own `ca`, or a proxy's agent. Defaults to one of its own that keeps connections alive. */
  readonly httpsAgent?: https.Agent;
}

/** A transport on node:http and node:https. Idle connections are kept, and don't keep the process from ending. */
export function createNodeTransport(options: NodeTransportOptions = {}): Transport {
  let { httpAgent, httpsAgent } = options;
  const agentFor = (url: string): http.Agent => {
    if (!isSecure(url)) {
      httpAgent ??= new (modules.http().Agent)({ keepAlive: true });
      return httpAgent;
    }
    // Said explicitly, so that NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment doesn't hand credentials to a stranger.
    httpsAgent ??= new (modules.https().Agent)({ keepAlive: true, rejectUnauthorized: true });
    return httpsAgent;
  };
  const open = (url: string): http.ClientRequest =>
    (isSecure(url) ? modules.https() : modules.http()).request(url, { method: "POST", agent: agentFor(url) });
  const early = new EarlyRequests(open);
  const transport: Transport = (request) =>
    new Promise((resolve, reject) =>
      exchange(
        request,
        early.take(request.url) ?? { outgoing: open(request.url) },
        agentFor(request.url),
        resolve,
        reject,
      ),
    );
  return Object.assign(transport, { preconnect: (url: string) => early.open(url) });
}

/** The transport that clients use unless they are given another. */
export const nodeTransport: Transport = createNodeTransport();

function exchange(
  request: TransportRequest,
  { outgoing, early }: Opened,
  agent: http.Agent,
  resolve: (response: ResponseHead & { body: string }) => void,
  reject: (error: TransportError) => void,
): void {
  const { url, headers, body, signal } = request;
  for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value);
  let sent = false;
  let settled = false;
  let head: ResponseHead | undefined;

  const settle = () => {
    settled = true;
    signal.removeEventListener("abort", onAbort);
  };
  const fail = (message: string, details: { cause?: unknown; staleSocket?: boolean; tooLarge?: boolean } = {}) => {
    if (settled) return;
    settle();
    reject(new TransportError(message, { sent, head, ...details }));
    outgoing.destroy();
  };
  const onAbort = () => fail("the request was ended before the answer was whole", { cause: signal.reason });
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();

  // Not one byte is written before the connection stands and the server's certificate is checked: a failure until then
  // certainly executed nothing, and no credential goes to a server that isn't verified.
  whenConnected({ outgoing, early }, url, () => {
    if (settled) return;
    sent = true;
    outgoing.end(body);
  });
  outgoing.on("error", (cause: NodeJS.ErrnoException) => {
    // Once the answer has begun, the answer decides, not the request.
    if (head || settled) return;
    const kept = outgoing.reusedSocket || early?.connected;
    const staleSocket = kept === true && (cause.code === "ECONNRESET" || cause.code === "EPIPE");
    // The other idle connections are as old as this one, so they are probably closed too.
    if (staleSocket) closeIdleSockets(agent);
    fail(sent ? "the connection was lost before an answer came" : "no connection could be made", {
      cause,
      staleSocket,
    });
  });
  outgoing.once("close", () => {
    if (!head) fail("the connection was closed before an answer came");
  });
  outgoing.once("response", (incoming) => {
    head = { status: incoming.statusCode ?? 0, headers: headersOf(incoming) };
    collect(incoming, request.maxAnswerBytes, {
      whole: (text) => {
        settle();
        resolve({ ...(head as ResponseHead), body: text });
      },
      tooLarge: () => fail(`the answer is larger than ${request.maxAnswerBytes} bytes`, { tooLarge: true }),
      lost: (cause) => fail("the connection was lost before the answer was whole", { cause }),
    });
  });
}

function whenConnected({ outgoing, early }: Opened, url: string, write: () => void): void {
  const wait = (socket: Socket) => {
    // The connection has failed already; its error event follows.
    if (socket.destroyed) return;
    const connected = early ? early.connected : outgoing.reusedSocket || !socket.connecting;
    if (connected) write();
    else socket.once(connectEvent(url), write);
  };
  if (outgoing.socket) wait(outgoing.socket);
  else outgoing.once("socket", wait);
}

interface CollectEvents {
  whole(text: string): void;
  tooLarge(): void;
  lost(cause?: unknown): void;
}

function collect(incoming: http.IncomingMessage, maxBytes: number, events: CollectEvents): void {
  if (Number(incoming.headers["content-length"]) > maxBytes) {
    events.tooLarge();
    return;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  incoming.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxBytes) events.tooLarge();
    else chunks.push(chunk);
  });
  incoming.once("end", () => {
    // TextDecoder drops a byte order mark, which JSON.parse refuses.
    if (incoming.complete) events.whole(new TextDecoder().decode(Buffer.concat(chunks)));
  });
  incoming.once("error", events.lost);
  incoming.once("close", () => {
    if (!incoming.complete) events.lost();
  });
}

function headersOf(incoming: http.IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers))
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  return headers;
}

function closeIdleSockets(agent: http.Agent): void {
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of [...(sockets ?? [])]) socket.destroy();
}
