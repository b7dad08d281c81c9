import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Answer } from "./answers";

const LARGEST_BODY_BYTES = 1_048_576;

/** A loopback HTTP server that can break its answers. */
export class Listener {
  private server: Server | undefined;

  constructor(private readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>) {}

  /** Listens on 127.0.0.1 and returns the base URL; port 0 takes a free one. Rejects if the port is taken. */
  async start(port: number): Promise<string> {
    const server = createServer((request, response) => {
      // A caller that hangs up makes errors here, which must not end the sandbox.
      this.handle(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", resolve);
    });
    this.server = server;
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Closes every connection, those without an answer too. */
  async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (!server) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }
}

/** The request's body, or `undefined` if it is too large. Rejects if the caller goes away. */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= LARGEST_BODY_BYTES) chunks.push(chunk);
  }
  return size > LARGEST_BODY_BYTES ? undefined : Buffer.concat(chunks).toString("utf8");
}

/** Sends an answer, or breaks it. Resolves once it is out, or will never be. */
export async function deliver(
  response: ServerResponse,
  { status, headers, body }: Answer,
  connection?: "close" | "hang" | "truncate",
): Promise<void> {
  if (connection === "hang") return;
  if (connection === "close" || response.destroyed) {
    response.destroy();
    return;
  }
  const gone = new Promise<void>((resolve) => {
    response.once("finish", resolve);
    response.once("close", resolve);
  });
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, "content-length": bytes.length });
  if (connection === "truncate")
    response.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), () => response.destroy());
  else response.end(bytes);
  await gone;
}
