import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { AmountFunctionConfig } from "../../../lambda/agreements/amountConfig";
import type { AmountSpec } from "../../../lambda/agreements/amountKinds";
import { type AmountHandlerOptions, createAmountHandler } from "../../../lambda/amounts/handler";
import type { AmountEvent, HttpAnswer } from "../../../lambda/amounts/http";
import { SequenceClient, type SequenceClientOptions } from "../../../lambda/client";
import { createLogger } from "../../../lambda/log";

export const TOKEN = "token-of-the-current-url-0123456789abcdefghi";
export const OLD_TOKEN = "token-of-an-old-url-0123456789abcdefghijklmn";
export const ACCESS_TOKEN = "access-token-0123456789";

export function digestOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** The tokens are the same for every amount, but for the amount's name in front. */
export function tokenOf(name: string, token = TOKEN): string {
  return `${name}-${token}`;
}

export function configOf(amounts: Record<string, AmountSpec>, ceilingCents = 1_000_000): AmountFunctionConfig {
  const digests = (token: string) =>
    Object.fromEntries(Object.keys(amounts).map((name) => [name, digestOf(tokenOf(name, token))]));
  return {
    version: 1,
    amounts,
    ceilingCents,
    urlTokens: [
      { label: "current", digests: digests(TOKEN) },
      { label: "old", digests: digests(OLD_TOKEN) },
    ],
  };
}

export function eventFor(name: string, more: Partial<AmountEvent> = {}): AmountEvent {
  return { pathParameters: { name, token: tokenOf(name) }, headers: { "user-agent": "test" }, ...more };
}

export function contextWith(remainingMs = 10_000) {
  return { awsRequestId: "aws-request-1", getRemainingTimeInMillis: () => remainingMs };
}

/** A balance in cents, `null` for unknown, or the entry as Sequence would send it. */
export type Entry = { name: string; id?: string; type?: string; cents?: number | null } | Record<string, unknown>;

export function accountsAnswer(entries: readonly Entry[], more: object = {}): string {
  const accounts = entries.map((entry, index) => {
    if (!("cents" in entry)) return entry;
    const {
      name,
      id = `id-${index}`,
      type = "Pod",
      cents,
    } = entry as { name: string; id?: string; type?: string; cents: number | null };
    return { id, name, type, balance: { amountInDollars: cents === null ? null : cents / 100, error: null } };
  });
  return JSON.stringify({ message: "OK", requestId: "seq-request-1", data: { accounts, errors: [], ...more } });
}

export interface SequenceServer {
  readonly baseUrl: string;
  readonly requests: { readonly authorization: string | undefined; readonly path: string | undefined }[];
  answer(respond: (request: IncomingMessage, response: ServerResponse) => void): void;
  accounts(entries: readonly Entry[], more?: object): void;
  /** Resolves when somebody has connected. */
  readonly connected: Promise<unknown>;
  close(): Promise<void>;
}

/** Sequence's accounts call on loopback. */
export async function startSequence(): Promise<SequenceServer> {
  const requests: { authorization: string | undefined; path: string | undefined }[] = [];
  let respond: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => response.destroy();
  const server = createServer((request, response) => {
    requests.push({ authorization: request.headers["x-sequence-access-token"]?.toString(), path: request.url });
    request.resume();
    request.on("end", () => respond(request, response));
  });
  const connected = once(server, "connection");
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    connected,
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answer: (next) => {
      respond = next;
    },
    accounts: (entries, more) => {
      respond = (_, response) =>
        response.writeHead(200, { "content-type": "application/json" }).end(accountsAnswer(entries, more));
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** A handler with its log, on the real client. */
export function handlerOn(
  sequence: Pick<SequenceServer, "baseUrl">,
  amounts: Record<string, AmountSpec>,
  more: Partial<AmountHandlerOptions> & { ceilingCents?: number; clientOptions?: SequenceClientOptions } = {},
) {
  const lines: string[] = [];
  const { ceilingCents, clientOptions, ...options } = more;
  const client = new SequenceClient({
    baseUrl: sequence.baseUrl,
    accessToken: ACCESS_TOKEN,
    sleep: async () => {},
    ...clientOptions,
  });
  const logger = createLogger({}, (line) => lines.push(line));
  const handler = createAmountHandler({ config: configOf(amounts, ceilingCents), client, logger, ...options });
  const ask = (name: string, event: Partial<AmountEvent> = {}, remainingMs?: number) =>
    handler(eventFor(name, event), contextWith(remainingMs));
  const events = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const metrics = () => events().flatMap((line) => (line.event === "metric" ? metricNames(line) : []));
  return { handler, ask, lines, events, metrics };
}

function metricNames(line: Record<string, unknown>): string[] {
  const { CloudWatchMetrics } = line._aws as { CloudWatchMetrics: { Metrics: { Name: string }[] }[] };
  return CloudWatchMetrics.flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name));
}

/** The amount of an answer that must be one. */
export function centsOf(answer: HttpAnswer): number {
  assert.equal(answer.statusCode, 200, answer.body);
  return (JSON.parse(answer.body) as { amountInCents: number }).amountInCents;
}

/** `answer` must be this error, and hold no amount. */
export function assertError(answer: HttpAnswer, statusCode: number, code: string, name?: string): void {
  assert.equal(answer.statusCode, statusCode, answer.body);
  assert.equal(answer.headers["content-type"], "application/json");
  const { error } = JSON.parse(answer.body) as { error: { code: string; amount: string } };
  assert.equal(error.code, code);
  if (name !== undefined) assert.equal(error.amount, name);
  assert.doesNotMatch(answer.body, /amountInCents/);
}
