import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Project } from "./project";
import { isPulumiError } from "./pulumiInternals";
import { UserError } from "./userError";

/**
 * A failure of the program with what to do, or with the places in the program that it came through; those in packages and in the
 * sandbox help nobody.
 */
export function explained(error: unknown, project: Project): unknown {
  const isOurs = error instanceof UserError || isPulumiError(error);
  if (isOurs || !(error instanceof Error)) return error;
  const text =
    notInstalled(error, project) ??
    [`the program failed: ${error.name}: ${error.message}`, ...placesIn(error, project), ...typesHint(error)].join(
      "\n",
    );
  return new UserError(text, { cause: error });
}

/** The same for what fails while nobody waits for it: only if it came through the program's own files. */
export function explainedLate(error: Error, project: Project): Error {
  return placesIn(error, project).length === 0 ? error : (explained(error, project) as Error);
}

function placesIn(error: Error, { programDirectory }: Project): string[] {
  const lines = (error.stack ?? "").split("\n");
  return lines.filter(
    (line) => /^\s+at /.test(line) && line.includes(programDirectory) && !line.includes("node_modules"),
  );
}

/** For an import that leads nowhere. */
function notInstalled(error: Error, project: Project): string | undefined {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== "MODULE_NOT_FOUND" && code !== "ERR_MODULE_NOT_FOUND") return undefined;
  const specifier = /Cannot find (?:module|package) '([^']+)'/.exec(error.message)?.[1];
  if (specifier === undefined) return undefined;
  if (/^([./]|[A-Za-z]:|file:)/.test(specifier))
    return `the program imports ${specifier}, and there is no such file. Correct the path.`;
  const name = specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
  const command = isListed(name, project.programDirectory) ? "npm install" : `npm install ${name}`;
  return `the program imports "${name}", which isn't installed for it. Run "${command}" in ${project.programDirectory}.`;
}

function isListed(name: string, folder: string): boolean {
  const manifest = join(folder, "package.json");
  try {
    const { dependencies, devDependencies } = existsSync(manifest) ? JSON.parse(readFileSync(manifest, "utf8")) : {};
    return name in { ...dependencies, ...devDependencies };
  } catch {
    return false;
  }
}

let hasHinted = false;

/** Once a process: a program that is deployed again and again needs it once. */
function typesHint(error: Error): string[] {
  if (hasHinted || !(error instanceof TypeError || error instanceof ReferenceError)) return [];
  hasHinted = true;
  return ["The sandbox doesn't check types; npx tsc --noEmit does, and may say more."];
}
