// Runs the tests with coverage of lambda/, and ends with the line "N passed, N failed".
// Arguments are passed on to mocha: npm test -- test/lambda/client/*.test.ts
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const scratch = mkdtempSync(join(tmpdir(), "sequence-test-"));
const countsFile = join(scratch, "counts.json");

const c8 = [
  join(root, "node_modules/c8/bin/c8.js"),
  "--all",
  "--include=lambda/**/*.ts",
  "--exclude=lambda/**/types.ts",
  "--reporter=text",
  `--temp-directory=${join(scratch, "v8")}`,
];
const mocha = [join(root, "node_modules/mocha/bin/mocha.js"), "--reporter", join(root, "build/reporter.cjs")];
const chosen = process.argv.slice(2);
const files = chosen.length > 0 ? chosen : ["test/**/*.test.ts"];
const run = spawnSync(process.execPath, [...c8, process.execPath, ...mocha, ...files], {
  cwd: root,
  stdio: "inherit",
  // Ends a run that hangs, as a failed one; a whole run takes a few minutes.
  timeout: 20 * 60_000,
  env: { ...process.env, TEST_COUNTS: countsFile },
});

const counts = existsSync(countsFile)
  ? JSON.parse(readFileSync(countsFile, "utf8"))
  : { passes: 0, failures: 1, pending: 0 };
rmSync(scratch, { recursive: true, force: true });
const skipped = counts.pending > 0 ? `, ${counts.pending} skipped` : "";
console.log(`${counts.passes} passed, ${counts.failures} failed${skipped}`);
// Without a single test something is wrong with the run itself.
process.exitCode = run.status === 0 && counts.passes > 0 ? 0 : 1;
