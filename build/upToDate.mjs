// Whether dist/ was made from the sources as they are. Their content counts: git changes the dates of files that it doesn't change.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const settings = ["package.json", "package-lock.json", "tsconfig.json"];
const sources = [...settings, "build", "cli", "lambda", "page", "provider", "sandbox", "testing"];
const stamp = "dist/sources.sha256";

export function isUpToDate(root) {
  return existsSync(join(root, stamp)) && readFileSync(join(root, stamp), "utf8") === hashOf(root);
}

/** Notes that dist/ is made of the sources of that hash. */
export function stampDist(root, hash) {
  writeFileSync(join(root, stamp), hash);
}

/** A hash over the names and contents of all that dist/ is made from. */
export function hashOf(root) {
  const hash = createHash("sha256");
  for (const file of sources.flatMap((path) => filesIn(root, path)).sort())
    hash.update(`${file}\0`).update(
      createHash("sha256")
        .update(readFileSync(join(root, file)))
        .digest(),
    );
  return hash.digest("hex");
}

function filesIn(root, path) {
  if (!existsSync(join(root, path))) return [];
  if (statSync(join(root, path)).isFile()) return [path];
  return readdirSync(join(root, path)).flatMap((name) => filesIn(root, `${path}/${name}`));
}
