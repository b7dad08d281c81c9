/** How long changes are gathered before the browsers hear of them, in milliseconds of real time. */
const GATHERED_MS = 150;

/** What the page is doing, one action after the other, and who hears of changes. */
export class Work {
  /** What is being done now. */
  busy: string | undefined;
  private last: Promise<unknown> = Promise.resolve();
  private readonly listeners = new Set<() => void>();
  private timer: NodeJS.Timeout | undefined;

  /** Runs the action once those before it are done: the clock can be moved by one at a time. */
  do<T>(busy: string, action: () => T | Promise<T>): Promise<T> {
    const run = async () => {
      this.busy = busy;
      this.changed();
      try {
        return await action();
      } finally {
        this.busy = undefined;
        this.changed();
      }
    };
    const done = this.last.then(run, run);
    this.last = done.catch(() => {});
    return done;
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  changed(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      for (const listener of [...this.listeners]) listener();
    }, GATHERED_MS).unref();
  }

  stop(): void {
    clearTimeout(this.timer);
    for (const listener of [...this.listeners]) listener();
    this.listeners.clear();
  }
}
