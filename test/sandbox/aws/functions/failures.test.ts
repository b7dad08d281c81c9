import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { JournalEntry } from "../../../../sandbox/aws/types";
import { type TestCloud, testCloud } from "./support";

describe("a function that fails", () => {
  let cloud: TestCloud;
  beforeEach(() => {
    cloud = testCloud();
  });
  afterEach(() => cloud.stop());

  const errorOf = async (arn: string, event: unknown = {}) => {
    const { error, payload } = await cloud.functions.invoke(arn, event);
    assert.ok(error, `expected an error, got ${JSON.stringify(payload)}`);
    return error;
  };

  it("by throwing has its error's name, message and stack", async () => {
    const arn = await cloud.deploy(
      "class Odd extends Error { name = 'Odd'; } exports.handler = async function boom() { throw new Odd('no'); };",
    );
    const { type, message, trace } = await errorOf(arn);
    assert.deepEqual([type, message, trace?.[0]], ["Odd", "no", "Odd: no"]);
    assert.match(trace?.[1] ?? "", /boom .*index\.js/);
  });

  it("may throw anything, also synchronously, or as a result that is no JSON", async () => {
    const arn = await cloud.deploy(`exports.handler = (kind) => {
      if (kind === "sync") throw "text";
      if (kind === "odd") return Promise.reject({ toString: () => "odd" });
      if (kind === "bigint") return Promise.resolve(1n);
      if (kind === "unreadable") return Promise.reject(new Proxy(new Error(), { get() { throw new Error("no"); } }));
    };`);
    assert.deepEqual(await errorOf(arn, "sync"), { type: "string", message: "text", trace: [] });
    assert.deepEqual(await errorOf(arn, "odd"), { type: "object", message: "odd", trace: [] });
    assert.equal((await errorOf(arn, "bigint")).type, "TypeError");
    assert.equal((await errorOf(arn, "unreadable")).type, "handled");
  });

  it("keeps its process after a thrown error", async () => {
    const arn = await cloud.deploy(
      "let n = 0; exports.handler = async () => { if (++n === 1) throw new Error('first'); return n; };",
    );
    await errorOf(arn);
    assert.equal((await cloud.functions.invoke(arn, {})).payload, 2);
  });

  it("by never settling its promise is an error; a function that returns no promise answers null", async () => {
    const never = await cloud.deploy("exports.handler = async () => new Promise(() => {});", { name: "never" });
    assert.equal((await errorOf(never)).type, "Runtime.NodeJsExit");
    const silent = await cloud.deploy("exports.handler = () => {};", { name: "silent" });
    assert.deepEqual(await cloud.functions.invoke(silent, {}).then(({ payload, error }) => [payload, error]), [
      null,
      undefined,
    ]);
  });

  it("by running out of time is killed, also when busy, and the next invocation starts afresh", async () => {
    const arn = await cloud.deploy(
      "let n = 0; exports.handler = async (busy) => { n++; if (busy) for (;;); return n; };",
      { timeout: 1 },
    );
    const { type, message } = await errorOf(arn, true);
    assert.equal(type, "Sandbox.Timedout");
    assert.match(message, /^2031-05-06T07:08:\S+Z [0-9a-f-]{36} Task timed out after 1\.00 seconds$/);
    let next = await cloud.functions.invoke(arn, false);
    // Where the machine has no second for it, it's killed as well.
    while (next.error?.type === "Sandbox.Timedout") next = await cloud.functions.invoke(arn, false);
    assert.equal(next.payload, 1);
  });

  it("by using more memory than declared is killed", async function () {
    if (process.platform !== "linux") this.skip();
    const arn = await cloud.deploy("exports.handler = async (mb) => Buffer.alloc(mb * 1024 * 1024, 1).length;", {
      memorySize: 256,
    });
    assert.equal((await cloud.functions.invoke(arn, 20)).payload, 20 * 1024 * 1024);
    const { type, message } = await errorOf(arn, 300);
    assert.equal(type, "Runtime.OutOfMemory");
    assert.match(message, /^RequestId: \S+ Error: Runtime exited with error: signal: killed$/);
  });

  it("by ending its process says how", async () => {
    const arn = await cloud.deploy(
      "exports.handler = async (how) => { if (typeof how === 'number') process.exit(how); process.kill(process.pid, how); await new Promise((r) => setTimeout(r, 9e6)); };",
    );
    assert.match((await errorOf(arn, 3)).message, /^RequestId: \S+ Error: Runtime exited with error: exit status 3$/);
    assert.match((await errorOf(arn, 0)).message, /^RequestId: \S+ Error: Runtime exited without providing a reason$/);
    const killed = await errorOf(arn, "SIGKILL");
    assert.equal(killed.type, "Runtime.ExitError");
    assert.match(killed.message, /signal: killed$/);
  });

  it("by an unhandled rejection or an uncaught exception loses its process", async () => {
    const arn = await cloud.deploy(`let n = 0; exports.handler = async (kind) => {
      n++;
      if (kind === "rejection") Promise.reject(new Error("lost"));
      if (kind === "exception") setTimeout(() => { throw new RangeError("thrown"); }, 1);
      if (kind) await new Promise((resolve) => setTimeout(resolve, 9e6));
      return n;
    };`);
    const rejection = await errorOf(arn, "rejection");
    assert.deepEqual([rejection.type, rejection.message], ["Runtime.UnhandledPromiseRejection", "Error: lost"]);
    assert.equal((await cloud.functions.invoke(arn, "")).payload, 1);
    const exception = await errorOf(arn, "exception");
    assert.deepEqual([exception.type, exception.message], ["RangeError", "thrown"]);
  });

  it("because its processes are ended in mid-call says so, and the next invocation starts afresh", async () => {
    const arn = await cloud.deploy(
      "let n = 0; exports.handler = async (ms) => { n++; await new Promise((r) => setTimeout(r, ms)); return n; };",
    );
    assert.equal((await cloud.functions.invoke(arn, 0)).payload, 1);
    const failing = errorOf(arn, 9e6);
    cloud.functions.killProcesses();
    assert.equal((await failing).type, "Runtime.ExitError");
    assert.equal((await cloud.functions.invoke(arn, 0)).payload, 1);
  });

  it("because it crashes takes no idle process with it", async () => {
    const source =
      "let n = 0; exports.handler = async (ms) => { n++; await new Promise((r) => setTimeout(r, ms)); return n; };";
    const busy = await cloud.deploy(source, { name: "busy" });
    const idle = await cloud.deploy(source, { name: "idle" });
    for (const arn of [busy, idle]) assert.equal((await cloud.functions.invoke(arn, 0)).payload, 1);
    const failing = errorOf(busy, 9e6);
    await new Promise((resolve) => setImmediate(resolve));
    cloud.functions.killAtWork();
    assert.equal((await failing).type, "Runtime.ExitError");
    assert.equal((await cloud.functions.invoke(busy, 0)).payload, 1);
    assert.equal((await cloud.functions.invoke(idle, 0)).payload, 2);
  });

  it("by running out of a time that was set behind the program's back is killed", async () => {
    const arn = await cloud.deploy("exports.handler = async () => new Promise((r) => setTimeout(r, 9e6));");
    cloud.functions.change(arn, { timeoutMs: 1_000 });
    assert.match((await errorOf(arn)).message, /Task timed out after 1\.00 seconds$/);
    assert.equal(cloud.functions.timeoutSeconds(arn), 1);
  });

  it("while it is idle costs the next invocation a cold start only", async () => {
    const arn = await cloud.deploy("exports.handler = async () => process.pid;");
    const pid = (await cloud.functions.invoke(arn, {})).payload as number;
    process.kill(pid, "SIGKILL");
    // Once it is reaped, the sandbox knows.
    await assert.rejects(
      async () => {
        for (;;) {
          process.kill(pid, 0);
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      },
      { code: "ESRCH" },
    );
    const next = (await cloud.functions.invoke(arn, {})).payload;
    assert.equal(typeof next, "number");
    assert.notEqual(next, pid);
  });

  it("by a missing file, export or syntax fails its invocations with AWS's error types", async () => {
    const cases: [string, Record<string, unknown>, string, RegExp][] = [
      ["exports.handler = 1;", { name: "a" }, "Runtime.HandlerNotFound", /^index\.handler is not a function$/],
      ["exports.other = 1;", { name: "b" }, "Runtime.HandlerNotFound", /^index\.handler is undefined or not exported$/],
      [
        "exports.x = 1;",
        { name: "c", handler: "main.handler" },
        "Runtime.ImportModuleError",
        /Cannot find module 'main'/,
      ],
      ["require('absent');", { name: "d" }, "Runtime.ImportModuleError", /Cannot find module 'absent'/],
      ["exports.handler = ;", { name: "e" }, "Runtime.UserCodeSyntaxError", /SyntaxError/],
      [
        "exports.x = 1;",
        { name: "f", handler: "index" },
        "Runtime.MalformedHandlerName",
        /'index' is not a valid handler name/,
      ],
      [
        "exports.x = 1;",
        { name: "g", handler: "../index.handler" },
        "Runtime.MalformedHandlerName",
        /not a valid handler/,
      ],
      ["throw new TypeError('at start');", { name: "h" }, "TypeError", /^at start$/],
      ["process.exit(7);", { name: "i" }, "Runtime.ExitError", /exit status 7$/],
    ];
    for (const [source, inputs, type, message] of cases) {
      const error = await errorOf(await cloud.deploy(source, inputs));
      assert.equal(error.type, type);
      assert.match(error.message, message);
    }
  });

  it("to start gets a second try within the same invocation", async () => {
    const marker = "require('path').join(process.env.LAMBDA_TASK_ROOT, 'tried')";
    const arn = await cloud.deploy(`
      const fs = require("fs");
      if (!fs.existsSync(${marker})) { fs.writeFileSync(${marker}, ""); throw new Error("first start"); }
      exports.handler = async () => "second start";`);
    assert.equal((await cloud.functions.invoke(arn, {})).payload, "second start");
  });

  it("by taking too long to start times out", async () => {
    await cloud.stop();
    cloud = testCloud({ initTimeoutMs: 100 });
    const arn = await cloud.deploy("for (;;);", { timeout: 1 });
    const { type, message } = await errorOf(arn);
    assert.equal(type, "Sandbox.Timedout");
    assert.match(message, /Task timed out after 1\.00 seconds$/);
  });

  it("by an answer over 6 MB says so, and an event over 6 MB is refused", async () => {
    const arn = await cloud.deploy("exports.handler = async (bytes) => 'x'.repeat(bytes);");
    const { type, message } = await errorOf(arn, 6_291_555);
    assert.equal(type, "Function.ResponseSizeTooLarge");
    assert.match(message, /6291556 bytes/);
    assert.equal(((await cloud.functions.invoke(arn, 6_291_554)).payload as string).length, 6_291_554);
    await assert.rejects(cloud.functions.invoke(arn, "x".repeat(6_291_455)), {
      code: "RequestTooLargeException",
      status: 413,
    });
  });

  it("by answering garbage to the runtime API itself breaks only its own invocation", async () => {
    const arn = await cloud.deploy(`exports.handler = async (kind, { awsRequestId }) => {
      if (kind === "good") return 1;
      const url = "http://" + process.env.AWS_LAMBDA_RUNTIME_API + "/2018-06-01/runtime/invocation/" + awsRequestId;
      await fetch(url.replace(awsRequestId, "other") + "/response", { method: "POST", body: "2" });
      await fetch(url + "/response", { method: "POST", body: "{" });
      return 3;
    };`);
    assert.equal((await errorOf(arn, "bad")).type, "Runtime.InvalidResponse");
    assert.equal((await cloud.functions.invoke(arn, "good")).payload, 1);
  });

  it("because its process can't be started says so", async () => {
    const arn = await cloud.deploy("exports.handler = async () => 1;");
    rmSync(join(cloud.context.directory, "functions/fn/task"), { recursive: true });
    assert.match((await errorOf(arn)).message, /ENOENT/);
  });

  it("is journalled with the type of its error", async () => {
    await errorOf(await cloud.deploy("exports.handler = async () => { throw new TypeError('text'); };"));
    const { outcome, errorType } = cloud.entries.find(({ kind }) => kind === "function.invoked") as JournalEntry;
    assert.deepEqual([outcome, errorType], ["error", "TypeError"]);
  });

  it("can't run once the sandbox has stopped", async () => {
    const arn = await cloud.deploy("exports.handler = async () => 1;");
    await cloud.functions.stop();
    await assert.rejects(cloud.functions.invoke(arn, {}), /the sandbox has stopped/);
  });
});
