import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Sandbox } from "../../sandbox";
import {
  ask,
  failures,
  HOUR_MS,
  MINUTE_MS,
  PAYDAY,
  pass,
  processesNaming,
  startQuickstart,
  urlOf,
  urlsOf,
  workQueue,
} from "./support";

/** The values that may be nowhere, by what they are. */
function secretsOf(sandbox: Sandbox): Record<string, string> {
  const secrets: Record<string, string> = {
    "access token": sandbox.config.get("sequence-quickstart:accessToken") as string,
    "API secret": sandbox.config.get("sequence-quickstart:paydaySecret") as string,
  };
  for (const [name, url] of Object.entries(urlsOf(sandbox)))
    secrets[`URL token ${name}`] = url.split("/").at(-1) as string;
  for (const { type, name, state } of sandbox.deployment.resources) {
    if (!type.startsWith("random:")) continue;
    for (const form of ["base64", "hex", "result"]) if (state[form]) secrets[`${name} (${form})`] = String(state[form]);
  }
  return secrets;
}

/** A value as it is, and as it looks inside of something that was encoded. */
function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  // Base64 looks different at each of three places in a group of bytes; its ends depend on the neighbours.
  const inBase64 = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .slice(shift === 0 ? 0 : 4, -4),
  );
  const unpadded = value.replace(/=+$/, "");
  const urlForm = unpadded.replaceAll("+", "-").replaceAll("/", "_");
  const encoded = inBase64.flatMap((form) => [form, form.replaceAll("+", "-").replaceAll("/", "_")]);
  return [...new Set([unpadded, urlForm, encodeURIComponent(unpadded), bytes.toString("hex"), ...encoded])];
}

/** Everything that somebody may read who mustn't know the secrets, by what it is. */
function placesOf(sandbox: Sandbox): Record<string, string> {
  const { cloud, deployment } = sandbox;
  const places: Record<string, string> = {
    "log lines": cloud.logs
      .lines()
      .map(({ group, stream, message }) => `${group} ${stream} ${message}`)
      .join("\n"),
    journal: JSON.stringify(cloud.context.journal.entries),
    mails: JSON.stringify(cloud.topics.mails),
    "failure queue": JSON.stringify(failures(sandbox)),
    "work queue": JSON.stringify(cloud.queues.messages(workQueue(sandbox))),
    "simulator's records": JSON.stringify([sandbox.calls, sandbox.triggers]),
  };
  const plain = Object.entries(deployment.outputs).filter(([key]) => !deployment.secretOutputs.has(key));
  places["plain outputs"] = JSON.stringify(plain);
  for (const { type, name, inputs, secretKeys } of deployment.resources) {
    const readable = Object.entries(inputs).filter(([key]) => !secretKeys.includes(key));
    places[`inputs of ${name}`] = JSON.stringify(readable);
    if (type === "aws:lambda/function:Function") places[`environment of ${name}`] = JSON.stringify(inputs.environment);
  }
  for (const file of filesBelow(join(cloud.context.directory, "functions")))
    places[`file ${file}`] = readFileSync(file, "latin1");
  return places;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

function find(secrets: Record<string, string>, places: Record<string, string>): string[] {
  return Object.entries(secrets).flatMap(([secret, value]) => {
    const forms = formsOf(value);
    return Object.entries(places).flatMap(([place, text]) =>
      forms.some((form) => text.includes(form)) ? [`${secret} in ${place}`] : [],
    );
  });
}

describe("After a round with failures, no secret", () => {
  let sandbox: Sandbox;
  let secrets: Record<string, string>;

  before(async () => {
    sandbox = await startQuickstart({ startAt: PAYDAY - MINUTE_MS });
    secrets = secretsOf(sandbox);
    await sequenceSaysSecretsAloud();
    await wrongQuestions();
  });
  after(() => sandbox?.stop());

  /** Errors that quote what was sent, as careless servers do. */
  async function sequenceSaysSecretsAloud(): Promise<void> {
    const { sequence } = sandbox;
    const token = secrets["access token"] as string;
    const apiSecret = secrets["API secret"] as string;
    const quoting = (secret: string) =>
      JSON.stringify({ code: "UNEXPECTED_ERROR", message: `no Bearer ${secret}`, requestId: secret });
    sequence.fault({ status: 500, body: quoting(apiSecret) });
    sequence.fault({ status: 401, body: quoting(apiSecret), nth: 2, times: 2 });
    sequence.fault({ connection: "close", nth: 4 });
    sequence.fault({ body: `<html>${apiSecret}</html>`, contentType: "text/html", nth: 5 });
    sequence.fault({ endpoint: "accounts", body: `{"message":"${token}"}` });
    sequence.fault({ endpoint: "accounts", status: 500, body: quoting(token), nth: 2 });
    await pass(sandbox, 3 * HOUR_MS);
    assert.equal(sequence.triggers.length, 1);
    sequence.fault({ status: 400, body: quoting(apiSecret), times: 10 });
    await sandbox.clock.advanceTo(Date.parse("2026-12-15T15:00:00Z"));
    await sandbox.idle();
    assert.equal(failures(sandbox).length, 1);
    assert.ok(sandbox.mails().length > 0);
  }

  async function wrongQuestions(): Promise<void> {
    const { origin } = new URL(urlOf(sandbox, "rent"));
    const token = secrets["URL token rent"];
    await ask(`${origin}/amounts/other/${token}`);
    await ask(`${origin}/amounts/rent/${token}x`);
    await ask(`${urlOf(sandbox, "rent")}?token=${token}`, { body: String(token) });
    sandbox.sequence.revokeAccessToken(secrets["access token"] as string);
    await ask(urlOf(sandbox, "buffer"));
    sandbox.setBalance("Bills Pod", { unknown: `no answer for ${secrets["access token"]}` });
    sandbox.sequence.acceptAccessToken(secrets["access token"] as string);
    await ask(urlOf(sandbox, "buffer"));
  }

  it("is in a log line, the journal, a mail, a queue, an archive, a declared environment, a plain input or output", () => {
    assert.ok(Object.keys(secrets).length >= 6, Object.keys(secrets).join(", "));
    assert.deepEqual(find(secrets, placesOf(sandbox)), []);
  });

  it("is in the environment or the command line of a process", function () {
    if (process.platform !== "linux") this.skip();
    const pids = processesNaming(sandbox.cloud.context.directory);
    const places = Object.fromEntries(
      pids.flatMap((pid) =>
        ["environ", "cmdline"].map((file) => [`${file} of ${pid}`, readFileSync(`/proc/${pid}/${file}`, "utf8")]),
      ),
    );
    const all = Object.values(places).join("\n");
    for (const name of ["ACCESS_TOKEN_SECRET_ARN", "WORK_QUEUE_URL", "SEQUENCE_BASE_URL"])
      assert.ok(all.includes(name), `no process of ours has ${name}: the test looks at the wrong ones`);
    assert.deepEqual(find(secrets, places), []);
  });

  // Pulumi keeps ids in plain and shows them; that of a RandomBytes is its value.
  it("is in the id of a resource", () => {
    const ids = sandbox.deployment.resources.map(({ name, id }): [string, string] => [`id of ${name}`, id]);
    assert.deepEqual(find(secrets, Object.fromEntries(ids)), []);
  });

  it("would stay unfound if it were there: planted ones are found, whatever their form and place", () => {
    const token = secrets["access token"] as string;
    const [keyName, key] = Object.entries(secrets).find(([name]) => name.includes("-url-key-")) as [string, string];
    const { context, logs, topics, queues } = sandbox.cloud;
    logs.append(logGroup(sandbox), "planted", Buffer.from(`{"accessToken":"${token}"}`).toString("base64"));
    context.journal.record("planted", { text: encodeURIComponent(key) });
    topics.mails.push({ at: 0, topicArn: "", to: "", subject: "", message: `x${urlOf(sandbox, "rent")}y` });
    queues.send(workQueue(sandbox), `{"secret":"${secrets["API secret"]}"}`);
    const found = find(secrets, placesOf(sandbox));
    for (const expected of [
      "access token in log lines",
      `${keyName} in journal`,
      "URL token rent in mails",
      "API secret in work queue",
    ])
      assert.ok(found.includes(expected), `${expected} was not found: ${found}`);
    assert.equal(found.length, 4, found.join("\n"));
  });

  it("of the stack's outputs but the URLs themselves is marked as plain", () => {
    assert.deepEqual([...sandbox.deployment.secretOutputs], ["amountUrls"]);
  });
});

function logGroup(sandbox: Sandbox): string {
  const group = sandbox.deployment.resources.find(({ type }) => type === "aws:cloudwatch/logGroup:LogGroup");
  return String(group?.state.name);
}
