import type { ClientRequest } from "node:http";

/** Servers close a connection on which nothing comes, after five seconds at the least; a freeze of the function can be in between. */
const LONGEST_WAIT_MS = 4_000;

/** A request that is opened, but of which nothing is sent. */
export interface Opened {
  readonly outgoing: ClientRequest;
  /** It was opened some time ago. */
  readonly early?: { readonly connected: boolean } | undefined;
}

interface Entry extends Opened {
  readonly early: { connected: boolean };
  readonly openedAt: number;
}

/** Requests that are opened before it is known what they send, so that their connections stand by then: at most one for each URL. */
export class EarlyRequests {
  private readonly entries = new Map<string, Entry>();

  /** `openRequest` must not send anything; `now` is in milliseconds since the epoch. */
  constructor(
    private readonly openRequest: (url: string) => ClientRequest,
    private readonly now: () => number = Date.now,
  ) {}

  /** A connection that fails is forgotten: the request that comes for it makes one of its own. */
  open(url: string): void {
    if (this.entries.has(url)) return;
    const outgoing = this.openRequest(url);
    const entry: Entry = { outgoing, early: { connected: false }, openedAt: this.now() };
    this.entries.set(url, entry);
    outgoing.once("socket", (socket) => {
      // It doesn't keep the process from ending.
      if (this.entries.get(url) === entry) socket.unref();
      socket.once(connectEvent(url), () => {
        entry.early.connected = true;
      });
    });
    const forget = () => {
      if (this.entries.get(url) === entry) this.entries.delete(url);
    };
    outgoing.on("error", forget).once("close", forget);
  }

  /** The request for this URL, if there is one whose connection may be open still. */
  take(url: string): Opened | undefined {
    const entry = this.entries.get(url);
    if (!entry) return undefined;
    this.entries.delete(url);
    const { outgoing, openedAt } = entry;
    if (outgoing.socket?.destroyed || this.now() - openedAt > LONGEST_WAIT_MS) {
      outgoing.destroy();
      return undefined;
    }
    outgoing.socket?.ref();
    return entry;
  }
}

/** What tells that a connection stands; with TLS, that the server's certificate is checked. */
export function connectEvent(url: string): "secureConnect" | "connect" {
  return isSecure(url) ? "secureConnect" : "connect";
}

export function isSecure(url: string): boolean {
  return url.startsWith("https:");
}
