import { realpathSync } from "node:fs";
import { isMainThread } from "node:worker_threads";
import { UserError } from "./userError";

/**
 * Goes to the program's folder: programs name files relative to the folder that they are started in, and Pulumi starts them in their
 * own. The result goes back. Throws `UserError` in a worker thread that is somewhere else: it can't go anywhere.
 */
export function enter(folder: string): () => void {
  const before = process.cwd();
  if (realpathSync(before) === realpathSync(folder)) return () => {};
  if (!isMainThread)
    throw new UserError(
      `the sandbox runs in a worker thread, whose working directory is ${before} and can't be changed; it must be the program's, ${folder}: start the tests there, or in processes (vitest: pool "forks").`,
    );
  process.chdir(folder);
  return () => process.chdir(before);
}
