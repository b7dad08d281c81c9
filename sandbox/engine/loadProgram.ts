import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Project } from "./project";
import { isPulumiError } from "./pulumiInternals";
import { UserError } from "./userError";

let registered = false;

/** TypeScript is taken as it comes, as `pulumi up` does; once a process. */
async function takeTypeScript(): Promise<void> {
  if (registered) return;
  registered = true;
  (await import("tsx/cjs/api")).register();
  (await import("tsx/esm/api")).register();
}

/**
 * Runs the program's module. The result is what it exports, or what the function that it exports returns: the stack's outputs.
 *
 * @throws UserError if there is no module to run, or if it fails with an error that isn't Pulumi's.
 */
export async function runProgram(project: Project): Promise<Record<string, unknown> | undefined> {
  await takeTypeScript();
  try {
    return await load(project);
  } catch (error) {
    throw explained(error, project);
  }
}

async function load(project: Project): Promise<Record<string, unknown> | undefined> {
  const require = createRequire(join(project.programDirectory, "package.json"));
  const entry = resolveEntry(project, require);
  const isModule =
    entry.endsWith(".mjs") || entry.endsWith(".mts") || (!/\.c[jt]s$/.test(entry) && isModulePackage(entry));
  const exported: unknown = isModule ? await importFresh(entry) : requireFresh(require, entry);
  const program = typeof exported === "function" ? exported : (exported as { default?: unknown }).default;
  return typeof program === "function" ? await program() : (exported as Record<string, unknown>);
}

/** The error with the places in the program that it came through; those in packages and in the sandbox help nobody. */
function explained(error: unknown, project: Project): unknown {
  const isOurs = error instanceof UserError || isPulumiError(error);
  if (isOurs || !(error instanceof Error)) return error;
  const places = (error.stack ?? "")
    .split("\n")
    .filter(
      (line) => /^\s+at /.test(line) && line.includes(project.programDirectory) && !line.includes("node_modules"),
    );
  const text = [`the program failed: ${error.name}: ${error.message}`, ...places].join("\n");
  return new UserError(text, { cause: error });
}

let imports = 0;

/** ES modules can't be unloaded: under another URL the program's own module runs again, the modules that it imports don't. */
function importFresh(entry: string): Promise<unknown> {
  return import(`${pathToFileURL(entry).href}?deployment=${imports++}`);
}

/** What ran in an earlier deployment of this process must run again. */
function requireFresh(load: NodeJS.Require, entry: string): unknown {
  for (const file of Object.keys(load.cache))
    if (file.startsWith(dirname(entry)) && !file.includes("node_modules")) delete load.cache[file];
  return load(entry);
}

function resolveEntry(project: Project, load: NodeJS.Require): string {
  try {
    return load.resolve(project.program);
  } catch {
    throw new UserError(
      `there is no program to run in ${project.program}. Make an index.ts there, or name the file as "main" in Pulumi.yaml or package.json.`,
    );
  }
}

function isModulePackage(entry: string): boolean {
  for (let directory = dirname(entry); directory !== dirname(directory); directory = dirname(directory)) {
    const manifest = join(directory, "package.json");
    if (existsSync(manifest)) return JSON.parse(readFileSync(manifest, "utf8")).type === "module";
  }
  return false;
}
