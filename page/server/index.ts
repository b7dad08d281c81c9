import { randomBytes } from "node:crypto";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import type { RunningSandbox } from "../../sandbox";
import { pageApp } from "./app";
import { BalanceHistory } from "./history";
import { Work } from "./work";

export interface PageOptions {
  /** What the page is called: the project's name. */
  readonly title: string;
  /** Defaults to a free one. */
  readonly port?: number;
  /** Take a free port if that one is taken, instead of failing. Defaults to false. */
  readonly nextPort?: boolean;
  /** What the commands for a live stack find at `api/stack`. Defaults to nothing. */
  readonly stack?: () => object;
}

/** The page of a sandbox, while it is served. */
export interface Page {
  /** Such as `http://127.0.0.1:4391/`. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Serves the page of a sandbox on 127.0.0.1, until `stop`. Stop the page before the sandbox. */
export async function startPage(sandbox: RunningSandbox, options: PageOptions): Promise<Page> {
  const work = new Work();
  const history = new BalanceHistory(sandbox);
  const stopWatching = sandbox.journal.subscribe((entry) => {
    history.onEntry(entry);
    work.changed();
  });
  const token = randomBytes(32).toString("base64url");
  let port = 0;
  const authorities = () => [`127.0.0.1:${port}`, `localhost:${port}`];
  const app = pageApp({ sandbox, work, history, token, authorities, title: options.title, stack: options.stack });
  try {
    const server = await listen(app.fetch, options);
    port = (server.address() as AddressInfo).port;
    return {
      url: `http://127.0.0.1:${port}/`,
      async stop() {
        stopWatching();
        work.stop();
        await new Promise((resolve) => {
          server.close(resolve);
          if ("closeAllConnections" in server) server.closeAllConnections();
        });
      },
    };
  } catch (error) {
    stopWatching();
    throw error;
  }
}

type Server = ReturnType<typeof serve>;

function listen(
  fetch: Parameters<typeof serve>[0]["fetch"],
  { port = 0, nextPort = false }: PageOptions,
): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, port, hostname: "127.0.0.1" });
    server.once("listening", () => resolve(server));
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EADDRINUSE" || !nextPort || port === 0) reject(error);
      else listen(fetch, { title: "", port: 0 }).then(resolve, reject);
    });
  });
}
