/**
 * Something that is read for requests that run at the same time: they share one read, and once all of them are answered it
 * is aborted and forgotten. A read may not outlive them, because AWS freezes the process between requests: its answer,
 * arriving in the next one, could be hours old.
 */
export class SharedRead<T> {
  private requests = 0;
  private current: { readonly value: Promise<T>; readonly controller: AbortController } | undefined;

  constructor(private readonly read: (signal: AbortSignal, deadlineMs: number) => Promise<T>) {}

  /** Runs `work`, which may read until it ends. `deadlineMs` is how long a read that it begins may take. */
  async during<R>(deadlineMs: number, work: (read: () => Promise<T>) => Promise<R>): Promise<R> {
    this.requests++;
    let ended = false;
    try {
      return await work(async () => {
        if (ended) throw new Error("the request has been answered: it reads nothing any more");
        return this.join(deadlineMs);
      });
    } finally {
      ended = true;
      this.requests--;
      if (this.requests === 0) this.forget();
    }
  }

  private join(deadlineMs: number): Promise<T> {
    if (!this.current) {
      const controller = new AbortController();
      const current = { controller, value: this.read(controller.signal, deadlineMs) };
      this.current = current;
      const settled = () => {
        if (this.current === current) this.current = undefined;
      };
      current.value.then(settled, settled);
    }
    return this.current.value;
  }

  private forget(): void {
    this.current?.controller.abort();
    this.current = undefined;
  }
}
