// npm run pack: writes sequence-remote-api.tgz, which is what is published. It has the files that package.json names, and a manifest without
// what only the repository needs: Pulumi's engine runs a whole `npm install` in an installed plugin, development dependencies included.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Packs into `file`. */
export function pack(file) {
  const scratch = mkdtempSync(join(tmpdir(), "sequence-pack-"));
  try {
    const {
      devDependencies: _,
      workspaces: __,
      ...manifest
    } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    for (const path of manifest.files.filter((each) => !each.startsWith("!") && existsSync(join(root, each))))
      cpSync(join(root, path), join(scratch, path), { recursive: true });
    const published = { ...manifest, scripts: { prepare: manifest.scripts.prepare } };
    writeFileSync(join(scratch, "package.json"), `${JSON.stringify(published, null, 2)}\n`);
    execFileSync("npm", ["pack", "--silent"], { cwd: scratch, shell: process.platform === "win32" });
    const [tarball] = readdirSync(scratch).filter((name) => name.endsWith(".tgz"));
    rmSync(file, { force: true });
    cpSync(join(scratch, tarball), file);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  pack(join(root, "sequence-remote-api.tgz"));
  console.log("sequence-remote-api.tgz");
}
