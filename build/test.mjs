// Runs the tests with coverage of lambda/, provider/ and sandbox/, and ends with the line "N passed, N failed".
// Arguments are passed on to mocha: npm test -- test/lambda/client/*.test.ts, without coverage, which would be a long table of zeros.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const scratch = mkdtempSync(join(tmpdir(), "sequence-test-"));
const countsFolder = mkdtempSync(join(scratch, "counts-"));

const c8 = [
  join(root, "node_modules/c8/bin/c8.js"),
  "--all",
  "--include={lambda,provider,sandbox}/**/*.ts",
  "--exclude=**/types.ts",
  // They run in processes that tests start, and only mocha's own are covered.
  "--exclude=sandbox/aws/functions/bootstrap/**",
  "--exclude=provider/plugin.ts",
  "--reporter=text",
  // Each folder's row adds up what is below it.
  "--reporter-options.text.summarizer=nested",
  `--temp-directory=${join(scratch, "v8")}`,
];
const chosen = process.argv.slice(2);
const mochas = [join(root, "build/mochas.mjs"), ...chosen];
const run = spawnSync(process.execPath, chosen.length > 0 ? mochas : [...c8, process.execPath, ...mochas], {
  cwd: root,
  stdio: "inherit",
  // Ends a run that hangs, as a failed one; a whole run takes a few minutes, and several times that on a busy machine.
  timeout: 60 * 60_000,
  env: { ...process.env, TEST_COUNTS: countsFolder },
});

const total = { passes: 0, failures: 0, pending: 0 };
for (const file of readdirSync(countsFolder)) {
  const counts = JSON.parse(readFileSync(join(countsFolder, file), "utf8"));
  for (const kind of Object.keys(total)) total[kind] += counts[kind];
}
rmSync(scratch, { recursive: true, force: true });
// A run that ended without counting has failed, too.
const failures = run.status === 0 ? total.failures : Math.max(total.failures, 1);
console.log(`-- the tests took ${Math.round(performance.now() / 1000)} s`);
console.log(`${total.passes} passed, ${failures} failed${total.pending > 0 ? `, ${total.pending} skipped` : ""}`);
process.exitCode = failures === 0 && total.passes > 0 ? 0 : 1;
