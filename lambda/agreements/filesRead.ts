const KEY = Symbol.for("sequence-remote-api.filesRead");

/**
 * The files that a deployment read and Node.js didn't load, by absolute path: those of `amountsModule`. The sandbox watches them. They
 * are the process's, because the program and the sandbox may each have a copy of this package.
 */
export function filesRead(): Set<string> {
  const shared = globalThis as { [KEY]?: Set<string> };
  shared[KEY] ??= new Set();
  return shared[KEY];
}
