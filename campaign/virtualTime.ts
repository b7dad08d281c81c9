import FakeTimers from "@sinonjs/fake-timers";

const realSetImmediate = setImmediate;
/** A longer timer fires at once, as in Node. */
const LONGEST_TIMEOUT_MS = 2_147_483_647;
const RealDate = Date;
const realStackTraceLimit = Error.stackTraceLimit;
const realAbortSignalTimeout = AbortSignal.timeout;
const NEVER = new AbortController().signal;

/**
 * Time that passes only when nothing is left to do. While it is installed, `Date`, timers and `performance` of the whole process
 * follow it: the handlers, the client and the sandbox run as they are.
 */
export class VirtualTime {
  private isStopped = false;

  private constructor(private readonly clock: ReturnType<typeof FakeTimers.install>) {}

  static install(startAt: number): VirtualTime {
    const clock = FakeTimers.install({
      now: startAt,
      toFake: [
        "setTimeout",
        "clearTimeout",
        "setInterval",
        "clearInterval",
        "setImmediate",
        "clearImmediate",
        "performance",
      ],
    });
    // Node's own counts in real time. The adapters give each call of AWS four seconds by it, which the faults of the services keep to.
    AbortSignal.timeout = () => NEVER;
    globalThis.Date = dateOf(() => clock.now);
    // Logs say where an error comes from. That is another place wherever the campaign lies, and the same seed must give the same bytes.
    Error.stackTraceLimit = 0;
    return new VirtualTime(clock);
  }

  uninstall(): void {
    this.clock.uninstall();
    globalThis.Date = RealDate;
    Error.stackTraceLimit = realStackTraceLimit;
    AbortSignal.timeout = realAbortSignalTimeout;
  }

  /** No time passes any more. */
  stop(): void {
    this.isStopped = true;
  }

  /** Lets everything happen that is due until `instant`, each thing to its end before the next. */
  async runUntil(instant: number): Promise<void> {
    while (Date.now() < instant && !this.isStopped) {
      let reached = false;
      const mark = () => {
        reached = true;
      };
      setTimeout(mark, Math.min(instant - Date.now(), LONGEST_TIMEOUT_MS));
      await settled();
      while (!reached && !this.isStopped) {
        this.clock.next();
        await settled();
      }
    }
  }
}

/** `Date` by another clock. The timers' own makes each of a run's millions of dates many times as slow. */
function dateOf(now: () => number): DateConstructor {
  function VirtualDate(...args: unknown[]): Date {
    return args.length === 0 ? new RealDate(now()) : new RealDate(...(args as [number]));
  }
  const { prototype, parse, UTC } = RealDate;
  return Object.assign(VirtualDate, { prototype, parse, UTC, now }) as unknown as DateConstructor;
}

/** Resolves once every promise that can go on has gone on: nothing in a run waits for anything but promises and virtual time. */
function settled(): Promise<void> {
  return new Promise((resolve) => realSetImmediate(resolve));
}

/** Waits in virtual time. */
export function pass(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The same, for as long as it takes. */
export async function passUntil(instant: number): Promise<void> {
  while (Date.now() < instant) await pass(Math.min(instant - Date.now(), LONGEST_TIMEOUT_MS));
}
