import type { Stream } from "../random";

/** Something that can go wrong at a boundary. `C` is what crosses it. */
export interface Fault<C> {
  /** What people call it, as part of `boundary: name`. */
  readonly name: string;
  /** How often it is chosen beside the others of its boundary. Defaults to 1. */
  readonly weight?: number;
  /** Whether it can be chosen for this crossing. Defaults to always. */
  readonly if?: (crossing: C) => boolean;
  /** It is counted when it calls `struck`, because what it waits for may never come. Otherwise it counts once it is chosen. */
  readonly waits?: boolean;
  /** What happens instead of the crossing. `run` does what would have happened without the fault. */
  strike(crossing: C, strike: Strike): unknown;
}

/** One fault that was chosen. */
interface Strike {
  /** What would have happened. */
  run(): unknown;
  /** Decides the fault's own details. */
  readonly random: Stream;
  /** Says that it has happened. */
  struck(): void;
}

/** A place where the program meets the world. Every crossing has a subject, mostly an occurrence. */
export interface Boundary<C> {
  readonly name: string;
  readonly faults: readonly Fault<C>[];
  /** The part of the run's fault rate that applies here: what is crossed ten times a delivery is struck less often. Defaults to 1. */
  readonly share?: number;
}

/** The name under which a fault is counted. */
export function titleOf(boundary: { readonly name: string }, fault: { readonly name: string }): string {
  return `${boundary.name}: ${fault.name}`;
}
