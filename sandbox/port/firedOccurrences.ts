import type { Journal, JournalEntry } from "../aws/types";
import type { DeclaredResource } from "../engine";
import { type DeclaredTrigger, objectIn, triggersOf } from "./triggersDeclared";

/** An occurrence of a trigger that came due, or that somebody let run. */
export interface FiredOccurrence {
  readonly trigger: string;
  readonly ruleId: string;
  /** ISO 8601, UTC, in whole seconds; undefined of an extra one and an event. */
  readonly scheduledTime: string | undefined;
  /** The text of an extra one. */
  readonly occurrence: string | undefined;
  /** The text of an event. */
  readonly event: string | undefined;
  /** When it fired first, milliseconds since the epoch. */
  readonly at: number;
  /** Why its schedule couldn't deliver it, if it never could. */
  undelivered: string | undefined;
  /** The function has said that it is outside the trigger's dates. */
  isLeftOut?: boolean;
}

/** Every occurrence so far, with the trigger as it was declared when it fired. */
export class FiredOccurrences {
  readonly all: FiredOccurrence[] = [];
  private readonly byKey = new Map<string, FiredOccurrence>();
  private readonly byTime = new Map<string, FiredOccurrence>();

  constructor(
    journal: Journal,
    private readonly resources: () => readonly DeclaredResource[],
  ) {
    journal.subscribe((entry) => this.note(entry));
  }

  /** Reads a line that a function wrote. Lines are forgotten after a while, and this isn't. */
  noteLine(message: string): void {
    if (!message.includes('"event":"occurrence.outsideDates"')) return;
    const { trigger, scheduledTime } = objectIn(message);
    const fired = this.byTime.get(timeKey(String(trigger), String(scheduledTime)));
    if (fired) fired.isLeftOut = true;
  }

  private note(entry: JournalEntry): void {
    if (entry.kind === "sandbox.fired" || entry.kind === "sandbox.runAgain") {
      const { at, trigger, ruleId, occurrence, scheduledTime, ofEvent } = entry as JournalEntry &
        Record<string, string>;
      const fired = { at, trigger, ruleId, occurrence, event: ofEvent, scheduledTime, undelivered: undefined };
      this.add(fired as FiredOccurrence);
      return;
    }
    if (!["scheduler.fired", "scheduler.failed", "scheduler.dropped"].includes(entry.kind)) return;
    const trigger = this.triggerOf(String(entry.schedule));
    if (!trigger) return;
    const scheduledTime = String(entry.scheduledTime).replace(/\.\d+Z$/, "Z");
    const fired = this.add({
      ...{ trigger: trigger.name, ruleId: trigger.ruleId, scheduledTime, at: entry.at },
      ...{ occurrence: undefined, event: undefined, undelivered: undefined },
    });
    fired.undelivered = entry.kind === "scheduler.fired" ? undefined : String(entry.reason);
  }

  /** A second delivery is the same occurrence. */
  private add(fired: FiredOccurrence): FiredOccurrence {
    const key = JSON.stringify([fired.trigger, fired.ruleId, fired.scheduledTime, fired.occurrence, fired.event]);
    const known = this.byKey.get(key);
    if (known) return known;
    this.byKey.set(key, fired);
    if (fired.scheduledTime !== undefined) this.byTime.set(timeKey(fired.trigger, fired.scheduledTime), fired);
    this.all.push(fired);
    return fired;
  }

  private triggerOf(schedule: string): DeclaredTrigger | undefined {
    return triggersOf(this.resources()).find((trigger) => trigger.schedule === schedule);
  }
}

/** Times are written with and without milliseconds. */
function timeKey(trigger: string, scheduledTime: string): string {
  return `${Date.parse(scheduledTime)} ${trigger}`;
}
