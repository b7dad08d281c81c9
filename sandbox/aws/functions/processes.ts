import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { AwsError } from "../types";

/**
 * Starts the processes of execution environments and makes sure that none outlives the sandbox. A guard process kills them when the
 * sandbox is gone, even if it was killed: a busy function can't notice that by itself.
 */
export class Processes {
  private guard: ChildProcess | undefined;
  private readonly running = new Set<ChildProcess>();
  private stopped = false;

  constructor(private readonly guardFile: () => string) {}

  start(args: readonly string[], options: { cwd: string; env: Record<string, string> }): ChildProcess {
    if (this.stopped) throw new AwsError("ServiceException", "the sandbox has stopped", 500);
    // A group of its own: Ctrl+C in the terminal reaches only the sandbox, which then ends its children in order.
    const child = spawn(process.execPath, args, {
      cwd: options.cwd,
      // Node passes its own value on to children, unless the variable is set, even to undefined.
      env: { ...options.env, NODE_V8_COVERAGE: undefined },
      stdio: ["ignore", "pipe", "pipe"],
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    if (child.pid === undefined) return child;
    this.running.add(child);
    this.tellGuard(`+${child.pid}`);
    child.once("exit", () => {
      // Other processes that it started would keep its output streams open.
      killGroup(child);
      this.running.delete(child);
      this.tellGuard(`-${child.pid}`);
    });
    return child;
  }

  /** Ends all that run now; others may start. */
  killAll(): void {
    for (const child of this.running) killGroup(child);
  }

  /** Ends all, and the guard; resolves when they are gone. */
  async stop(): Promise<void> {
    this.stopped = true;
    const ends = [...this.running].map((child) => new Promise((resolve) => child.once("exit", resolve)));
    this.killAll();
    await Promise.all(ends);
    this.guard?.stdin?.end();
    this.guard = undefined;
  }

  private tellGuard(line: string): void {
    this.guard ??= this.startGuard();
    this.guard.stdin?.write(`${line}\n`);
  }

  private startGuard(): ChildProcess {
    const guard = spawn(process.execPath, [this.guardFile()], {
      stdio: ["pipe", "ignore", "ignore"],
      detached: process.platform !== "win32",
      windowsHide: true,
      env: {},
    });
    guard.on("error", () => {});
    guard.stdin.on("error", () => {});
    guard.unref();
    (guard.stdin as Socket).unref();
    return guard;
  }
}

/** Kills a process with all that it started, stopped or not. */
export function killGroup(child: ChildProcess): void {
  signalGroup(child, "SIGKILL");
}

/** Stops a process with all that it started, until `continueGroup`. Windows has no such signal: there it runs on. */
export function stopGroup(child: ChildProcess): void {
  if (process.platform !== "win32") signalGroup(child, "SIGSTOP");
}

export function continueGroup(child: ChildProcess): void {
  if (process.platform !== "win32") signalGroup(child, "SIGCONT");
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // It has ended already.
  }
}

/** The most memory that a process has had, in MB; undefined where the system doesn't tell (anything but Linux). */
export function peakMemoryMb(pid: number | undefined): number | undefined {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}
