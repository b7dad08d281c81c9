import { createServer, type IncomingHttpHeaders, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { given } from "../../../lambda/agreements/given";
import { createJournal } from "../../../sandbox/aws/journal";
import type { Journal } from "../../../sandbox/aws/types";
import { SandboxClock } from "../../../sandbox/clock";
import { SequenceSimulator } from "../../../sandbox/sequence";
import type { ModeOptions } from "../../../sandbox/sequence/modes";
import type { ActionSettings, SequenceSettings } from "../../../sandbox/settings";

export const START = Date.parse("2026-12-01T13:00:00Z");
export const ACCESS_TOKEN = "access-token-of-the-test";
export const API_SECRET = "api-secret-of-the-test";
export const OTHER_SECRET = "api-secret-of-the-other-rule";

export const RENT: ActionSettings = { from: "1", to: "2", amount: { output: "amountUrls.rent" } };

export function settings(actions: readonly ActionSettings[] = [RENT]): SequenceSettings<string> {
  return {
    accessToken: ACCESS_TOKEN,
    accounts: [
      { id: "1", name: "Main", type: "Pod", balance: { cents: 2_534_277 } },
      { id: "2", name: "Rent", type: "Pod", balance: { cents: 0 } },
      { id: "3", name: "Income", type: "Income Source", balance: { cents: 1_020_050 } },
      { id: "4", name: "Card", type: "Account", balance: { unknown: "the bank does not answer" } },
    ],
    rules: [
      { id: "ru_1", name: "Payday", apiSecret: API_SECRET, testMode: false, actions },
      { id: "ru_2", name: "Other", apiSecret: OTHER_SECRET, testMode: false, actions: [] },
    ],
  };
}

/** What a running test simulator is made of. */
export interface Rig {
  readonly simulator: SequenceSimulator;
  readonly clock: SandboxClock;
  readonly journal: Journal;
  readonly baseUrl: string;
  /** Triggers `ru_1`, unless told otherwise. */
  trigger(options?: TriggerOptions): Promise<Reply>;
  accounts(token?: string): Promise<Reply>;
}

interface TriggerOptions {
  readonly path?: string;
  readonly method?: string;
  readonly key?: string | undefined;
  /** `null`: no header. */
  readonly signature?: string | null;
  readonly contentType?: string;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON, or `undefined`. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any form
  readonly json: any;
}

const cleanups: (() => unknown)[] = [];

/** Ends whatever the test started; call it in `afterEach`. */
export async function cleanUp(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}

export async function startRig(
  options: {
    settings?: SequenceSettings<string>;
    modes?: ModeOptions;
    /** What answers the amounts' URLs; by default 25,000 cents. */
    amountUrl?: (output: string) => string;
  } = {},
): Promise<Rig> {
  const clock = new SandboxClock(START);
  const journal = createJournal(clock);
  const amountUrl = options.amountUrl ?? (await constantAmount(25_000));
  const simulator = new SequenceSimulator({
    clock,
    journal,
    settings: options.settings ?? settings(),
    resolveAmountUrl: amountUrl,
    ...given({ modes: options.modes }),
  });
  const baseUrl = await simulator.start();
  cleanups.push(async () => {
    await simulator.stop();
    clock.stop();
  });
  return {
    simulator,
    clock,
    journal,
    baseUrl,
    trigger: (call) => trigger(baseUrl, call),
    accounts: (token = ACCESS_TOKEN) =>
      send(`${baseUrl}/accounts`, { "x-sequence-access-token": `Bearer ${token}`, "content-type": "application/json" }),
  };
}

function trigger(baseUrl: string, options: TriggerOptions = {}): Promise<Reply> {
  const { path = "/remote-api/rules/ru_1/trigger", signature = `Bearer ${API_SECRET}`, key } = options;
  const headers: Record<string, string> = { "content-type": options.contentType ?? "application/json" };
  if (signature !== null) headers["x-sequence-signature"] = signature;
  if (key !== undefined) headers["idempotency-key"] = key;
  return send(baseUrl + path, headers, options);
}

async function send(
  url: string,
  headers: Record<string, string>,
  { method = "POST", body = "{}", signal }: TriggerOptions = {},
): Promise<Reply> {
  const answer = await fetch(url, { method, headers, ...given({ signal }), ...(method === "POST" ? { body } : {}) });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, json: parse(text) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A question for an amount, as it arrived. */
export interface Asked {
  readonly method: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A real server in the place of the amount endpoint. Returns its URL. */
export async function amountServer(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/amounts/rent/the-token-of-the-url`;
}

async function constantAmount(amountInCents: number): Promise<() => string> {
  const url = await amountServer((_request, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ amountInCents }));
  });
  return () => url;
}

/** A promise that the test settles by hand. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Waits, a turn of the event loop at a time, until `condition` is true. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}
