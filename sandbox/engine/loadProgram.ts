import { existsSync, readFileSync } from "node:fs";
import { createRequire, register } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { explained } from "./programError";
import type { Project } from "./project";
import { UserError } from "./userError";

let registered = false;

/** TypeScript is taken as it comes, as `pulumi up` does; once a process. */
async function takeTypeScript(): Promise<void> {
  if (registered) return;
  registered = true;
  (await import("tsx/cjs/api")).register();
  (await import("tsx/esm/api")).register();
  // After tsx, so that tsx finds the file first.
  register(`data:text/javascript,${encodeURIComponent(FRESH_IMPORTS)}`);
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

let imports = 0;

/**
 * ES modules can't be unloaded, but under another URL they run again: a module that is imported by its path, with the URL of the
 * deployment that imports it. Packages run once, as Pulumi's must.
 */
const FRESH_IMPORTS = `export async function resolve(specifier, context, next) {
  const resolved = await next(specifier, context);
  const deployment = /[?&]deployment=\\d+/.exec(context.parentURL ?? "")?.[0].slice(1);
  if (!deployment || !/^\\.{1,2}\\//.test(specifier) || /[?&]deployment=/.test(resolved.url)) return resolved;
  return { ...resolved, url: resolved.url + (resolved.url.includes("?") ? "&" : "?") + deployment };
}`;

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
