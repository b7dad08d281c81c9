import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestCloud, testCloud, waitUntilEnded, waitUntilStopped } from "./support";

describe("between invocations a function's process", () => {
  // Windows has no signal that stops a process.
  if (process.platform === "win32") return;
  let cloud: TestCloud;
  beforeEach(() => {
    cloud = testCloud();
  });
  afterEach(() => cloud.stop());

  it("stands still: what nothing waits for goes on in the next invocation", async () => {
    const arn = await cloud.deploy(`
      const { appendFileSync, readFileSync } = require("node:fs");
      const file = require("node:path").join(process.env.TMPDIR, "ticks");
      const ticks = () => readFileSync(file, "utf8").length;
      exports.handler = async (start) => {
        if (start) {
          appendFileSync(file, "");
          setInterval(() => appendFileSync(file, "."), 1);
          return { pid: process.pid, file };
        }
        const before = ticks();
        while (ticks() === before) await new Promise((resolve) => setTimeout(resolve, 1));
        return process.pid;
      };`);
    const { pid, file } = (await cloud.functions.invoke(arn, true)).payload as { pid: number; file: string };
    await waitUntilStopped(pid);
    const ticks = readFileSync(file, "utf8");
    await fiftyTicksOfAnotherProcess();
    assert.equal(readFileSync(file, "utf8"), ticks, "the timer went on");
    assert.equal((await cloud.functions.invoke(arn, false)).payload, pid);
    await waitUntilStopped(pid);
  });

  it("stands still with all that it started", async () => {
    const arn = await cloud.deploy(`
      const { spawn } = require("node:child_process");
      exports.handler = async () => [process.pid, spawn(process.execPath, ["-e", "for(;;);"]).pid];`);
    for (const pid of (await cloud.functions.invoke(arn, {})).payload as number[]) await waitUntilStopped(pid);
  });

  it("stands still after an error too", async () => {
    const arn = await cloud.deploy("exports.handler = async () => { throw new Error(String(process.pid)); };");
    await waitUntilStopped(Number((await cloud.functions.invoke(arn, {})).error?.message));
  });

  it("gets an answer that came meanwhile in the next invocation", async () => {
    let arrived = (_: ServerResponse): void => {};
    const request = new Promise<ServerResponse>((resolve) => {
      arrived = resolve;
    });
    const server = createServer((_, response) => arrived(response)).listen(0, "127.0.0.1");
    await once(server, "listening");
    const arn = await cloud.deploy(`
      let answer;
      exports.handler = async (url) => {
        if (!url) return answer;
        await new Promise((resolve) => {
          answer = new Promise((resolveAnswer) => {
            const call = require("node:http").get(url, (response) => response.on("data", (text) => resolveAnswer(String(text))));
            call.on("finish", resolve);
          });
        });
        return process.pid;
      };`);
    const pid = (await cloud.functions.invoke(arn, `http://127.0.0.1:${(server.address() as AddressInfo).port}`))
      .payload;
    await waitUntilStopped(pid as number);
    (await request).end("late");
    assert.equal((await cloud.functions.invoke(arn, "")).payload, "late");
    server.close();
    server.closeAllConnections();
  });

  it("has its output read to the end, and ends when the sandbox stops", async () => {
    const arn = await cloud.deploy(
      "exports.handler = async () => { console.log('x'.repeat(200_000)); return process.pid; };",
    );
    const pid = (await cloud.functions.invoke(arn, {})).payload as number;
    assert.ok(cloud.logs.lines().some(({ message }) => message.endsWith("x".repeat(200_000))));
    await waitUntilStopped(pid);
    await cloud.functions.stop();
    await waitUntilEnded(pid);
  });
});

/** The time in which a process that runs gets fifty turns of a timer like the function's, busy machine or not. */
async function fiftyTicksOfAnotherProcess(): Promise<void> {
  execFileSync(process.execPath, ["-e", "let n = 0; const t = setInterval(() => ++n === 50 && clearInterval(t), 1);"]);
}
