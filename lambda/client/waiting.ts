import { setTimeout as delay } from "node:timers/promises";

/** The longest time that `setTimeout` takes. */
export const LONGEST_TIMEOUT_MS = 2_147_483_647;

/** Waits `ms` milliseconds. Rejects as soon as `signal` aborts. */
export type Sleep = (ms: number, signal?: AbortSignal) => Promise<unknown>;

export const sleep: Sleep = (ms, signal) => delay(ms, undefined, { signal });

/** Why a `TimeLimit` aborted, when it was the time. */
export class TimeLimitError extends Error {}

/** An abort signal that fires after some time, or when the caller's own signal does. `dispose` it when the work is over. */
export class TimeLimit {
  readonly signal: AbortSignal;
  /** The time was over before the caller ended the work. */
  timedOut = false;
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private readonly onOuterAbort = () => this.controller.abort(this.outer?.reason);

  constructor(
    limitMs: number,
    private readonly outer?: AbortSignal,
  ) {
    this.signal = this.controller.signal;
    this.timer = setTimeout(
      () => {
        this.timedOut = !this.signal.aborted;
        this.controller.abort(new TimeLimitError(`not done within ${Math.round(limitMs)} ms`));
      },
      Math.min(Math.max(1, limitMs), LONGEST_TIMEOUT_MS),
    );
    outer?.addEventListener("abort", this.onOuterAbort, { once: true });
    if (outer?.aborted) this.onOuterAbort();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.outer?.removeEventListener("abort", this.onOuterAbort);
  }
}

/**
 * `work`, or a rejection with the signal's reason if `work` ignores the signal. Work that heeds the signal gets the time to reject
 * with its own error first.
 */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const onAbort = () => setImmediate(() => reject(signal.reason));
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

/** `work`, or a rejection when it isn't done in time or the signal aborts. */
export async function withinTime<T>(
  limitMs: number,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const limit = new TimeLimit(limitMs, signal);
  try {
    return await orAborted(work(), limit.signal);
  } finally {
    limit.dispose();
  }
}

const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 8_000;

/** How long to wait after `attempts` tries: a random part of a limit that doubles with every try, up to eight seconds. */
export function backoffMs(attempts: number, random: () => number, firstMs = FIRST_BACKOFF_MS): number {
  return Math.round(random() * Math.min(LONGEST_BACKOFF_MS, firstMs * 2 ** (attempts - 1)));
}

/** A longer wait than this is taken for a mistake of the server. */
export const LONGEST_RETRY_AFTER_MS = 3_600_000;

/** RFC 9110 section 5.6.7, in its current and its two obsolete forms. */
const HTTP_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /;

/**
 * The wait that a `Retry-After` header asks for, in milliseconds from `now`: seconds or an HTTP date, at most one hour, 0 for
 * a date in the past. Undefined if there is none or it can't be read.
 */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  const value = header?.trim() ?? "";
  if (/^\d+(\.\d+)?$/.test(value)) return capped(Number(value) * 1000);
  if (!HTTP_DATE.test(value)) return undefined;
  // The asctime form names no zone; it is GMT like the others.
  const instant = Date.parse(value.endsWith("GMT") ? value : `${value} GMT`);
  return Number.isNaN(instant) ? undefined : capped(instant - now);
}

function capped(ms: number): number {
  return Math.min(Math.max(0, Math.ceil(ms)), LONGEST_RETRY_AFTER_MS);
}
