import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const root = join(__dirname, "..", "..");
const made: string[] = [];

/**
 * Writes a Pulumi program into a folder of its own; its packages are this repository's. `Pulumi.yaml` is made up unless it is
 * among the files. Call `removePrograms` when the tests are done.
 */
export function writeProgram(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "sequence-program-"));
  made.push(folder);
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  for (const [path, text] of Object.entries({ "Pulumi.yaml": "name: fixture\nruntime: nodejs\n", ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

export function removePrograms(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
}
