import type { Sighting } from "./sightings";

/** How far the daily check has come. One item in the ledger's table. */
export interface CheckRecord {
  /** Counts the changes; every write is conditional on the version that it changes. */
  readonly version: number;
  /** When this ledger was checked for the first time: an occurrence before may be known to a ledger that it replaced. ISO 8601, UTC. */
  readonly beganAt?: string;
  readonly watched: { readonly [trigger: string]: Watched };
}

/** What the daily check knows of one trigger. */
export interface Watched {
  /** What is expected of it: a change of rule or schedule starts anew. */
  readonly expects: string;
  /** Every occurrence until then is accounted for. ISO 8601, UTC. */
  readonly checkedUntil: string;
  /** How its schedule was when it was looked at, oldest first. */
  readonly seen?: readonly Sighting[];
}
