// npm run test:engine: the package under Pulumi's real engine, its plugins and language hosts, against MiniStack.
// Where the plugins can't be had, stand-ins make the resources, and it says so. Arguments are passed on to mocha.
// npm run test:aws: the same in your own AWS account. Not part of CI: needs an AWS account.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { startMiniStack, whyNoMiniStack } from "./miniStack.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const require = createRequire(import.meta.url);
const loader = pathToFileURL(join(root, "node_modules/tsx/dist/loader.mjs")).href;
const onAws = process.argv.includes("--aws");

if (onAws && !/^\d{12}$/.test(process.env.SEQUENCE_TEST_AWS_ACCOUNT ?? "")) {
  console.error(
    "\n  REFUSED: npm run test:aws makes resources in your AWS account, which cost a few cents, and deletes them.\n" +
      "  If you want that, set SEQUENCE_TEST_AWS_ACCOUNT to the account's twelve digits: no other account is touched.\n",
  );
  process.exit(1);
}

const missing = [onAws ? undefined : whyNoMiniStack(), whyNoPulumi()].filter(Boolean);
const plugins = missing.length > 0 ? [] : ["aws", "random"].map((name) => ({ name, version: versionOf(name) }));
const notInstalled = plugins.filter((plugin) => install(plugin) !== 0).map(({ name, version }) => `${name} ${version}`);
if (onAws && notInstalled.length > 0) missing.push(`the plugins ${notInstalled.join(" and ")} can't be installed`);

if (missing.length > 0) {
  console.warn(`\n  SKIPPED: nothing was tested under Pulumi's real engine, because ${missing.join(", and ")}.\n`);
  // Whoever asks for a test in his own account wants to know that there was none.
  process.exitCode = onAws ? 1 : 0;
} else {
  const home = notInstalled.length > 0 ? standIns() : undefined;
  const miniStack = onAws ? undefined : await startMiniStack();
  try {
    const mocha = join(root, "node_modules/mocha/bin/mocha.js");
    const child = spawn(
      process.execPath,
      [
        mocha,
        "--timeout",
        "900000",
        ...process.argv.slice(2).filter((arg) => arg !== "--aws"),
        "test/engine/*.test.ts",
      ],
      {
        cwd: root,
        stdio: "inherit",
        env: {
          ...process.env,
          ...(home ? { PULUMI_HOME: home } : {}),
          ENGINE_TARGET: onAws ? "aws" : "ministack",
          EMULATOR_URL: miniStack?.url ?? "",
        },
      },
    );
    process.exitCode = await new Promise((resolve) => child.once("exit", (status) => resolve(status ?? 1)));
  } finally {
    await miniStack?.stop();
    if (home) rmSync(home, { recursive: true, force: true });
  }
}

function whyNoPulumi() {
  const { status } = spawnSync("pulumi", ["version"]);
  return status === 0 ? undefined : "there is no `pulumi` on the PATH (https://www.pulumi.com/docs/install/)";
}

/** The version that the package is tested with. */
function versionOf(name) {
  return JSON.parse(readFileSync(require.resolve(`@pulumi/${name}/package.json`), "utf8")).version;
}

function install({ name, version }, options = [], env = process.env) {
  const args = ["plugin", "install", "resource", name, version, ...options];
  // Not in the package's own folder: there the CLI refuses to download, because both of its manifests stand there.
  return spawnSync("pulumi", args, { cwd: tmpdir(), stdio: "inherit", env }).status;
}

/** A home of Pulumi in which test/emulator/plugin.ts stands in for both plugins. */
function standIns() {
  console.warn(
    `\n  STAND-INS: ${notInstalled.join(" and ")} can't be installed, so the engine and the language hosts are tested without Pulumi's own plugins:` +
      "\n  test/emulator/plugin.ts makes the resources.\n",
  );
  const home = mkdtempSync(join(tmpdir(), "sequence-pulumi-home-"));
  const command = [process.execPath, "--no-warnings", "--import", loader, join(root, "test/emulator/plugin.ts")];
  for (const plugin of plugins) {
    const folder = join(home, plugin.name);
    mkdirSync(folder);
    const script = `#!/bin/sh\nSTAND_IN_VERSION=${plugin.version} exec ${command.map((part) => `"${part}"`).join(" ")} "$@"\n`;
    writeFileSync(join(folder, `pulumi-resource-${plugin.name}`), script, { mode: 0o755 });
    if (install(plugin, ["--file", folder], { ...process.env, PULUMI_HOME: home }) !== 0)
      throw new Error(`pulumi didn't take the stand-in of ${plugin.name}`);
  }
  return home;
}
