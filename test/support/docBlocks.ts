import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

const root = join(__dirname, "..", "..");

/** A fenced block of a page, or of a docstring. */
export interface Block {
  readonly page: string;
  /** Where it begins, such as `docs/page.md:12`. */
  readonly place: string;
  /** What stands behind the fence; empty if nothing does. */
  readonly language: string;
  readonly code: string;
}

/** The pages that somebody reads who uses the package or changes it. */
export const pages: readonly string[] = [
  ...["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"],
  ...["docs", "examples", "templates"].flatMap(filesIn).filter((file) => file.endsWith(".md")),
];

/** The sources whose docstrings users read. */
export const sources: readonly string[] = ["provider", "lambda", "testing", "sandbox/port"]
  .flatMap(filesIn)
  .filter((file) => file.endsWith(".ts"));

export function blocksOf(page: string): Block[] {
  const text = readFileSync(join(root, page), "utf8").replace(/^ *\* ?/gm, page.endsWith(".ts") ? "" : "$&");
  return [...text.matchAll(/^( *)```(\w*)\n([\s\S]*?)^ *```$/gm)].map((match) => {
    const [, indent = "", language = "", code = ""] = match;
    const line = text.slice(0, match.index).split("\n").length;
    return { page, place: `${page}:${line}`, language, code: code.replace(new RegExp(`^${indent}`, "gm"), "") };
  });
}

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
}
