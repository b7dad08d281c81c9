// Starts MiniStack, an emulator of AWS by other authors (https://pypi.org/project/ministack/), which runs Node.js functions as local
// processes. It is installed into a folder of its own, at the versions of test/emulator/requirements.txt.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const folder = join(root, ".emulator");
const venv = join(folder, "venv");
const requirements = join(root, "test/emulator/requirements.txt");
const LOG = join(folder, "ministack.log");
const START_TRIES = 600;

/** Why MiniStack can't be run here; undefined if it can. */
export function whyNoMiniStack() {
  const { status } = spawnSync("python3", ["-c", "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))"]);
  return status === 0 ? undefined : "there is no python3 of 3.10 or newer with venv on the PATH";
}

/**
 * MiniStack on a free port of this machine, with IAM enforced; `stop` ends it.
 *
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>}
 */
export async function startMiniStack() {
  install();
  const port = await freePort();
  const scratch = mkdtempSync(join(tmpdir(), "sequence-ministack-"));
  const log = openSync(LOG, "w");
  const child = spawn(join(venv, "bin", "python"), ["-m", "ministack"], {
    stdio: ["ignore", log, log],
    // Functions inherit this environment, so it has nothing of ours.
    env: {
      PATH: process.env.PATH,
      HOME: scratch,
      TMPDIR: scratch,
      AUTH: "true",
      BIND_HOST: "127.0.0.1",
      MINISTACK_HOST: "127.0.0.1",
      GATEWAY_PORT: String(port),
      NODE_NO_WARNINGS: "1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    },
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    child.kill();
    await ended;
    rmSync(scratch, { recursive: true, force: true });
  };
  for (let tries = 0; tries < START_TRIES && child.exitCode === null; tries++) {
    if (await answers(`${url}/_ministack/health`)) return { url, stop };
    await pause(100);
  }
  await stop();
  throw new Error(`MiniStack didn't start: ${LOG} says why`);
}

function install() {
  const wanted = createHash("sha256").update(readFileSync(requirements)).digest("hex");
  const marker = join(venv, "installed.sha256");
  if (existsSync(marker) && readFileSync(marker, "utf8") === wanted) return;
  rmSync(venv, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  mustRun("python3", ["-m", "venv", venv]);
  mustRun(join(venv, "bin", "python"), ["-m", "pip", "install", "--quiet", "--no-deps", "-r", requirements]);
  writeFileSync(marker, wanted);
}

function mustRun(command, args) {
  const { status } = spawnSync(command, args, { stdio: "inherit" });
  if (status !== 0) throw new Error(`"${[command, ...args].join(" ")}" failed`);
}

async function answers(url) {
  return fetch(url).then(
    (answer) => answer.ok,
    () => false,
  );
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
