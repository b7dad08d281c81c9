import assert from "node:assert/strict";
import type { JournalEntry } from "../../../../sandbox/aws/types";
import { type TestCloud, testCloud } from "./support";

describe("a function in the sandbox", () => {
  let cloud: TestCloud;
  beforeEach(() => {
    cloud = testCloud();
  });
  afterEach(() => cloud.stop());

  const payloadOf = async (arn: string, event: unknown = {}) => {
    const result = await cloud.functions.invoke(arn, event);
    assert.equal(result.error, undefined);
    return result.payload as Record<string, unknown>;
  };

  it("gets the event and returns what its handler resolves with", async () => {
    const arn = await cloud.deploy("exports.handler = async (event) => ({ got: event });");
    assert.deepEqual(await payloadOf(arn, { a: [1, "ü"] }), { got: { a: [1, "ü"] } });
  });

  it("is found by its name, its ARN and its qualified ARN", async () => {
    const arn = await cloud.deploy("exports.handler = async () => 1;");
    for (const id of ["fn", arn, `${arn}:$LATEST`]) assert.equal(await payloadOf(id), 1);
    assert.equal(cloud.functions.exists("other"), false);
    await assert.rejects(cloud.functions.invoke("other", {}), {
      code: "ResourceNotFoundException",
      message: "Function not found: arn:aws:lambda:us-east-1:123456789012:function:other",
    });
  });

  it("answers null for undefined", async () => {
    assert.equal(await payloadOf(await cloud.deploy("exports.handler = async () => undefined;")), null);
  });

  it("may be an ES module, by its extension or by package.json", async () => {
    const source =
      "import { one } from './one.mjs'; export const handler = async () => one + (await import('./one.mjs')).one;";
    const files = { "one.mjs": "export const one = 1;" };
    assert.equal(await payloadOf(await cloud.deploy("", { name: "a" }, { "index.mjs": source, ...files })), 2);
    const byType = { ...files, "package.json": '{"type":"module"}' };
    assert.equal(await payloadOf(await cloud.deploy(source, { name: "b" }, byType)), 2);
  });

  it("may be a .cjs file in a module package, and a nested export in a folder", async () => {
    const arn = await cloud.deploy(
      "",
      { handler: "src/app.api.main" },
      {
        "package.json": '{"type":"module"}',
        "src/app.cjs": "module.exports = { api: { main: async () => require('./part.cjs') } };",
        "src/part.cjs": "module.exports = 'part';",
      },
    );
    assert.equal(await payloadOf(arn), "part");
  });

  it("may not take a callback", async () => {
    const arn = await cloud.deploy("exports.handler = (e, c, done) => done(null, 1);");
    const { error } = await cloud.functions.invoke(arn, {});
    assert.equal(error?.type, "Runtime.CallbackHandlerDeprecated");
    assert.match(error.message, /^The sandbox doesn't run handlers that take a callback/);
  });

  it("gets Lambda's context, with the remaining time on the sandbox's clock", async () => {
    const arn = await cloud.deploy(
      "exports.handler = async (event, context) => ({ ...context, left: context.getRemainingTimeInMillis() });",
      { memorySize: 256, timeout: 20 },
    );
    const result = await cloud.functions.invoke(arn, {});
    const { left, logStreamName, ...context } = result.payload as Record<string, unknown>;
    assert.deepEqual(context, {
      functionName: "fn",
      functionVersion: "$LATEST",
      memoryLimitInMB: "256",
      logGroupName: "/aws/lambda/fn",
      invokedFunctionArn: arn,
      awsRequestId: result.requestId,
    });
    assert.match(String(logStreamName), /^2031\/05\/06\/\[\$LATEST\][0-9a-f]{32}$/);
    assert.ok((left as number) > 0 && (left as number) <= 20_000);
  });

  it("sees declared and AWS's variables only, nothing of the user's environment", async () => {
    process.env.SECRET_OF_THE_USER = "leak";
    try {
      const arn = await cloud.deploy(
        "exports.handler = async () => ({ env: process.env, argv: process.argv.length, home: require('os').homedir(), cwd: process.cwd() });",
        { environment: { variables: { GREETING: "hello", AWS_ENDPOINT_URL_SQS: "https://elsewhere" } } },
      );
      const { env, argv, home, cwd } = (await payloadOf(arn)) as {
        env: Record<string, string>;
        [key: string]: unknown;
      };
      const expected = `AWS_ACCESS_KEY_ID AWS_DEFAULT_REGION AWS_EC2_METADATA_DISABLED AWS_ENDPOINT_URL AWS_EXECUTION_ENV
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE AWS_LAMBDA_FUNCTION_NAME AWS_LAMBDA_FUNCTION_VERSION
        AWS_LAMBDA_INITIALIZATION_TYPE AWS_LAMBDA_LOG_FORMAT AWS_LAMBDA_LOG_GROUP_NAME AWS_LAMBDA_LOG_STREAM_NAME
        AWS_LAMBDA_RUNTIME_API AWS_REGION AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED AWS_SECRET_ACCESS_KEY
        AWS_SESSION_TOKEN GREETING HOME LAMBDA_RUNTIME_DIR LAMBDA_TASK_ROOT LANG PATH TMPDIR TZ _HANDLER _X_AMZN_TRACE_ID`;
      assert.deepEqual(Object.keys(env).sort(), expected.split(/\s+/));
      assert.equal(env.GREETING, "hello");
      assert.equal(env.AWS_ENDPOINT_URL, "http://127.0.0.1:9");
      assert.equal(env.AWS_ACCESS_KEY_ID, "AKIATEST");
      assert.equal(cwd, env.LAMBDA_TASK_ROOT);
      assert.ok(String(home).startsWith(cloud.context.directory));
      assert.equal(argv, 2);
    } finally {
      delete process.env.SECRET_OF_THE_USER;
    }
  });

  it("gets the variables that the sandbox puts in place of the declared ones", async () => {
    await cloud.stop();
    cloud = testCloud({ overrideEnvironment: (declared) => ({ ...declared, BASE_URL: `local:${declared.BASE_URL}` }) });
    const arn = await cloud.deploy("exports.handler = async () => process.env.BASE_URL;", {
      environment: { variables: { BASE_URL: "real" } },
    });
    assert.equal(await payloadOf(arn), "local:real");
  });

  it("stays warm: its module runs once for invocations one after the other", async () => {
    const arn = await cloud.deploy("let calls = 0; exports.handler = async () => ++calls;");
    assert.deepEqual([await payloadOf(arn), await payloadOf(arn), await payloadOf(arn)], [1, 2, 3]);
  });

  it("runs concurrent invocations in processes of their own, at most ten", async () => {
    const arn = await cloud.deploy(
      "exports.handler = async () => { await new Promise((r) => setTimeout(r, 200)); return process.pid; };",
    );
    const pids = await Promise.all(Array.from({ length: 13 }, () => payloadOf(arn)));
    assert.equal(new Set(pids).size, 10);
  });

  it("is throttled beyond its reserved concurrency", async () => {
    const arn = await cloud.deploy("exports.handler = async () => 1;", { reservedConcurrentExecutions: 1 });
    const first = cloud.functions.invoke(arn, {});
    await assert.rejects(cloud.functions.invoke(arn, {}), { code: "TooManyRequestsException" });
    assert.equal((await first).payload, 1);
  });

  it("tells the sandbox's time, also at start-up and after the clock was advanced", async () => {
    const arn = await cloud.deploy(`
      const atStart = Date.now();
      class Later extends Date {}
      exports.handler = async () => {
        const times = [atStart, Date.now(), +new Date(), +new Later(), +new (new Date().constructor)(), Date.parse(Date())];
        return { times, fixed: new Date(0).toISOString(), is: [new Date() instanceof Date, new Later() instanceof Date] };
      };`);
    const year = (times: unknown) => (times as number[]).map((time) => new Date(time).getUTCFullYear());
    const first = await payloadOf(arn);
    assert.deepEqual(year(first.times), [2031, 2031, 2031, 2031, 2031, 2031]);
    assert.equal(first.fixed, "1970-01-01T00:00:00.000Z");
    assert.deepEqual(first.is, [true, true]);
    await cloud.clock.advanceTo(Date.parse("2040-01-02T00:00:00Z"));
    assert.deepEqual(year((await payloadOf(arn)).times), [2031, 2040, 2040, 2040, 2040, 2040]);
  });

  it("holds the clock until it has ended", async () => {
    const arn = await cloud.deploy("exports.handler = async () => { await new Promise((r) => setTimeout(r, 100)); };");
    let ended = false;
    const running = cloud.functions.invoke(arn, {}).then(() => {
      ended = true;
    });
    await cloud.clock.advanceTo(cloud.clock.now() + 1000);
    assert.ok(ended);
    await running;
    assert.equal(cloud.entries.filter(({ kind }) => kind === "function.invoked").length, 1);
  });

  it("is journalled with its request id and outcome, without its event or result", async () => {
    const arn = await cloud.deploy("exports.handler = async (event) => event;");
    const { requestId } = await cloud.functions.invoke(arn, { token: "hidden" });
    const { ms, at, ...entry } = cloud.entries.find(({ kind }) => kind === "function.invoked") as JournalEntry;
    assert.deepEqual(entry, { kind: "function.invoked", function: "fn", requestId, outcome: "ok" });
    assert.equal(typeof ms, "number");
  });
});
