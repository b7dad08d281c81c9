// npm run lint:changelog: whoever upgrades must be told what that does to their stacks. Compares with the last release, which is a tag v1.2.3.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A change of one of these can be seen in a program or in a stack. */
export const interfaces = ["test/provider/snapshots/schema.json", "test/provider/snapshots/quickstart-resources.txt"];

/**
 * What is missing in a changelog. `released` and `now` hold the texts of CHANGELOG.md and of `interfaces` by their paths; `released` is undefined
 * as long as nothing was released.
 */
export function problemsOf(now, released) {
  const told = new Set(released ? entriesOf(released["CHANGELOG.md"]) : []);
  const added = entriesOf(now["CHANGELOG.md"]).filter((entry) => !told.has(entry));
  const without = added.filter((entry) => !/\bUpgrade: \S/.test(entry));
  const changed = interfaces.filter((file) => released && released[file] !== now[file]);
  return [
    ...without.map((entry) => `the entry "${entry.slice(0, 60)}…" is without its effect: end it with "Upgrade: …"`),
    ...(changed.length > 0 && added.length === 0
      ? [
          `${changed.join(" and ")} differ from the last release, and CHANGELOG.md has no new entry: say what that does to stacks`,
        ]
      : []),
  ];
}

function entriesOf(text) {
  return text
    .split(/^- /m)
    .slice(1)
    .map((entry) =>
      entry
        .split(/\n(?=#|\n)/)[0]
        .replace(/\s+/g, " ")
        .trim(),
    );
}

function git(...args) {
  try {
    return execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return undefined;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const files = ["CHANGELOG.md", ...interfaces];
  const tag = git("describe", "--tags", "--abbrev=0", "--match", "v[0-9]*")?.trim();
  const texts = (read) => Object.fromEntries(files.map((file) => [file, read(file)]));
  const now = texts((file) => readFileSync(join(root, file), "utf8"));
  const problems = problemsOf(now, tag && texts((file) => git("show", `${tag}:${file}`) ?? ""));
  for (const problem of problems) console.error(problem);
  console.log(`CHANGELOG.md against ${tag ?? "no release yet"}: ${problems.length} problems`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
