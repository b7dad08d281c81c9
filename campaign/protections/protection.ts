import type { QueueEvent } from "../../lambda/triggers/handler";
import type { TriggerDeps } from "../../lambda/triggers/ports";
import type { Counts } from "../count/counts";
import type { Mode } from "../modes";
import type { PlannedTrigger } from "../plan";
import type { Weakened } from "../world/stackOptions";

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
  /** What its triggers have. Defaults to neither calendars nor amounts that they wait for. */
  readonly triggers?: Partial<PlannedTrigger>;
  /** The deployment without it, if it is a setting. */
  readonly deployedWithout?: { readonly maxAgeMinutes?: number; readonly keyMemoryMinutes?: number };
  /** Whether the month's digest is mailed. Defaults to false. */
  readonly digest?: true;
  /** The part of its occurrences that are events. Defaults to none. */
  readonly eventShare?: number;
  /** What the function gets in place of a queue's event without it. */
  delivered?(event: QueueEvent, stack: Weakened): QueueEvent;
  /** The ports without it. */
  without?(deps: TriggerDeps, stack: Weakened): TriggerDeps;
}
