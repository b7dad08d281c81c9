import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import type { HttpAnswer } from "../../../lambda/amounts/answers";
import { type AmountSpec, amountEnvironment } from "../../../lambda/amounts/config";
import { ACCESS_TOKEN, configOf, eventFor, type SequenceServer, startSequence, TOKEN } from "./fixtures";

const ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:token-AbCdEf";

/** Loads the function as Lambda does, calls it once per event, and prints the answers. */
const RUNNER = `
const [directory, events] = process.argv.slice(1);
const { handler } = require(directory + "/index.js");
(async () => {
  await new Promise((resolve) => setTimeout(resolve, Number(process.env.WAIT_MS ?? 0)));
  const context = { awsRequestId: "aws-1", getRemainingTimeInMillis: () => 20000 };
  for (const event of JSON.parse(events)) console.error(JSON.stringify(await handler(event, context)));
  process.exit();
})();
`;

describe("the bundled amount function", () => {
  let directory: string;
  let sequence: SequenceServer;
  let secrets: Server;
  let secretReads: number;
  let onSecretRead: () => void;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "amount-function-"));
    await build({
      entryPoints: [join(__dirname, "../../../lambda/amounts/function.ts")],
      outfile: join(directory, "bundle.js"),
      bundle: true,
      platform: "node",
      target: "node20",
      format: "cjs",
      mainFields: ["module", "main"],
    });
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  beforeEach(async () => {
    sequence = await startSequence();
    secretReads = 0;
    onSecretRead = () => {};
    secrets = createServer((request, response) => {
      secretReads++;
      onSecretRead();
      request.resume();
      response.writeHead(200).end(JSON.stringify({ ARN, SecretString: `{"accessToken":"${ACCESS_TOKEN}"}` }));
    });
    await new Promise<void>((resolve) => secrets.listen(0, "127.0.0.1", resolve));
  });
  afterEach(async () => {
    await sequence.close();
    secrets.closeAllConnections();
    await new Promise((resolve) => secrets.close(resolve));
  });

  let runs = 0;
  interface Deployed {
    readonly config?: unknown;
    readonly module?: string;
    readonly events?: readonly object[];
    readonly environment?: Record<string, string>;
    readonly killAtSecretRead?: boolean;
  }

  async function run({ config, module, events = [], environment = {}, killAtSecretRead = false }: Deployed) {
    const folder = join(directory, `run-${runs++}`);
    mkdirSync(folder);
    copyFileSync(join(directory, "bundle.js"), join(folder, "index.js"));
    if (config !== undefined) writeFileSync(join(folder, "config.json"), JSON.stringify(config));
    if (module !== undefined) writeFileSync(join(folder, "amounts.js"), module);
    const child = spawn(process.execPath, ["-e", RUNNER, folder, JSON.stringify(events)], {
      env: {
        PATH: process.env.PATH,
        AWS_REGION: "us-east-1",
        AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
        AWS_SECRET_ACCESS_KEY: "example",
        AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${(secrets.address() as AddressInfo).port}`,
        AWS_LAMBDA_FUNCTION_NAME: "amounts",
        NODE_NO_WARNINGS: "1",
        [amountEnvironment.baseUrl]: sequence.baseUrl,
        [amountEnvironment.accountsPath]: "/remote-api/accounts",
        ...environment,
      },
    });
    if (killAtSecretRead) onSecretRead = () => child.kill();
    let [log, errors] = ["", ""];
    child.stdout.on("data", (part: Buffer) => {
      log += part.toString();
    });
    child.stderr.on("data", (part: Buffer) => {
      errors += part.toString();
    });
    const exitCode = await new Promise<number | null>((resolve) => child.on("close", resolve));
    const answers =
      exitCode === 0
        ? errors
            .trim()
            .split("\n")
            .filter(Boolean)
            .map((line) => JSON.parse(line) as HttpAnswer)
        : [];
    return { exitCode, log, errors, answers };
  }

  const withSecret = { [amountEnvironment.accessTokenSecretArn]: ARN };
  const bills: AmountSpec = { kind: "TopUp", account: "Bills Pod", targetCents: 50_000 };
  const rent: AmountSpec = { kind: "Fixed", cents: 150_000 };

  it("answers from Sequence's accounts with the token of its secret, which no line shows", async () => {
    sequence.accounts([{ name: "Bills Pod", cents: 0 }]);
    const { answers, log } = await run({
      config: configOf({ bills }),
      events: [eventFor("bills"), eventFor("bills")],
      environment: withSecret,
    });
    assert.deepEqual(
      answers.map(({ body }) => body),
      ['{"amountInCents":50000}', '{"amountInCents":50000}'],
    );
    assert.equal(sequence.requests[0]?.path, "/remote-api/accounts");
    assert.equal(sequence.requests[0]?.authorization, `Bearer ${ACCESS_TOKEN}`);
    assert.equal(secretReads, 1);
    for (const line of log.trim().split("\n")) JSON.parse(line);
    for (const credential of [ACCESS_TOKEN, TOKEN]) assert.ok(!log.includes(credential));
  });

  it("begins to read the secret before the first request", async () => {
    const environment = { ...withSecret, WAIT_MS: "15000" };
    await run({ config: configOf({ bills }), environment, killAtSecretRead: true });
    assert.equal(secretReads, 1);
  });

  it("reads no secret for fixed amounts", async () => {
    const { answers } = await run({
      config: configOf({ rent }),
      events: [eventFor("rent")],
      environment: { ...withSecret, WAIT_MS: "500" },
    });
    assert.equal(answers[0]?.body, '{"amountInCents":150000}');
    assert.equal(secretReads, 0);
  });

  it("needs no secret for fixed amounts", async () => {
    const { answers } = await run({ config: configOf({ rent, bills }), events: [eventFor("rent"), eventFor("bills")] });
    assert.deepEqual(
      answers.map(({ statusCode }) => statusCode),
      [200, 503],
    );
  });

  it("calls the custom amounts beside it", async () => {
    sequence.accounts([{ name: "Payroll", cents: 70_000 }]);
    const module = 'exports.pay = async ({ accounts }) => (await accounts.balanceCents("Payroll")) / 2';
    const config = configOf({ payroll: { kind: "Custom", export: "pay" } });
    const { answers } = await run({ config, module, events: [eventFor("payroll")], environment: withSecret });
    assert.equal(answers[0]?.body, '{"amountInCents":35000}');
  });

  it("answers the other amounts when the custom ones can't be loaded, and says so at once", async () => {
    const config = configOf({ payroll: { kind: "Custom" }, rent });
    const events = [eventFor("payroll"), eventFor("rent")];
    const { answers, log } = await run({ config, module: 'throw new Error("broken module")', events });
    assert.deepEqual(
      answers.map(({ statusCode }) => statusCode),
      [500, 200],
    );
    const first = JSON.parse(log.split("\n")[0] ?? "") as Record<string, unknown>;
    assert.equal(first.event, "amount.defective");
    assert.match(log, /broken module/);
  });

  it("logs every failed try of a call", async () => {
    let tries = 0;
    sequence.answer((_, response) => {
      const body = JSON.stringify({ code: "UNEXPECTED_ERROR", message: "x", requestId: `seq-${++tries}` });
      response.writeHead(500, { "content-type": "application/json" }).end(body);
    });
    const { answers, log } = await run({
      config: configOf({ bills }),
      events: [eventFor("bills")],
      environment: withSecret,
    });
    assert.equal(answers[0]?.statusCode, 503);
    assert.match(log, /"event":"sequence\.attempt".*"attempt":1.*"sequenceRequestId":"seq-1"/);
  });

  const defective: [string, unknown, RegExp][] = [
    ["that isn't there", undefined, /function\.defective.*ENOENT/],
    [
      "that is defective",
      { ...configOf({ rent }), amounts: { rent: { kind: "Fixed", cents: 1 } } },
      /amounts\.rent\.cents is 1/,
    ],
  ];
  for (const [what, config, message] of defective)
    it(`doesn't start with a config.json ${what}, and says why`, async () => {
      const { exitCode, log, answers } = await run({ config, events: [eventFor("rent")] });
      assert.notEqual(exitCode, 0);
      assert.match(log, message);
      assert.equal(answers.length, 0);
    });
});
