import { UserError } from "../../sandbox/engine";
import { Sandbox } from "../../sandbox/sandbox";
import { SettingsError } from "../../sandbox/settings";
import { printDeployment } from "./printDeployment";
import { printRound } from "./printRound";
import { readRound } from "./round";

/** Fixed, so that a URL pasted somewhere is good after the next start too. */
const DEFAULT_PORT = 4390;

export interface DevOptions {
  readonly cwd: string;
  readonly port?: number;
  readonly once: boolean;
  readonly json: boolean;
  readonly strict: boolean;
}

/** Deploys the program on this machine, fires the first occurrence, and serves until Ctrl+C. The result is the exit code. */
export async function dev(options: DevOptions): Promise<number> {
  let sandbox: Sandbox;
  try {
    sandbox = await Sandbox.start({
      directory: options.cwd,
      port: options.port ?? (options.once ? undefined : DEFAULT_PORT),
      strict: options.strict,
    });
  } catch (error) {
    return fail(error);
  }
  try {
    printDeployment(sandbox);
    const accountsBefore = sandbox.sequence.accounts();
    const occurrence = await sandbox.runUntilTriggered();
    const round = readRound(sandbox, occurrence, accountsBefore);
    printRound(sandbox, round);
    if (options.json) console.log(JSON.stringify(round.summary));
    if (options.once) return round.complete ? 0 : 1;
    await served();
    return 0;
  } catch (error) {
    return fail(error);
  } finally {
    await sandbox.stop();
  }
}

function fail(error: unknown): number {
  // Input errors of components carry all that is wrong in their message; anything unforeseen needs its stack.
  const foreseen =
    error instanceof UserError || error instanceof SettingsError || isAddressInUse(error) || isPulumiError(error);
  console.error(foreseen ? `error: ${(error as Error).message}` : error);
  return 1;
}

function isAddressInUse(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === "EADDRINUSE";
}

/** The program's own copy of Pulumi has classes of its own, so names are compared. */
function isPulumiError(error: unknown): boolean {
  const marked = error as { __pulumiRunError?: boolean; __pulumiInputPropertiesError?: boolean } | undefined;
  return Boolean(marked?.__pulumiRunError || marked?.__pulumiInputPropertiesError);
}

/** Resolves at Ctrl+C, or when the process is asked to end. */
function served(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGINT", () => resolve());
    process.once("SIGTERM", () => resolve());
  });
}
