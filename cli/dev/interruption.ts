import { readFileSync } from "node:fs";
import { UserError } from "../../sandbox";
import type { Output } from "./output";

/** How often it is looked whether whoever started this is still there. */
const PARENT_CHECK_MS = 1_000;
/** After this long, another Ctrl+C ends the process at once. */
const PATIENCE_MS = 5_000;

/** What nobody caught. The signal's reason, if that ended it. */
export class Uncaught extends UserError {
  constructor(thrown: unknown) {
    const text = thrown instanceof Error ? thrown.stack : String(thrown);
    super(`nobody caught this error, of the program or of the sandbox; pulumi up fails with it, too:\n${text}`);
  }
}

/**
 * Aborts at Ctrl+C, when the process is asked to end, when its terminal or the npm that started it is gone, and when nobody reads
 * what it prints, and with an `Uncaught` as its reason when the program throws while nobody waits for it: then the sandbox is stopped in order.
 */
export function interruption(output: Output): AbortSignal {
  const controller = new AbortController();
  let firstAt: number | undefined;
  const abort = () => {
    firstAt ??= performance.now();
    // npm passes Ctrl+C on, so the same one comes twice. A later one comes from somebody who has waited.
    if (performance.now() - firstAt > PATIENCE_MS) process.exit(130);
    controller.abort();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, abort);
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      output.close();
      if (error.code !== "EPIPE") throw error;
      controller.abort();
    });
  process.on("uncaughtException", (error) => controller.abort(new Uncaught(error)));
  watchParents(() => controller.abort());
  return controller.signal;
}

/** npm that is killed can't tell its child, which would keep the port. Whoever starts the command otherwise may end before it. */
function watchParents(onGone: () => void): void {
  if (process.env.npm_execpath === undefined) return;
  const parent = process.ppid;
  // Between npm and this there may be a shell.
  const grandparent = parentOf(parent);
  const timer = setInterval(() => {
    if (process.ppid === parent && parentOf(parent) === grandparent) return;
    clearInterval(timer);
    onGone();
  }, PARENT_CHECK_MS);
  timer.unref();
}

/** Only Linux tells. */
function parentOf(pid: number): number | undefined {
  try {
    const afterName = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1) ?? "";
    return Number(afterName.split(" ")[1]);
  } catch {
    return undefined;
  }
}
