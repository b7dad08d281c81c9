// Makes dist/ and its schemas from the sources: what `npm ci`, `npm start` and a plugin install need.
import { execFileSync } from "node:child_process";
import { chmodSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleFunctions, bundlePage, bundleStackCommands } from "./bundle.mjs";
import { writeNotices } from "./notices.mjs";
import { hashOf, stampDist } from "./upToDate.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

// Before anything is made: a source that changes meanwhile makes the result out of date.
const hash = hashOf(root);
// tsc never removes what it made from a source that is gone.
rmSync(join(root, "dist"), { recursive: true, force: true });
execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", root], { stdio: "inherit" });
chmodSync(join(root, "dist/cli/main.js"), 0o755);
const bundled = [
  ...(await bundleFunctions(root, join(root, "dist/functions"))),
  ...(await bundleStackCommands(root)),
  ...(await bundlePage(root, join(root, "dist/page/browser"))),
];
writeNotices(root, bundled, join(root, "dist/THIRD-PARTY-LICENSES.txt"));
for (const [script, file] of [
  ["build/schema.cjs", "dist/schema.json"],
  ["build/settings-schema.cjs", "dist/sandbox.schema.json"],
])
  execFileSync(process.execPath, [join(root, script), join(root, file)], { stdio: "inherit" });
stampDist(root, hash);
