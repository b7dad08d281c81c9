// npm run test:emulator: the tests of test/emulator/, and those end-to-end tests that run on both clouds, against MiniStack.
// Arguments are passed on to mocha in place of the files: npm run test:emulator -- test/emulator/rights.test.ts
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { startMiniStack, whyNoMiniStack } from "./miniStack.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const given = process.argv.slice(2);
const files = given.length > 0 ? given : ["test/emulator/**/*.test.ts", "test/endToEnd/onBothClouds/**/*.test.ts"];

const reason = whyNoMiniStack();
if (reason) {
  console.warn(`\n  SKIPPED: nothing was tested against another AWS than our own, because ${reason}.\n`);
} else {
  const { url, stop } = await startMiniStack();
  try {
    const mocha = spawn(process.execPath, [join(root, "build/mochas.mjs"), ...files], {
      cwd: root,
      stdio: "inherit",
      env: { ...process.env, EMULATOR_URL: url },
    });
    process.exitCode = await new Promise((resolve) => mocha.once("exit", (status) => resolve(status ?? 1)));
  } finally {
    await stop();
  }
}
