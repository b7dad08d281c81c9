import { readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";

/** How often the files are looked at. Looking finds what any editor does, on any file system. */
const INTERVAL_MS = 400;
/** A folder with more belongs to something else than a program. */
const MOST_FILES = 5_000;
const WATCHED = /\.([cm]?[jt]sx?|json|ya?ml)$/;
const SKIPPED = /^(\.|node_modules$|dist$|coverage$)/;

/** Calls `onChange` with the name of a file among these, or below a folder among these, that has changed, come or gone. The result ends it. */
export function watchFiles(paths: () => readonly string[], onChange: (file: string) => void): () => void {
  let watched = paths();
  let before = stamps(watched);
  const timer = setInterval(() => {
    const wanted = paths();
    // A file that a deployment has just read for the first time hasn't changed.
    for (const path of wanted) if (!watched.includes(path)) before.set(path, stampOf(path));
    watched = wanted;
    const now = stamps(watched);
    const changed = [...now.keys(), ...before.keys()].find((file) => now.get(file) !== before.get(file));
    before = now;
    if (changed !== undefined) onChange(relative(watched[0] ?? "", changed));
  }, INTERVAL_MS);
  return () => clearInterval(timer);
}

/** When each file was changed, and how long it is. */
function stamps(paths: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  const look = (folder: string): void => {
    for (const entry of entriesOf(folder)) {
      if (found.size >= MOST_FILES || SKIPPED.test(entry.name)) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) look(path);
      else if (WATCHED.test(entry.name)) found.set(path, stampOf(path));
    }
  };
  for (const path of paths)
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) look(path);
    else found.set(path, stampOf(path));
  return found;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // It may be gone in this moment.
    return [];
  }
}

function stampOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? `${stat.mtimeMs} ${stat.size}` : "";
}
