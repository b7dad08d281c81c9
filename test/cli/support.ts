import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { processesNaming, until } from "../endToEnd/support";

export const root = join(__dirname, "..", "..");
export const main = join(root, "dist", "cli", "main.js");

/** What a run of the command came to. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  /** Defaults to the project's folder. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether keys are typed into it, by a pipe. */
  readonly keys?: boolean;
  /** Whether it runs in a pseudo terminal, into which keys are typed. What it prints is in `stdout`, as the terminal shows it. */
  readonly terminal?: boolean;
}

const running = new Set<Cli>();

/** The words that run the command in a pseudo terminal: those of util-linux's `script`, which every Debian has. */
function onTerminal(args: readonly string[]): string[] {
  const quoted = [process.execPath, main, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  // A shell runs the command's words; exec leaves only the command.
  return ["script", "-qec", `exec ${quoted.join(" ")}`, "/dev/null"];
}

/** Tests in a pseudo terminal. Where none can be made they are skipped, which is said. */
export function describeOnTerminal(title: string, tests: (this: Mocha.Suite) => void): void {
  if (/util-linux/.test(spawnSync("script", ["--version"], { encoding: "utf8" }).stdout ?? ""))
    return void describe(title, tests);
  console.warn(`SKIPPED, because there is no "script" of util-linux (on Debian in bsdutils): ${title}`);
  describe.skip(title, tests);
}

/** A real run of the command, in a process of its own. */
export class Cli {
  stdout = "";
  stderr = "";
  /** The only place for temporary files: whatever process the run leaves behind names it, whatever file it leaves lies there. */
  readonly scratch = mkdtempSync(join(tmpdir(), "sequence-cli-test-"));
  readonly ended: Promise<Ended>;
  private readonly child: ChildProcess;

  constructor(args: readonly string[], options: CliOptions = {}) {
    const [command = "", ...words] = options.terminal ? onTerminal(args) : [process.execPath, main, ...args];
    this.child = spawn(command, words, {
      cwd: options.cwd ?? root,
      env: { ...process.env, NO_COLOR: "1", TMPDIR: this.scratch, ...options.env },
      stdio: [options.keys || options.terminal ? "pipe" : "ignore", "pipe", "pipe"],
    });
    this.child.stdout?.on("data", (chunk) => {
      this.stdout += chunk;
    });
    this.child.stderr?.on("data", (chunk) => {
      this.stderr += chunk;
    });
    this.ended = new Promise((resolve) => {
      this.child.once("close", (code, signal) => {
        const { stdout, stderr } = this;
        resolve({ code, signal, stdout, stderr });
      });
    });
    running.add(this);
  }

  /** Types into it; only with `keys` or `terminal`. */
  type(keys: string): void {
    this.child.stdin?.write(keys);
  }

  /** Ends its input, as closing the terminal's window does. */
  endInput(): void {
    this.child.stdin?.end();
  }

  /** Stops reading what it prints, as `head` does. */
  stopReading(): void {
    this.child.stdout?.destroy();
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** The processes that the run has started and that are still there. */
  processes(): number[] {
    return processesNaming(this.scratch);
  }

  /** Waits until the run has printed this. */
  async printed(text: string): Promise<void> {
    let over = false;
    this.ended.then(() => {
      over = true;
    });
    await until(() => this.stdout.includes(text) || over, `the run printed "${text}"`);
    if (!this.stdout.includes(text)) throw new Error(`it ended without having printed "${text}":\n${this.stderr}`);
  }

  /** The run has left neither a process nor a file. */
  async leftNothing(): Promise<void> {
    await until(() => this.processes().length === 0, "no process of the run is left");
    // tsx keeps what it has compiled.
    const files = readdirSync(this.scratch).filter((name) => !name.startsWith("tsx-"));
    if (files.length > 0) throw new Error(`the run left files: ${files.join(", ")}`);
  }
}

export function runCli(...args: ConstructorParameters<typeof Cli>): Promise<Ended> {
  return new Cli(...args).ended;
}

/** Ends what a failed test has left running, and removes all scratch folders. */
export async function endAll(): Promise<void> {
  for (const cli of running) {
    cli.kill("SIGKILL");
    await cli.ended;
    rmSync(cli.scratch, { recursive: true, force: true });
  }
  running.clear();
}
