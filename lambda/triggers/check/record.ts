import type { Expected } from "./expected";

/** What the daily checks have looked at so far. One item in the ledger's table. */
export interface CheckRecord {
  /** Counts the changes; every write is conditional on the version that it changes. */
  readonly version: number;
  /** When this ledger was checked for the first time. An earlier ledger may know of what was due before. ISO 8601, UTC. */
  readonly beganAt?: string;
  readonly watched: { readonly [trigger: string]: Watched };
  /** It was written in another table, from a backup of which this one was made. What happened since the backup isn't in it. */
  readonly isRestored?: boolean;
  /** What was expected before a trigger was renamed, changed or taken out, and has still to be looked at. */
  readonly ended?: readonly Ended[];
}

/** What the daily check knows of one trigger. */
export interface Watched {
  /** Stands for what is expected of the trigger. When it changes, the check starts anew. */
  readonly expects: string;
  /** Every occurrence until then is accounted for. ISO 8601, UTC. */
  readonly checkedUntil: string;
  /** How its schedule was when it was looked at, oldest first. */
  readonly seen?: readonly Sighting[];
  /** What was expected, for a look at it after a change. Absent in records of earlier versions. */
  readonly of?: Expected;
}

/** A trigger as it was before it was renamed, changed or taken out. */
export interface Ended {
  /** Its name then. */
  readonly trigger: string;
  readonly of: Expected;
  /** Every occurrence until then is accounted for. ISO 8601, UTC. */
  readonly checkedUntil: string;
  /** Nothing is expected of it after that. ISO 8601, UTC. */
  readonly until: string;
  readonly seen: readonly Sighting[];
}

/** How a trigger's schedule was, from its last change until the daily check looked at it. Times are ISO 8601, UTC. */
export interface Sighting {
  /** When it was made or last changed. */
  readonly since: string;
  /** When it was looked at. */
  readonly until: string;
  /** Whether it fired: it existed, and was switched on. */
  readonly on: boolean;
}

/** Scheduler may take a minute to act on a change. */
export const CHANGE_SLACK_MS = 2 * 60_000;

/** `seen` with what a look at the schedule shows; `schedule` is undefined if there is none. `expected` says whether it should fire. */
export function withSighting(
  seen: readonly Sighting[],
  schedule: { readonly enabled: boolean; readonly changedAt: number | undefined } | undefined,
  expected: boolean,
  lookedAt: number,
): Sighting[] {
  const last = seen.at(-1);
  const until = new Date(lookedAt).toISOString();
  const on = expected && schedule?.enabled === true;
  const stillMissing = schedule === undefined && last?.on === false;
  const since = stillMissing ? last.since : new Date(schedule?.changedAt ?? lookedAt).toISOString();
  const same = last?.since === since && last.on === on;
  return [...(same ? seen.slice(0, -1) : seen), { since, until, on }];
}

/** The part of `seen` that is needed for times after `checkedUntil`. */
export function stillNeeded(seen: readonly Sighting[], checkedUntil: number): Sighting[] {
  return seen.filter((_, i) => {
    const next = seen[i + 1];
    return next === undefined || Date.parse(next.until) > checkedUntil;
  });
}

/** Until when anything is known of the schedule; undefined if it was never seen. */
export function seenUntil(seen: readonly Sighting[]): number | undefined {
  const last = seen.at(-1);
  return last && Date.parse(last.until);
}

/**
 * How the schedule was at a time that is not after the last sighting.
 * - `on`: nothing changed between `since` and a look that found it switched on.
 * - `off`: switched off or missing when it was looked at, and still or possibly so at that time.
 * - `unclear`: it was changed after it had last been seen switched on, so it may have been switched off at that time.
 */
export type State =
  | { readonly is: "on"; readonly since: number }
  | { readonly is: "off" }
  | { readonly is: "unclear"; readonly changedAt: number };

export function stateAt(seen: readonly Sighting[], instant: number): State {
  const index = seen.findIndex(({ until }) => instant <= Date.parse(until));
  const sighting = seen[index];
  if (!sighting) throw new RangeError("nothing is known yet of this time");
  const since = Date.parse(sighting.since);
  if (instant >= since + CHANGE_SLACK_MS) return sighting.on ? { is: "on", since } : { is: "off" };
  // It was off before the change, so nothing was expected until then.
  if (seen[index - 1]?.on === false) return { is: "off" };
  return { is: "unclear", changedAt: since };
}
