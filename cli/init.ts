import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { draftSettings, isPulumiError, UserError } from "../sandbox";
import { DEFAULT_TEMPLATE, TEMPLATES, templateNames } from "./templates";

export interface InitOptions {
  readonly template?: string;
  /** `key=value` of the program's configuration, for the draft of sandbox.yaml. */
  readonly config: readonly string[];
}

/** npm publishes no .gitignore, so it can't be in the template's folder. */
const GITIGNORE = "node_modules/\nbin/\n*.log\n";

/** The program of every template. The rest of a template is made for it, and fits no other. */
const PROGRAM = "index.ts";

/** pnpm ends with an error until somebody says of each package's build script whether it may run. These packages work without theirs. */
const PNPM_SETTINGS = "allowBuilds:\n  esbuild: false\n  protobufjs: false\n";

/** Whether pnpm has started this, as it tells all that it starts. */
const byPnpm = process.env.npm_config_user_agent?.startsWith("pnpm/") === true;
const COMMANDS = byPnpm
  ? { install: "pnpm install", dev: "pnpm exec sequence-remote-api dev", test: "pnpm test" }
  : { install: "npm install", dev: "npx sequence-remote-api dev", test: "npm test" };

/**
 * Begins a project in `folder`; in one that has a Pulumi program already, drafts its `sandbox.yaml`. A file that exists is never
 * overwritten. The result is the exit code.
 */
export async function init(folder: string, options: InitOptions): Promise<number> {
  try {
    const directory = resolve(folder);
    if (hasProgram(directory)) await addSettings(directory, folder, options);
    else makeProject(directory, folder, options);
    return 0;
  } catch (error) {
    if (!(error instanceof UserError) && !isPulumiError(error)) throw error;
    console.error(`error: ${(error as Error).message}`);
    return 1;
  }
}

function hasProgram(directory: string): boolean {
  return ["Pulumi.yaml", "Pulumi.yml"].some((name) => existsSync(join(directory, name)));
}

async function addSettings(directory: string, folder: string, { template, config }: InitOptions): Promise<void> {
  if (template !== undefined)
    throw new UserError(
      `${directory} has a Pulumi program already: choose another folder, or leave --template out to add a sandbox.yaml`,
    );
  const draft = await draftSettings(directory, configOf(config));
  if (existsSync(draft.file)) {
    console.log(`${draft.file} is there already; nothing was changed. To have a new one drafted, rename it first.`);
  } else {
    writeFileSync(draft.file, draft.text);
    console.log(`Made ${relative(process.cwd(), draft.file) || draft.file} from the program.`);
  }
  for (const line of draft.todo) console.log(`To do: ${line}`);
  printNext([...cd(folder), COMMANDS.dev]);
}

function configOf(pairs: readonly string[]): Record<string, string> {
  const entries = pairs.map((pair) => {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
    // Not the text itself: it may be a credential.
    if (key === undefined || value === undefined)
      throw new UserError("--config takes key=value, such as --config region=us-east-1");
    return [key, value];
  });
  return Object.fromEntries(entries);
}

function makeProject(directory: string, folder: string, { template = DEFAULT_TEMPLATE, config }: InitOptions): void {
  if (config.length > 0)
    throw new UserError("--config is for a folder that has a Pulumi program already: leave it out");
  const names = templateNames();
  if (!names.includes(template))
    throw new UserError(`there is no template ${template}; it must be one of ${names.join(", ")}`);
  if (existsSync(join(directory, PROGRAM)))
    throw new UserError(
      `${directory} has ${PROGRAM} and no Pulumi.yaml. If that is your program, write a Pulumi.yaml with its name and "runtime: nodejs", and type init again for its sandbox.yaml. To begin anew, choose another folder`,
    );
  const name = projectName(directory);
  const replaced = (text: string) =>
    text.replace(/\$\{PROJECT\}/g, name).replace(/\$\{DESCRIPTION\}/g, `Sequence's Remote API on AWS (${template})`);
  const source = join(TEMPLATES, template);
  const kept: string[] = [];
  const write = (path: string, text: string) => {
    const file = join(directory, path);
    if (existsSync(file)) return void kept.push(path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.log(`  ${join(folder, path)}`);
  };
  console.log(`Made ${name} from the template ${template}:`);
  for (const path of filesIn(source).filter((path) => path !== ".gitignore"))
    write(path, replaced(readFileSync(join(source, path), "utf8")));
  write(".gitignore", GITIGNORE);
  if (byPnpm) write("pnpm-workspace.yaml", PNPM_SETTINGS);
  if (kept.length > 0) console.log(`Already there, and left as they are: ${kept.join(", ")}`);
  if (kept.includes("package.json")) console.log(`Add what ${template} needs to your package.json: ${needs(source)}`);
  printNext([...cd(folder), COMMANDS.install, COMMANDS.dev, COMMANDS.test]);
}

/** Pulumi and npm take these characters in a name; npm no capitals. */
function projectName(directory: string): string {
  const name = basename(directory)
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[._-]+|-+$/g, "");
  return name || "sequence";
}

function filesIn(folder: string, below = ""): string[] {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const path = join(below, entry.name);
    return entry.isDirectory() ? filesIn(folder, path) : [path];
  });
}

function needs(source: string): string {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(source, "package.json"), "utf8"));
  return Object.keys({ ...dependencies, ...devDependencies }).join(", ");
}

function cd(folder: string): string[] {
  return resolve(folder) === process.cwd() ? [] : [`cd ${/\s/.test(folder) ? JSON.stringify(folder) : folder}`];
}

function printNext(commands: readonly string[]): void {
  console.log(`\nNext:\n${commands.map((command) => `  ${command}`).join("\n")}`);
}
