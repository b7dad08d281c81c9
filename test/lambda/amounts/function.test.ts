import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { amountEnvironment } from "../../../lambda/agreements/amountConfig";
import type { AmountSpec } from "../../../lambda/agreements/amountKinds";
import type { HttpAnswer } from "../../../lambda/amounts/http";
import { bundleAmountsModule } from "../../../provider/plan/amountsModule";
import { ACCESS_TOKEN, configOf, eventFor, type SequenceServer, startSequence, TOKEN } from "./fixtures";

const ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:token-AbCdEf";

/** Loads the function as Lambda does, with AWS's own listener, calls it once per event, and prints the answers. */
const RUNNER = `
const [directory, events] = process.argv.slice(1);
process.on("unhandledRejection", (reason) => {
  console.error("Unhandled Promise Rejection", reason);
  process.exit(128);
});
const { handler } = require(directory + "/index.js");
(async () => {
  await new Promise((resolve) => setTimeout(resolve, Number(process.env.WAIT_MS ?? 0)));
  const context = { awsRequestId: "aws-1", getRemainingTimeInMillis: () => 20000 };
  if (process.env.FAIL_OUTSIDE) {
    Promise.reject(new Error("of no amount"));
    await new Promise(setImmediate);
  }
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
    /** The source of an `amounts.ts`, and the exports of it that are bundled. */
    readonly source?: string;
    readonly exports?: readonly string[];
    readonly events?: readonly object[];
    readonly environment?: Record<string, string>;
    readonly killAtSecretRead?: boolean;
  }

  async function run(deployed: Deployed) {
    const { config, module, source, exports = [], events = [], environment = {}, killAtSecretRead = false } = deployed;
    const folder = join(directory, `run-${runs++}`);
    mkdirSync(folder);
    copyFileSync(join(directory, "bundle.js"), join(folder, "index.js"));
    if (config !== undefined) writeFileSync(join(folder, "config.json"), JSON.stringify(config));
    if (module !== undefined) writeFileSync(join(folder, "amounts.js"), module);
    if (source !== undefined) {
      writeFileSync(join(directory, "amounts.ts"), source);
      const { code, sourceMap = "" } = bundleAmountsModule(join(directory, "amounts.ts"), exports);
      writeFileSync(join(folder, "amounts.js"), code);
      writeFileSync(join(folder, "amounts.js.map"), sourceMap);
    }
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

  describe("with a custom amount that forgets an await", () => {
    /** Lines with this event, as objects. */
    const linesOf = (log: string, event: string) =>
      log
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter((line) => line.event === event);
    const placeOf = (line: Record<string, unknown> | undefined) => (line?.error as { at?: string } | undefined)?.at;
    const customs = (...names: string[]) =>
      configOf(Object.fromEntries(names.map((name) => [name, { kind: "Custom" }])));
    const statuses = (answers: readonly HttpAnswer[]) => answers.map(({ statusCode }) => statusCode);

    it("answers the others, and logs what was left behind with its own amount, request and place", async () => {
      const source = `
        let open: () => void = () => {};
        const gate = new Promise<void>((resolve) => { open = resolve; });
        async function later(): Promise<void> {
          await gate;
          throw new RangeError("nobody waits for this");
        }
        export const forgetful = async () => {
          later();
          return 5_000;
        };
        export const other = async () => {
          open();
          await new Promise((resolve) => setTimeout(resolve, 5));
          return 7_000;
        };`;
      const { exitCode, answers, log } = await run({
        config: customs("forgetful", "other"),
        source,
        exports: ["forgetful", "other"],
        events: [eventFor("forgetful"), eventFor("other")],
      });
      assert.equal(exitCode, 0);
      assert.deepEqual(statuses(answers), [200, 200]);
      const [left, ...more] = linesOf(log, "amount.leftBehind");
      assert.deepEqual(
        [left?.amount, left?.awsRequestId, (left?.error as { message: string } | undefined)?.message],
        ["forgetful", "aws-1", "nobody waits for this"],
      );
      assert.match(String(placeOf(left)), /^at later \(amounts\.ts:6:\d+\)$/);
      assert.equal(more.length, 0);
    });

    it("answers an error for the amount itself, if what it forgot has failed by then: it may have been a check", async () => {
      const source = `
        const check = async (): Promise<void> => { throw new Error("the balance is of last week"); };
        export const careless = async () => { check(); return 5_000; };
        export const other = () => 7_000;`;
      const { answers, log } = await run({
        config: customs("careless", "other"),
        source,
        exports: ["careless", "other"],
        events: [eventFor("careless"), eventFor("other")],
      });
      assert.deepEqual(statuses(answers), [500, 200]);
      assert.match(answers[0]?.body ?? "", /CUSTOM_AMOUNT_FAILED/);
      assert.equal(linesOf(log, "amount.leftBehind")[0]?.amount, "careless");
    });

    it("answers the others when the module itself leaves a failing promise behind", async () => {
      const source = `
        Promise.reject(new Error("rates can't be read"));
        export const payroll = () => 5_000;`;
      const { answers, log } = await run({
        config: configOf({ payroll: { kind: "Custom" }, rent }),
        source,
        exports: ["payroll"],
        events: [eventFor("rent"), eventFor("payroll")],
      });
      assert.deepEqual(statuses(answers), [200, 200]);
      const [left] = linesOf(log, "amount.leftBehind");
      assert.equal(left?.module, "amounts.js");
      assert.match(String(placeOf(left)), /amounts\.ts:2:/);
    });

    it("leaves any other unhandled promise to Lambda's runtime", async () => {
      const { exitCode, errors } = await run({
        config: customs("payroll"),
        source: "export const payroll = () => 5_000;",
        exports: ["payroll"],
        events: [eventFor("payroll")],
        environment: { FAIL_OUTSIDE: "1" },
      });
      assert.equal(exitCode, 128);
      assert.match(errors, /Unhandled Promise Rejection Error: of no amount/);
    });

    it("hints at the missing await", async () => {
      sequence.accounts([{ name: "Main", cents: 70_000 }]);
      const source = `
        export const half = ({ accounts }: any) => accounts.balanceCents("Main") / 2;
        export const text = ({ accounts }: any) => accounts.balanceCents("Main") + 100;`;
      const { answers, log } = await run({
        config: customs("half", "text"),
        source,
        exports: ["half", "text"],
        events: [eventFor("half"), eventFor("text")],
        environment: withSecret,
      });
      assert.deepEqual(statuses(answers), [500, 500]);
      for (const line of linesOf(log, "amount.failed"))
        assert.match(
          (line.error as { message: string }).message,
          /"(NaN|half|text)" returned .*Is an await missing\?$/,
        );
    });
  });

  describe("tells the place of an error in the source", () => {
    const source = [
      "export const typed = (): number => {",
      "  const accounts: { cents: number }[] = [];",
      "  // Compiled away.",
      "  type Unused = string;",
      "  return accounts[0].cents;",
      "};",
      "export const invalid = () => Number(new URL('nowhere'));",
      "",
    ].join("\n");
    const exports = ["typed", "invalid"];
    const config = configOf({ typed: { kind: "Custom" }, invalid: { kind: "Custom" } });
    const places = (log: string) =>
      [...log.matchAll(/"cause":\{[^}]*?"at":"([^"]+)"/g)].map((match) => String(match[1]));

    it("as file and line, also where Node itself threw it", async () => {
      const { log } = await run({ config, source, exports, events: [eventFor("typed"), eventFor("invalid")] });
      const [typed, invalid] = places(log);
      assert.match(String(typed), /^at typed \(amounts\.ts:5:\d+\)$/);
      assert.match(String(invalid), /^at invalid \(amounts\.ts:7:\d+\)$/);
    });

    it("as the bundle's, if there is no source map", async () => {
      const module = "exports.typed = () => { throw new Error('no map') };";
      const { log } = await run({
        config: configOf({ typed: { kind: "Custom" } }),
        module,
        events: [eventFor("typed")],
      });
      assert.match(String(places(log)[0]), /amounts\.js:1:\d+\)$/);
    });

    it("and reads the map then, and not before", async () => {
      const lines = ["export const fine = () => 5_000;", ...source.split("\n")].join("\n");
      const all = { fine: { kind: "Custom" }, typed: { kind: "Custom" } } as const;
      const open =
        "const fs = require('node:fs'); const read = fs.readFileSync; fs.readFileSync = (path, ...rest) => { if (String(path).endsWith('.map')) process.stdout.write('{\"event\":\"map read\"}\\n'); return read(path, ...rest); };";
      writeFileSync(join(directory, "watch.cjs"), open);
      const { log } = await run({
        config: configOf(all),
        source: lines,
        exports: ["fine", "typed"],
        events: [eventFor("fine"), eventFor("typed"), eventFor("typed")],
        environment: { NODE_OPTIONS: `--require=${join(directory, "watch.cjs")}` },
      });
      const events = log
        .split("\n")
        .filter(Boolean)
        .map((line) => (JSON.parse(line) as { event: string }).event);
      assert.deepEqual(
        events.filter((event) => event !== "metric"),
        ["amount.answered", "map read", "amount.failed", "amount.failed"],
      );
    });
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
