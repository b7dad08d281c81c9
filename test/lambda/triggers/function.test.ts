import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { triggerEnvironment } from "../../../lambda/agreements/triggerConfig";
import { aConfig, scheduled } from "./world";

const run = promisify(execFile);

interface Request {
  readonly operation: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** Loads the bundled function, delivers one message as Lambda does, and prints what it answers. */
const DRIVER = `
const { handler } = require("./index.js");
const body = process.argv[2];
const attributes = { SentTimestamp: String(Date.now()), ApproximateReceiveCount: "1" };
handler({ Records: [{ messageId: "m-1", receiptHandle: "r-1", body, attributes, eventSourceARN: "arn:aws:sqs:us-east-1:1:work" }] }, { awsRequestId: "a-1", getRemainingTimeInMillis: () => 30000 })
  .then((answer) => console.log("ANSWER " + JSON.stringify(answer)));
`;

describe("the bundled trigger function", () => {
  let folder: string;
  let server: Server;
  let requests: Request[];
  let sequenceStatus: number;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "trigger-function-"));
    await build({
      entryPoints: [join(__dirname, "../../../lambda/triggers/function.ts")],
      outfile: join(folder, "index.js"),
      bundle: true,
      platform: "node",
      target: "node20",
      format: "cjs",
      logLevel: "error",
    });
    writeFileSync(join(folder, "driver.js"), DRIVER);
    server = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      const operation = String(request.headers["x-amz-target"] ?? request.url).replace(/^.*\./, "");
      requests.push({ operation, headers: request.headers, body });
      const isSequence = operation.startsWith("/remote-api/");
      response.statusCode = isSequence ? sequenceStatus : 200;
      response.setHeader("content-type", isSequence ? "application/json" : "application/x-amz-json-1.0");
      response.end(JSON.stringify(answerTo(operation, body, isSequence)));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });

  beforeEach(() => {
    requests = [];
    sequenceStatus = 200;
    const config = aConfig();
    writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  });

  after(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function answerTo(operation: string, body: string, isSequence: boolean): object {
    if (isSequence && sequenceStatus === 200)
      return { code: "OK", message: "Rule with id ru_1 has been triggered", data: { requestId: "req_9" } };
    if (isSequence) return { code: "TOO_MANY_REQUESTS", message: "slow down" };
    if (operation === "GetSecretValue")
      return { ARN: "arn:secret:payday", Name: "payday", SecretString: "s3cret-value" };
    if (operation === "SendMessage")
      // The SDK checks it.
      return {
        MessageId: "f-1",
        MD5OfMessageBody: createHash("md5").update(JSON.parse(body).MessageBody).digest("hex"),
      };
    const written = requests.filter((request) => request.operation === "PutItem").at(-1);
    return operation === "GetItem" && written ? { Item: JSON.parse(written.body).Item } : {};
  }

  function start(message: object, without?: string) {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const env: NodeJS.ProcessEnv = {
      PATH: process.env.PATH,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "example",
      AWS_ENDPOINT_URL: url,
      [triggerEnvironment.baseUrl]: url,
      [triggerEnvironment.workQueueUrl]: `${url}/1/work`,
      [triggerEnvironment.failureQueueUrl]: `${url}/1/failures`,
      [triggerEnvironment.ledgerTable]: "ledger",
      [triggerEnvironment.scheduleGroup]: "group",
    };
    if (without) delete env[without];
    return run(process.execPath, [join(folder, "driver.js"), JSON.stringify(message)], { env });
  }

  const fresh = () => scheduled({ scheduledTime: new Date(Date.now() - 5_000).toISOString() });

  it("claims, calls and records, over the real clients", async () => {
    const { stdout } = await start(fresh());
    assert.match(stdout, /ANSWER {"batchItemFailures":\[\]}/);
    const sequence = requests.find(({ operation }) => operation.startsWith("/remote-api/"));
    assert.equal(sequence?.operation, "/remote-api/rules/ru_1/trigger");
    assert.equal(sequence?.headers["x-sequence-signature"], "Bearer s3cret-value");
    const writes = requests.filter(({ operation }) => operation === "PutItem").map(({ body }) => JSON.parse(body));
    assert.deepEqual(
      writes.map(({ Item }) => Item.state.S),
      ["claimed", "executed"],
    );
    assert.equal(sequence?.headers["idempotency-key"], writes[0].Item.key.S);
    assert.match(stdout, /"event":"occurrence.executed".*"sequenceRequestId":"req_9"/);
    assert.doesNotMatch(stdout, /s3cret-value/);
  });

  it("puts a message back over the real client", async () => {
    sequenceStatus = 429;
    const { stdout } = await start(fresh());
    assert.match(stdout, /ANSWER {"batchItemFailures":\[{"itemIdentifier":"m-1"}\]}/);
    const putBack = requests.find(({ operation }) => operation === "ChangeMessageVisibility");
    const { VisibilityTimeout, ReceiptHandle } = JSON.parse(putBack?.body ?? "{}");
    assert.equal(ReceiptHandle, "r-1");
    assert.ok(VisibilityTimeout >= 60 && VisibilityTimeout <= 75);
  });

  it("gives up a message that it doesn't understand over the real client", async () => {
    const { stdout } = await start({ trigger: "nobody", occurrence: "x" });
    assert.match(stdout, /ANSWER {"batchItemFailures":\[\]}/);
    const sent = requests.find(({ operation }) => operation === "SendMessage");
    assert.equal(JSON.parse(JSON.parse(sent?.body ?? "{}").MessageBody).code, "UNKNOWN_TRIGGER");
  });

  it("doesn't start with a configuration that is wrong, or without a variable", async () => {
    await assert.rejects(
      start(fresh(), triggerEnvironment.ledgerTable),
      /LEDGER_TABLE of the trigger function is missing/,
    );
    writeFileSync(join(folder, "config.json"), JSON.stringify({ ...aConfig(), maxAgeMinutes: "360" }));
    await assert.rejects(start(fresh()), /maxAgeMinutes is "360"; it must be a whole number/);
  });
});
