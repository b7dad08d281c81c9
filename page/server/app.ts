import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import { type RunningSandbox, UserError } from "../../sandbox";
import { actions, type Given } from "./actions";
import { assetNamed, document } from "./assets";
import { faultKinds } from "./faultKinds";
import { guard } from "./guard";
import type { BalanceHistory } from "./history";
import { amounts } from "./views/amounts";
import { log } from "./views/log";
import { occurrences } from "./views/occurrences";
import { outbox } from "./views/outbox";
import { overview } from "./views/overview";
import { trace } from "./views/trace";
import type { Work } from "./work";

interface Served {
  readonly sandbox: RunningSandbox;
  readonly work: Work;
  readonly history: BalanceHistory;
  readonly token: string;
  readonly title: string;
  /** The hosts with ports under which the page is served. */
  readonly authorities: () => readonly string[];
  readonly stack: (() => object) | undefined;
}

/** Below it a browser takes a connection for dead. */
const ALIVE_MS = 20_000;

export function pageApp({ sandbox, work, history, token, title, authorities, stack }: Served): Hono {
  const app = new Hono();
  app.use(guard(token, authorities));
  app.get("/", (context) => context.html(document(title, token)));
  app.get("/assets/:name", (context) => {
    const asset = assetNamed(context.req.param("name"));
    if (!asset) return context.notFound();
    return context.body(asset.content, 200, { "content-type": asset.type });
  });

  app.get("/api/overview", (context) => context.json(overview(sandbox, { title, history, busy: work.busy })));
  app.get("/api/balances", (context) => context.json(history.view()));
  app.get("/api/occurrences", ({ req, json }) => json(occurrences(sandbox, req.query("q") ?? "", req.query("result"))));
  app.get("/api/occurrence", (context) => {
    const found = trace(sandbox, context.req.query("id") ?? "");
    return found ? context.json(found) : context.json({ error: "There is no such occurrence in this sandbox." }, 404);
  });
  app.get("/api/amounts", (context) => context.json(amounts(sandbox)));
  app.get("/api/outbox", (context) => context.json(outbox(sandbox)));
  app.get("/api/faults", (context) =>
    context.json(faultKinds.map(({ id, title, does, expect }) => ({ id, title, does, expect }))),
  );
  app.get("/api/log", ({ req, json }) => json(log(sandbox, req.query("q") ?? "", req.query("all") === "true")));

  if (stack) app.get("/api/stack", (context) => context.json(stack()));

  app.get("/api/events", (context) =>
    streamSSE(context, async (stream) => {
      const ended = new Promise<void>((resolve) => stream.onAbort(resolve));
      const unsubscribe = work.subscribe(() => void stream.writeSSE({ event: "change", data: "" }));
      const alive = setInterval(() => void stream.writeSSE({ event: "alive", data: "" }), ALIVE_MS).unref();
      await stream.writeSSE({ event: "change", data: "" });
      await ended;
      clearInterval(alive);
      unsubscribe();
    }),
  );

  app.post("/api/do/:action", async (context) => {
    const name = context.req.param("action");
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (!action) return context.json({ error: `The page can't do "${name}".` }, 404);
    const given = (await context.req.json().catch(() => undefined)) as unknown;
    if (typeof given !== "object" || given === null || Array.isArray(given))
      return context.json({ error: "The body must be a JSON object." }, 400);
    return context.json({ result: (await work.do(action.busy, () => action.run(sandbox, given as Given))) ?? null });
  });
  app.onError((error, context) => {
    // Only what is meant for people: another message may quote anything.
    if (error instanceof UserError || isForeseen(error)) return context.json({ error: sentence(error.message) }, 400);
    console.error(error);
    return context.json({ error: "That failed; the terminal says why." }, 500);
  });
  return app;
}

/** The simulated Sequence's own refusals, and a changed program's errors. */
function isForeseen({ message, name }: Error): boolean {
  return name === "SettingsError" || /^There is no |^The balance of /.test(message);
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
