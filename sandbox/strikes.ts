import type { Clock } from "./clock";

/** Which of the matching calls something strikes. */
export interface StrikeLimits {
  /** The first call that it strikes, counted from 1 among the matching calls from now on. Defaults to 1. */
  readonly nth?: number;
  /** How many matching calls it can strike. Defaults to 1; with `forSeconds` or `chance`, to all of them. */
  readonly times?: number;
  /** It ends after this many seconds of the sandbox's time. */
  readonly forSeconds?: number;
  /** How likely it strikes a call, above 0 and at most 1. Defaults to 1. */
  readonly chance?: number;
}

/** The names of the limits. */
export const STRIKE_LIMITS = [
  "nth",
  "times",
  "forSeconds",
  "chance",
] as const satisfies readonly (keyof StrikeLimits)[];

/** Counts the calls that match, and says which of them are struck. */
class Strikes {
  struck = 0;
  private seen = 0;
  private readonly endsAt: number;
  private readonly last: number;

  /** Throws an error if a limit is out of its range. `now` is the sandbox's time in milliseconds. */
  constructor(
    private readonly limits: StrikeLimits,
    now: number,
    private readonly random: () => number = Math.random,
  ) {
    const { nth = 1, times, forSeconds, chance } = limits;
    for (const count of [nth, times ?? 1])
      if (!(count >= 1)) throw new Error(`nth and times of a fault count from 1; one of them is ${count}.`);
    if (forSeconds !== undefined && !(forSeconds > 0))
      throw new Error(`forSeconds of a fault is ${forSeconds}; it must be above 0.`);
    if (chance !== undefined && !(chance > 0 && chance <= 1))
      throw new Error(`chance of a fault is ${chance}; it must be above 0 and at most 1.`);
    this.endsAt = forSeconds === undefined ? Number.POSITIVE_INFINITY : now + forSeconds * 1000;
    const unlimited = forSeconds !== undefined || chance !== undefined ? Number.POSITIVE_INFINITY : 1;
    this.last = nth + (times ?? unlimited) - 1;
  }

  /** Counts a matching call, and says whether it is one to strike. Whoever strikes adds to `struck`. */
  next(now: number): boolean {
    if (this.isOver(now)) return false;
    this.seen++;
    const { nth = 1, chance = 1 } = this.limits;
    return this.seen >= nth && (chance === 1 || this.random() < chance);
  }

  /** It strikes no more. */
  isOver(now: number): boolean {
    return this.seen >= this.last || now >= this.endsAt;
  }
}

interface Entry<T> {
  readonly what: T;
  readonly strikes: Strikes;
}

/** What goes wrong at present, what was begun first first. */
export class ActiveStrikes<T extends StrikeLimits> {
  private readonly active = new Set<Entry<T>>();

  constructor(private readonly clock: Pick<Clock, "now">) {}

  /** Throws an error if a limit is out of its range. */
  begin(what: T): { readonly struck: number; clear(): void } {
    const strikes = new Strikes(what, this.clock.now());
    const entry: Entry<T> = { what, strikes };
    this.active.add(entry);
    return {
      get struck() {
        return strikes.struck;
      },
      clear: () => this.active.delete(entry),
    };
  }

  clear(): void {
    this.active.clear();
  }

  /** What may strike yet. */
  list(): { readonly what: T; readonly struck: number }[] {
    this.forgetOver();
    return [...this.active].map(({ what, strikes }) => ({ what, struck: strikes.struck }));
  }

  /** Those of an earlier deployment go on, with what they have counted. */
  takeOver(earlier: ActiveStrikes<T>): void {
    for (const entry of earlier.active) this.active.add(entry);
  }

  /** What strikes this call, if anything. What was begun first goes first, and all that match count the call. */
  next(matches: (what: T) => boolean): T | undefined {
    let striking: Entry<T> | undefined;
    for (const entry of this.active)
      if (matches(entry.what) && entry.strikes.next(this.clock.now())) striking ??= entry;
    this.forgetOver();
    if (striking) striking.strikes.struck++;
    return striking?.what;
  }

  private forgetOver(): void {
    for (const entry of this.active) if (entry.strikes.isOver(this.clock.now())) this.active.delete(entry);
  }
}
