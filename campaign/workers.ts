import { availableParallelism } from "node:os";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { type Outcome, runWorld, type WorldRun } from "./run";

/** Runs worlds, one on each processor at a time. Each is alone in its thread, and so comes to the same as in any other order. */
export async function runWorlds(runs: readonly WorldRun[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    const worker = new Worker(__filename);
    for (let index = next++; index < runs.length; index = next++) {
      outcomes[index] = await new Promise<Outcome>((resolve, reject) => {
        worker.removeAllListeners();
        worker.once("message", resolve).once("error", reject);
        worker.postMessage(runs[index]);
      });
    }
    await worker.terminate();
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), runs.length) }, work));
  return outcomes;
}

/** What a thread of `runWorlds` does. */
export function serveWorlds(): boolean {
  if (isMainThread) return false;
  parentPort?.on("message", async (run: WorldRun) => {
    const { story: _, run: __, ...outcome } = await runWorld(run);
    parentPort?.postMessage(outcome);
  });
  return true;
}
