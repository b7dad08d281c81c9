// Runs mocha: over the files that are named, or over all of them in five processes at once. Not mocha's own parallel mode, in which
// a test can't catch what a program of Pulumi leaves unhandled.
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const chosen = process.argv.slice(2);
// They need an emulator, or Pulumi's engine: npm run test:emulator, test:engine and test:aws.
const elsewhere = ["test/{emulator,engine}/**/*.test.ts"];
const ownProcess = [
  "test/lambda/**/*.test.ts",
  "test/provider/**/*.test.ts",
  "test/cli/stack/**/*.test.ts",
  "test/{cli/*,page/**/*}.test.ts",
];
// What isn't named is in the last, so that no file is forgotten.
const shards =
  chosen.length > 0
    ? [chosen]
    : [
        ...ownProcess.map((files) => [files]),
        ["test/**/*.test.ts", ...[...ownProcess, ...elsewhere].flatMap((files) => ["--ignore", files])],
      ];

const statuses = await Promise.all(shards.map((args, index) => runMocha(args, index === 0)));
process.exitCode = statuses.every((status) => status === 0) ? 0 : 1;

/** What the first prints is shown as it comes, what another prints when it has ended. */
function runMocha(args, isFirst) {
  const mocha = join(root, "node_modules/mocha/bin/mocha.js");
  const child = spawn(process.execPath, [mocha, "--reporter", join(root, "build/reporter.cjs"), ...args], {
    cwd: root,
    stdio: ["ignore", isFirst ? "inherit" : "pipe", isFirst ? "inherit" : "pipe"],
  });
  const printed = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data) => printed.push(data));
  return new Promise((resolve) => {
    child.on("close", (status) => {
      process.stdout.write(Buffer.concat(printed));
      resolve(status);
    });
  });
}
