import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** The total size of a request's line and headers that HTTP API takes. */
const MAX_HEAD_BYTES = 10_240;

/** How many ports after a taken one are tried. */
const MOST_TRIES = 50;

/** Where an API listens on 127.0.0.1. A later deployment serves at the same place. */
export class Front {
  private handler: RequestListener | undefined;
  private readonly server: Server = createServer({ maxHeaderSize: MAX_HEAD_BYTES }, (request, response) =>
    this.handler?.(request, response),
  );

  /** Host and port. */
  get authority(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo | null)?.port}`;
  }

  /** Whether some API answers here. */
  get isServed(): boolean {
    return this.handler !== undefined;
  }

  /** From now on this answers. */
  serve(handler: RequestListener): void {
    this.handler = handler;
  }

  /** Rejects with `EADDRINUSE` if the port is taken. */
  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.server.once("error", reject).listen(port, "127.0.0.1", resolve);
    });
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => {
      this.server.close(resolve);
      this.server.closeAllConnections();
    });
  }
}

/** The ports of all HTTP APIs. They outlive a deployment, so that the next one has the same amount URLs. */
export class Fronts {
  private readonly fronts = new Map<string, Front>();
  private isStopped = false;

  /** `port` is that of the first API, 0 any free one; with `orNext` the next free one if it is taken. Others take free ports. */
  constructor(
    private readonly port = 0,
    private readonly orNext = false,
  ) {}

  /** The place of the API with this name, which listens. */
  async of(name: string): Promise<Front> {
    // A program whose start was interrupted goes on declaring, and a listener would keep the process alive.
    if (this.isStopped) throw new Error("the sandbox has stopped");
    const known = this.fronts.get(name);
    if (known) return known;
    const front = new Front();
    // Decided before the first await, or two APIs made at once could both be the first.
    const port = this.fronts.size === 0 ? this.port : 0;
    this.fronts.set(name, front);
    await this.listen(front, port);
    if (this.isStopped) await front.stop();
    return front;
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await Promise.all([...this.fronts.values()].map((front) => front.stop()));
    this.fronts.clear();
  }

  private async listen(front: Front, port: number): Promise<void> {
    const last = this.orNext && port !== 0 ? Math.min(port + MOST_TRIES, 65_535) : port;
    for (let candidate = port; ; candidate++)
      try {
        return await front.listen(candidate);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
        if (candidate < last) continue;
        const message = `port ${port} of 127.0.0.1 is in use: stop what listens there, or choose another port`;
        throw Object.assign(new Error(message, { cause: error }), { code: "EADDRINUSE", port });
      }
  }
}
