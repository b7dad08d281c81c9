import { AsyncLocalStorage } from "node:async_hooks";

/** Is told why a promise failed that nobody waited for. */
type OnLeftBehind = (reason: unknown) => void;

const owners = new AsyncLocalStorage<OnLeftBehind>();

/** Runs `work`; a promise that it leaves behind, and that fails at any later time, is told to `onLeftBehind`. */
export function watchedFor<T>(onLeftBehind: OnLeftBehind, work: () => T): T {
  return owners.run(onLeftBehind, work);
}

/**
 * From now on a failed promise that watched work left behind doesn't reach Lambda's runtime, which would end the process and with it
 * whatever other request is under way. Any other one is a defect of ours, and reaches the runtime as before.
 */
export function keepLeftBehindFromRuntime(): void {
  const others = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", (reason, promise) => {
    const onLeftBehind = owners.getStore();
    if (onLeftBehind) return onLeftBehind(reason);
    // As Node does when nobody listens.
    if (others.length === 0) throw reason;
    for (const other of others) other.call(process, reason, promise);
  });
}
