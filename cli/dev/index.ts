import { resolve } from "node:path";
import { isPulumiError, Sandbox, SettingsError, UserError } from "../../sandbox";
import { printDeployment } from "./printDeployment";
import { printEvents } from "./printEvents";
import { printRound } from "./printRound";
import { type Round, readRound } from "./round";

/** Always the same, so that a URL that you have pasted somewhere still works after the next start. */
const DEFAULT_PORT = 4390;

/** The exit code of a process that was interrupted before it was done. */
export const INTERRUPTED = 130;

export interface DevOptions {
  readonly cwd: string;
  readonly port?: number;
  readonly once: boolean;
  readonly json: boolean;
  readonly strict: boolean;
}

/**
 * Deploys the program on this machine, moves to the first occurrence that calls Sequence, and serves until Ctrl+C. The result is the
 * exit code.
 */
export async function dev(options: DevOptions): Promise<number> {
  const interruption = interrupted();
  // Loading Pulumi and running the program take a second or more.
  console.log(`Deploying the program in ${resolve(options.cwd)} ...`);
  let sandbox: Sandbox;
  try {
    sandbox = await Sandbox.start({
      directory: options.cwd,
      // 0 is any free port.
      port: options.port ?? (options.once ? 0 : DEFAULT_PORT),
      strict: options.strict,
      signal: interruption,
    });
  } catch (error) {
    return interruption.aborted ? INTERRUPTED : fail(error);
  }
  const interrupt = new Promise<undefined>((resolve) => {
    interruption.addEventListener("abort", () => resolve(undefined));
  });
  try {
    printDeployment(sandbox);
    const round = await Promise.race([firstRound(sandbox), interrupt]);
    if (!round) return INTERRUPTED;
    printRound(sandbox, round);
    if (options.json) console.log(JSON.stringify(round.summary));
    if (options.once) return round.complete ? 0 : 1;
    const stopPrinting = printEvents(sandbox);
    await interrupt;
    stopPrinting();
    return 0;
  } catch (error) {
    return fail(error);
  } finally {
    await sandbox.stop();
  }
}

async function firstRound(sandbox: Sandbox): Promise<Round> {
  const accountsBefore = sandbox.sequence.accounts();
  return readRound(sandbox, await sandbox.runUntilTriggered(), accountsBefore);
}

function fail(error: unknown): number {
  // A foreseen error says in its message all that is wrong. Any other error needs its stack.
  const foreseen = error instanceof UserError || error instanceof SettingsError || isPulumiError(error);
  console.error(foreseen ? `error: ${(error as Error).message}` : error);
  return 1;
}

/** Aborts at Ctrl+C, or when the process is asked to end: then the sandbox is stopped in order. */
function interrupted(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}
