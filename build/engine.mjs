// npm run test:engine: the package under Pulumi's real engine, its plugins and language hosts, against MiniStack.
// npm run test:aws: the same in your own AWS account. Not part of CI: needs an AWS account.
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { startMiniStack, whyNoMiniStack } from "./miniStack.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const require = createRequire(import.meta.url);
const onAws = process.argv.includes("--aws");

if (onAws && !/^\d{12}$/.test(process.env.SEQUENCE_TEST_AWS_ACCOUNT ?? "")) {
  console.error(
    "\n  REFUSED: npm run test:aws makes resources in your AWS account, which cost a few cents, and deletes them.\n" +
      "  If you want that, set SEQUENCE_TEST_AWS_ACCOUNT to the account's twelve digits: no other account is touched.\n",
  );
  process.exit(1);
}

const missing = [onAws ? undefined : whyNoMiniStack(), ...whatPulumiLacks()].filter(Boolean);
if (missing.length > 0) {
  console.warn(`\n  SKIPPED: nothing was tested under Pulumi's real engine, because ${missing.join(", and ")}.\n`);
  // Whoever asks for a test in his own account wants to know that there was none.
  process.exitCode = onAws ? 1 : 0;
} else {
  const miniStack = onAws ? undefined : await startMiniStack();
  try {
    const mocha = join(root, "node_modules/mocha/bin/mocha.js");
    const child = spawn(process.execPath, [mocha, "--timeout", "900000", "test/engine/*.test.ts"], {
      cwd: root,
      stdio: "inherit",
      env: { ...process.env, ENGINE_TARGET: onAws ? "aws" : "ministack", EMULATOR_URL: miniStack?.url ?? "" },
    });
    process.exitCode = await new Promise((resolve) => child.once("exit", (status) => resolve(status ?? 1)));
  } finally {
    await miniStack?.stop();
  }
}

/** The CLI, and the plugins of the versions that the package is tested with. */
function whatPulumiLacks() {
  if (spawnSync("pulumi", ["version"]).status !== 0)
    return ["there is no `pulumi` on the PATH (https://www.pulumi.com/docs/install/)"];
  return ["aws", "random"].flatMap((name) => {
    const manifest = require.resolve(`@pulumi/${name}/package.json`);
    const { version } = JSON.parse(readFileSync(manifest, "utf8"));
    const { status } = spawnSync("pulumi", ["plugin", "install", "resource", name, version], { stdio: "inherit" });
    return status === 0 ? [] : [`the plugin ${name} ${version} can't be installed`];
  });
}
