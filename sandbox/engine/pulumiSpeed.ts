// Replaces slow parts of @pulumi/pulumi that a run in the sandbox doesn't need. Without this file everything works, a second later.

/**
 * Pulumi loads these with its index, and uses them only to make code of a closure. They take more than half of its loading time. The
 * second is Pulumi's own copy of TypeScript, which it takes if there is no other.
 */
const CLOSURE_TOOLS = ["typescript", "./vendor/typescript@3.8.3/typescript.js", "@npmcli/arborist"];

/**
 * The files of the closure tools that Pulumi would load.
 *
 * @param loadFromPulumi `require` as in the folder of Pulumi's index.
 */
export function closureTools(loadFromPulumi: NodeJS.Require): string[] {
  return CLOSURE_TOOLS.flatMap((module) => {
    try {
      return loadFromPulumi.resolve(module);
    } catch {
      return [];
    }
  });
}

/** While `work` loads Pulumi, each of its closure tools is a stand-in, which loads the real one when it is first used. */
export function deferringClosureTools<T>(loadFromPulumi: NodeJS.Require, work: () => T): T {
  const { cache } = loadFromPulumi;
  const deferred = closureTools(loadFromPulumi).filter((file) => !cache[file]);
  for (const file of deferred) {
    // Pulumi's imports take an ES module as it is. Of any other they would copy all names, and so load the real one.
    const standIn = new Proxy({}, { get: (_, name) => name === "__esModule" || loadFromPulumi(file)[name] });
    cache[file] = { exports: standIn, loaded: true } as NodeJS.Module;
  }
  try {
    return work();
  } finally {
    // From now on whoever loads one of them gets the real one.
    for (const file of deferred) delete cache[file];
  }
}

export interface Debuggable {
  debuggablePromise: ((...args: unknown[]) => unknown) & { readonly recordsNoStack?: boolean };
}

/**
 * Pulumi's runtime records a stack trace with each promise, thousands in a deployment, and reads it only to debug promises that are
 * left behind. It records where each resource is made for the engine, which the sandbox doesn't tell. With source maps on, as tsx has
 * them, stack traces take three quarters of a deployment's time.
 *
 * If a later Pulumi doesn't let these functions be replaced, deployments are slower; nothing else changes.
 */
export function recordNoStacks(sdk: { readonly Resource: object }, debuggable: Debuggable): void {
  const { debuggablePromise } = debuggable;
  if (process.env.PULUMI_DEBUG_PROMISE_LEAKS || debuggablePromise.recordsNoStack) return;
  const recordingNoStack = (...args: unknown[]) => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(...args);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  };
  Reflect.set(debuggable, "debuggablePromise", Object.assign(recordingNoStack, { recordsNoStack: true }));
  Reflect.set(sdk.Resource, "callsites", () => []);
}
