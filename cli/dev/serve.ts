import type { Sandbox } from "../../sandbox";
import { heading, styled, timeIn } from "../format";
import { listOfKeys, readKeys } from "./keys";
import type { Output } from "./output";
import { printEvents } from "./printEvents";
import { printOccurrences } from "./story";
import { watchFiles } from "./watch";

/** Serves until it is interrupted: prints what happens, does what keys say, and deploys again when a file has changed. */
export async function serve(sandbox: Sandbox, output: Output, interrupted: AbortSignal): Promise<void> {
  const quit = new AbortController();
  const over = AbortSignal.any([interrupted, quit.signal]);
  const stopPrinting = printEvents(output, sandbox);
  // One thing at a time: a key that is pressed meanwhile waits.
  let work: Promise<void> = Promise.resolve();
  const next = (task: () => Promise<void>) => {
    work = work.then(async () => {
      if (!over.aborted) await task().catch((error: Error) => output.tell(`${styled("red", "✗")} ${error.message}`));
    });
  };
  const stopWatching = watchFiles(
    () => sandbox.watched(),
    (file) => next(() => redeploy(sandbox, output, file, over)),
  );
  const stopKeys = readKeys(sandbox, output, {
    quit: () => quit.abort(),
    redeploy: () => next(() => redeploy(sandbox, output, undefined, over)),
    run: (task) => next(() => told(sandbox, output, task)),
  });
  // Only now: what is changed or typed once this is read must not be missed.
  output.say(heading("Serving the amount URLs until Ctrl+C, and deploying again when a file changes"));
  output.say(styled("dim", listOfKeys()));
  await new Promise<void>((done) => {
    if (over.aborted) done();
    over.addEventListener("abort", () => done());
  });
  stopKeys();
  stopWatching();
  stopPrinting();
  // A deployment that is under way ends by the same signal.
  await work;
}

async function redeploy(
  sandbox: Sandbox,
  output: Output,
  file: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  output.say(`\n${file === undefined ? "Deploying again" : `${file} has changed: deploying again`} ...`);
  const beganAt = performance.now();
  try {
    await sandbox.redeploy(signal);
  } catch (error) {
    if (signal.aborted) return;
    output.tell(`${styled("red", "✗")} ${(error as Error).message}\nThe last good deployment goes on.`);
    return;
  }
  const seconds = ((performance.now() - beganAt) / 1000).toFixed(1);
  output.say(`${styled("green", "✓")} Deployed again in ${seconds} s; balances and ledger are kept`);
}

/** Does something, and tells the occurrences that came of it, and the time. */
async function told(sandbox: Sandbox, output: Output, task: () => Promise<unknown>): Promise<void> {
  const before = sandbox.occurrences().length;
  await task();
  printOccurrences(output, sandbox, sandbox.occurrences().slice(before));
  output.say(styled("dim", `It is ${timeIn(sandbox.clock.now(), "UTC")}`));
}
