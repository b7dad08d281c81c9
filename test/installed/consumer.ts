import { execFile } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = join(__dirname, "..", "..");

/** How a package manager is called; all but npm are got from the registry, in the version that is named. */
export interface PackageManager {
  readonly name: string;
  readonly install: readonly string[];
  /** What runs a package's command from the folder's own node_modules. */
  readonly exec: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const pnpm = ["npx", "-y", "pnpm@9.15.9"];
const yarn = ["npx", "-y", "yarn@1.22.22"];
const yarn4 = ["npx", "-y", "@yarnpkg/cli-dist@4.18.1"];
export const packageManagers: readonly PackageManager[] = [
  { name: "npm", install: ["npm", "install", "--no-audit", "--no-fund"], exec: ["npx", "--no-install"] },
  { name: "pnpm", install: [...pnpm, "install"], exec: [...pnpm, "exec"] },
  { name: "yarn", install: [...yarn, "install", "--non-interactive"], exec: [...yarn, "--silent", "run"] },
  {
    name: "yarn4",
    install: [...yarn4, "install"],
    exec: [...yarn4, "run"],
    // By default it makes no node_modules, in which Pulumi would find the package.
    env: { YARN_NODE_LINKER: "node-modules", YARN_ENABLE_IMMUTABLE_INSTALLS: "false" },
  },
];

/** A folder outside of the repository with the quickstart's program, and the package installed from what npm packs. */
export class Consumer {
  readonly installed: string;

  private constructor(
    readonly folder: string,
    private readonly manager: PackageManager,
  ) {
    this.installed = join(folder, "node_modules", "sequence-remote-api");
  }

  static async install(manager: PackageManager): Promise<Consumer> {
    const folder = mkdtempSync(join(tmpdir(), `sequence-${manager.name}-`));
    const consumer = new Consumer(join(folder, "app"), manager);
    mkdirSync(consumer.folder);
    const { pack } = await import(pathToFileURL(join(root, "build", "pack.mjs")).href);
    pack(join(folder, "package.tgz"));
    for (const file of ["index.ts", "sandbox.yaml", "tsconfig.json"])
      cpSync(join(root, "examples", "quickstart", file), join(consumer.folder, file));
    writeFileSync(join(consumer.folder, "Pulumi.yaml"), "name: installed\nruntime: nodejs\n");
    // Beside the package what a program of Pulumi's TypeScript template has.
    const dependencies = { ...manifestOf(root).peerDependencies, "sequence-remote-api": "file:../package.tgz" };
    const devDependencies = { "@types/node": "^18", typescript: "^5.0.0" };
    const manifest = { name: "app", version: "0.0.0", private: true, dependencies, devDependencies };
    writeFileSync(join(consumer.folder, "package.json"), JSON.stringify(manifest));
    await consumer.run(manager.install);
    return consumer;
  }

  /** Runs a command of an installed package; the result is its standard output. */
  exec(...command: string[]): Promise<string> {
    return this.run([...this.manager.exec, ...command]);
  }

  /** Runs a command in `cwd`, by default the program's folder; the result is its standard output. */
  async run([command = "", ...args]: readonly string[], cwd = this.folder): Promise<string> {
    const env = { ...process.env, ...this.manager.env };
    const { stdout } = await run(command, args, { cwd, env, maxBuffer: 1e8, timeout: 600_000 });
    return stdout;
  }

  /** The folders in which copies of a package lie. */
  copiesOf(name: string): string[] {
    const found = readdirSync(join(this.folder, "node_modules"), { recursive: true, encoding: "utf8" })
      .filter(
        (path) => path.endsWith(join("node_modules", name, "package.json")) || path === join(name, "package.json"),
      )
      .map((path) => realpathSync(join(this.folder, "node_modules", path)));
    return [...new Set(found)];
  }

  remove(): void {
    rmSync(join(this.folder, ".."), { recursive: true, force: true });
  }
}

export function manifestOf(folder: string): {
  readonly scripts: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
} {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}
