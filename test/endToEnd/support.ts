import { execFileSync } from "node:child_process";
import { request } from "node:http";
import { join } from "node:path";
import { DeleteItemCommand, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { type CallRecord, type DeclaredResource, type Mail, Sandbox, type SandboxOptions } from "../../sandbox";

export const root = join(__dirname, "..", "..");
export const programs = join(root, "test", "fixtures", "programs");

/** Two days before the quickstart's payday. */
export const START = Date.parse("2026-11-29T12:00:00Z");
export const PAYDAY = Date.parse("2026-12-01T14:00:00Z");
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

export function startQuickstart(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  return Sandbox.start({ directory: root, startAt: START, ...options });
}

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  /** In the order and spelling in which they came. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

/** Asks as Sequence does, on a connection of its own. Anything but a 200 that holds an amount throws. */
export async function ask(url: string, { method = "POST", body = "{}" } = {}): Promise<RawAnswer> {
  const answer = await new Promise<RawAnswer>((resolve, reject) => {
    const call = request(url, { method, agent: false, headers: { "content-type": "application/json" } }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("error", reject);
      incoming.on("end", () => {
        const { rawHeaders } = incoming;
        const headers = rawHeaders.flatMap((name, index): [string, string][] =>
          index % 2 === 0 ? [[name, rawHeaders[index + 1] as string]] : [],
        );
        resolve({ status: incoming.statusCode ?? 0, headers, body: Buffer.concat(chunks).toString() });
      });
    });
    call.on("error", reject);
    call.end(method === "GET" ? undefined : body);
  });
  if (answer.status !== 200 && answer.body.includes("amountInCents"))
    throw new Error(`an answer with status ${answer.status} carries an amount: ${answer.body}`);
  return answer;
}

export function header(answer: RawAnswer, name: string): string | undefined {
  return answer.headers.find(([key]) => key.toLowerCase() === name)?.[1];
}

/** The amount URLs by amount. */
export function urlsOf(sandbox: Sandbox): Record<string, string> {
  return sandbox.outputs.amountUrls as Record<string, string>;
}

export function urlOf(sandbox: Sandbox, amount: string): string {
  const url = urlsOf(sandbox)[amount];
  if (!url) throw new Error(`there is no URL of ${amount}`);
  return url;
}

/** The one resource of this type whose logical name ends so. */
function resource(sandbox: Sandbox, type: string, nameEnd: string): DeclaredResource {
  const found = sandbox.deployment.resources.filter((each) => each.type === type && each.name.endsWith(nameEnd));
  if (found.length !== 1) throw new Error(`${found.length} resources of type ${type} end with ${nameEnd}`);
  return found[0] as DeclaredResource;
}

export function arnOf(sandbox: Sandbox, type: string, nameEnd: string): string {
  return String(resource(sandbox, type, nameEnd).state.arn);
}

export function workQueue(sandbox: Sandbox): string {
  return arnOf(sandbox, "aws:sqs/queue:Queue", "-work");
}

/** For clients of AWS that call the sandbox over HTTP, with the operator's credentials. */
export function awsClientOptions({ cloud }: Sandbox) {
  const { url: endpoint, operatorCredentials: credentials } = cloud.endpoint;
  return { endpoint, region: "us-east-1", credentials };
}

export function ledgerTable(sandbox: Sandbox): string {
  return String(resource(sandbox, "aws:dynamodb/table:Table", "-ledger").state.name);
}

/** The stop switch, over HTTP with the operator's credentials, as the AWS CLI puts and deletes the item. */
export async function stopSwitch(sandbox: Sandbox, on: boolean): Promise<void> {
  const client = new DynamoDBClient(awsClientOptions(sandbox));
  const TableName = ledgerTable(sandbox);
  const key = { key: { S: "pause" } };
  if (on) await client.send(new PutItemCommand({ TableName, Item: key }));
  else await client.send(new DeleteItemCommand({ TableName, Key: key }));
  client.destroy();
}

/** What lies in the failure queue, as its readers see it. */
export function failures(sandbox: Sandbox): Record<string, unknown>[] {
  return sandbox.messages("-failures").map((body) => JSON.parse(body));
}

/** What the functions mailed. CloudWatch's alarms send mails of their own. */
export function mails(sandbox: Sandbox): Mail[] {
  return sandbox.mails().filter(({ subject }) => subject.startsWith("Sequence: "));
}

/** The functions' own log lines with this event, as objects. */
export function logged(sandbox: Sandbox, event: string): Record<string, unknown>[] {
  return sandbox.cloud.logs.lines().flatMap(({ message }) => {
    if (!message.startsWith("{")) return [];
    const line = JSON.parse(message) as Record<string, unknown>;
    return line.event === event ? [line] : [];
  });
}

export function triggerCalls(sandbox: Sandbox): CallRecord[] {
  return sandbox.calls.filter(({ endpoint }) => endpoint === "trigger");
}

/** What every call must have the same of: key and body, once each. */
export function keysAndBodies(sandbox: Sandbox): string[] {
  return [...new Set(triggerCalls(sandbox).map(({ idempotencyKey, body }) => `${idempotencyKey} ${body}`))];
}

/** Moves the sandbox's clock on, and waits for all that comes of it. */
export async function pass(sandbox: Sandbox, ms: number): Promise<void> {
  await sandbox.clock.advanceTo(sandbox.clock.now() + ms);
}

/** Waits until `condition` holds; the bound is far beyond what any machine needs. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 6_000; tries++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`it never came to this: ${what}`);
}

/** The processes whose command line has this text in it. */
export function processesNaming(text: string): number[] {
  const lines = execFileSync("ps", ["-A", "-ww", "-o", "pid=,args="], { encoding: "utf8" }).split("\n");
  return lines.flatMap((line) => {
    const [, pid, args] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
    return args?.includes(text) && Number(pid) !== process.pid ? [Number(pid)] : [];
  });
}
