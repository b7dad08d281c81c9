import type { TriggerDeps } from "../../lambda/triggers/ports";
import type { Counts } from "../count";
import type { Mode } from "../modes";
import type { Stack } from "../world/stack";

/** Something that keeps the program's promises, and how to take it away. */
export interface Protection {
  readonly name: string;
  /** Which count shows that it is gone. */
  readonly shownBy: keyof Counts;
  /** Its own faults and circumstances: what it is there for. */
  readonly faults: readonly string[];
  readonly mode: Partial<Mode>;
  readonly maxAgeMinutes: number;
  readonly keyMemoryMinutes?: number;
  /** The deployment without it, if it is a setting. */
  readonly deployedWithout?: { readonly maxAgeMinutes?: number; readonly keyMemoryMinutes?: number };
  /** The ports without it. */
  without?(deps: TriggerDeps, stack: Stack): TriggerDeps;
}
