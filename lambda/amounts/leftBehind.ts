import { AsyncLocalStorage } from "node:async_hooks";

/** Called with the reason when a promise fails that nobody awaits. */
type OnLeftBehind = (reason: unknown) => void;

const owners = new AsyncLocalStorage<OnLeftBehind>();

/** Runs `work`. If a promise that `work` didn't await fails at any later time, `onLeftBehind` is called. */
export function watchedFor<T>(onLeftBehind: OnLeftBehind, work: () => T): T {
  return owners.run(onLeftBehind, work);
}

/**
 * From now on, unawaited promises of watched work don't reach Lambda's runtime when they fail: the runtime would end the process and
 * every other request in it. Any other unhandled rejection is a defect of ours and reaches the runtime as before.
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
