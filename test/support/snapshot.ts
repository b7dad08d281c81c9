import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Compares with what is committed. A difference is a change of what users get: look at it, and if it is meant, write it with
 * `UPDATE_SNAPSHOTS=1 npm test` and say in CHANGELOG.md what it does to existing stacks.
 */
export function matchesSnapshot(file: string, actual: string): void {
  const text = actual.endsWith("\n") ? actual : `${actual}\n`;
  if (process.env.UPDATE_SNAPSHOTS) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  assert.ok(existsSync(file), `there is no snapshot ${file}: make it with UPDATE_SNAPSHOTS=1`);
  assert.equal(text, readFileSync(file, "utf8"));
}
