/** What everything in the sandbox that looks at the time or waits is given. */
export interface Clock {
  /** The sandbox's time, in milliseconds since the epoch. */
  now(): number;
  /** Resolves once the sandbox's time has reached `instant` (milliseconds since the epoch). Rejects when `signal` aborts. */
  sleepUntil(instant: number, signal?: AbortSignal): Promise<void>;
}

interface Sleeper {
  readonly due: number;
  wake(): void;
}

/** The longest delay that `setTimeout` takes; a longer wait is armed again. */
const LONGEST_TIMEOUT_MS = 2_147_483_647;

/**
 * The one clock of a sandbox. It starts at any time, runs at real speed, and can be moved forward. Then sleepers wake in the order of
 * their due times, and the work that one wake-up causes ends before the next: a year of schedules runs in its real order.
 */
export class SandboxClock implements Clock {
  /** To the time since this process began. Unlike the machine's clock that is never set, and stands still with timers while a laptop sleeps. */
  private offsetMs: number;
  private readonly sleepers = new Set<Sleeper>();
  private readonly busy = new Set<Promise<unknown>>();
  private timer: NodeJS.Timeout | undefined;
  private frozenAt: number | undefined;
  private pausedAt: number | undefined;
  private stopped = false;

  constructor(startAt: number = Date.now()) {
    this.offsetMs = startAt - performance.now();
  }

  now(): number {
    return this.frozenAt ?? this.pausedAt ?? Math.round(performance.now() + this.offsetMs);
  }

  /** How far the sandbox's time is ahead of the machine's, in milliseconds. */
  get offset(): number {
    return this.now() - Date.now();
  }

  sleepUntil(instant: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        this.sleepers.delete(sleeper);
        reject(signal?.reason);
      };
      const sleeper: Sleeper = {
        due: instant,
        wake: () => {
          this.sleepers.delete(sleeper);
          signal?.removeEventListener("abort", onAbort);
          resolve();
        },
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      this.sleepers.add(sleeper);
      this.arm();
    });
  }

  /** Returns `work`. `advanceTo` moves the clock no further until it has ended. */
  track<T>(work: Promise<T>): Promise<T> {
    const settled = work.then(
      () => {},
      () => {},
    );
    this.busy.add(settled);
    settled.finally(() => this.busy.delete(settled));
    return work;
  }

  /** Resolves once no tracked work is under way. */
  async settled(): Promise<void> {
    do {
      // A wake-up starts its work in a later turn of the event loop.
      await new Promise((resolve) => setImmediate(resolve));
      await Promise.all(this.busy);
    } while (this.busy.size > 0);
  }

  get isPaused(): boolean {
    return this.pausedAt !== undefined;
  }

  /** Stands still until `resume`, but for `advanceTo`. */
  pause(): void {
    this.pausedAt ??= this.now();
    clearTimeout(this.timer);
  }

  resume(): void {
    if (this.pausedAt === undefined) return;
    this.offsetMs = this.pausedAt - performance.now();
    this.pausedAt = undefined;
    this.arm();
  }

  /** Does the work with the clock standing still. */
  async whilePaused<T>(work: () => Promise<T>): Promise<T> {
    const wasPaused = this.isPaused;
    this.pause();
    try {
      return await work();
    } finally {
      if (!wasPaused) this.resume();
    }
  }

  /** Moves the sandbox's time to `instant`, waking everything due until then in order. Never moves back. */
  async advanceTo(instant: number): Promise<void> {
    if (this.frozenAt !== undefined) throw new Error("the clock is being advanced already: await the first advanceTo");
    this.frozenAt = this.now();
    try {
      await this.settled();
      for (let next = this.earliest(); next && next.due <= instant && !this.stopped; next = this.earliest()) {
        this.frozenAt = Math.max(this.frozenAt, next.due);
        next.wake();
        await this.settled();
      }
      this.frozenAt = Math.max(this.frozenAt, instant);
    } finally {
      this.offsetMs = this.frozenAt - performance.now();
      if (this.pausedAt !== undefined) this.pausedAt = this.frozenAt;
      this.frozenAt = undefined;
      this.arm();
    }
  }

  /** Lets the process end; whatever still sleeps never wakes. */
  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    this.sleepers.clear();
  }

  get isStopped(): boolean {
    return this.stopped;
  }

  private earliest(): Sleeper | undefined {
    let first: Sleeper | undefined;
    for (const sleeper of this.sleepers) if (!first || sleeper.due < first.due) first = sleeper;
    return first;
  }

  private arm(): void {
    clearTimeout(this.timer);
    const next = this.earliest();
    if (!next || this.stopped || this.frozenAt !== undefined || this.pausedAt !== undefined) return;
    const delay = Math.min(Math.max(0, next.due - this.now()), LONGEST_TIMEOUT_MS);
    this.timer = setTimeout(() => {
      const now = this.now();
      for (const sleeper of [...this.sleepers].sort((a, b) => a.due - b.due)) if (sleeper.due <= now) sleeper.wake();
      this.arm();
    }, delay);
  }
}
