import { availableParallelism } from "node:os";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { runAmounts } from "./amounts/run";
import { type Outcome, runWorld, type WorldRun } from "./run";

/** A world of its own. */
export type Job = { readonly world: WorldRun } | { readonly amounts: Parameters<typeof runAmounts>[0] };

/** Runs worlds, one on each processor at a time. Each is alone in its thread, and so comes to the same in any order. */
export async function runJobs(jobs: readonly Job[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    const worker = new Worker(__filename);
    for (let index = next++; index < jobs.length; index = next++) {
      outcomes[index] = await new Promise<Outcome>((resolve, reject) => {
        worker.removeAllListeners();
        worker.once("message", resolve).once("error", reject);
        worker.postMessage(jobs[index]);
      });
    }
    await worker.terminate();
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), jobs.length) }, work));
  return outcomes;
}

/** What a thread of `runJobs` does. Says whether this is one. */
export function serveJobs(): boolean {
  if (isMainThread) return false;
  parentPort?.on("message", async (job: Job) => {
    const { counts, faults, broken, fingerprint } = await ("world" in job
      ? runWorld(job.world)
      : runAmounts(job.amounts));
    parentPort?.postMessage({ counts, faults, broken, fingerprint });
  });
  return true;
}
