// npm's `prepare`: makes dist/ in a clone and in a git checkout, unless it is up to date. It is published, because Pulumi's engine
// runs `npm install` in the installed package, too: there is nothing to make there.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

if (existsSync(join(root, "build/build.mjs"))) {
  const { isUpToDate } = await import("./upToDate.mjs");
  if (!isUpToDate(root)) await import("./build.mjs");
} else if (!existsSync(join(root, "dist/schema.json"))) {
  throw new Error(`the package in ${root} is incomplete: install it again`);
}
