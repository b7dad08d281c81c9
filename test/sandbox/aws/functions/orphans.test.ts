import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { isRunning, testCloud, waitUntilEnded, waitUntilStopped } from "./support";

describe("function processes", () => {
  for (const signal of ["SIGKILL", "SIGTERM"] as const)
    it(`end, idle or busy, when their sandbox gets ${signal}`, async () => {
      const fixture = join(__dirname, "orphans.fixture.ts");
      const sandbox = spawn(process.execPath, ["--require", "tsx/cjs", fixture], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const [text] = await once(sandbox.stdout, "data");
      const { idle, pids, directory } = JSON.parse(String(text)) as { idle: number; pids: number[]; directory: string };
      try {
        assert.equal(pids.length, 2);
        assert.ok(pids.every(isRunning));
        // A stopped process notices nothing by itself.
        if (process.platform !== "win32") await waitUntilStopped(idle);
        sandbox.kill(signal);
        for (const pid of pids) await waitUntilEnded(pid);
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
    });

  it("take all that they started with them when they end", async () => {
    const cloud = testCloud();
    const arn = await cloud.deploy(`
      const { spawn } = require("node:child_process");
      exports.handler = async () => {
        const child = spawn(process.execPath, ["-e", "for(;;);"], { stdio: "inherit" });
        console.log("pid=" + child.pid);
        process.exit(1);
      };`);
    const { error } = await cloud.functions.invoke(arn, {});
    assert.equal(error?.type, "Runtime.ExitError");
    const pid = cloud.logs.lines().flatMap(({ message }) => /pid=(\d+)/.exec(message)?.[1] ?? [])[0];
    await waitUntilEnded(Number(pid));
    await cloud.stop();
  });

  it("end with all that they started when the sandbox stops", async () => {
    const cloud = testCloud();
    const arn = await cloud.deploy(`
      const { spawn } = require("node:child_process");
      exports.handler = async () => [process.pid, spawn(process.execPath, ["-e", "for(;;);"]).pid];`);
    const pids = (await cloud.functions.invoke(arn, {})).payload as number[];
    assert.ok(pids.every(isRunning));
    await cloud.stop();
    for (const pid of pids) await waitUntilEnded(pid);
  });
});
