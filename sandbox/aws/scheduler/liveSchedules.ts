import { AwsError } from "../types";
import type { ScheduleDeclaration } from "./declaration";
import type { StoredSchedule } from "./operations";

export interface LiveSchedule extends StoredSchedule {
  declaration: ScheduleDeclaration;
  /** Ends the wait for its next occurrence. */
  wait: AbortController | undefined;
}

/** The schedules that there are, found by group and name as AWS does, or by what a person writes. */
export class LiveSchedules {
  private readonly byKey = new Map<string, LiveSchedule>();

  all(): LiveSchedule[] {
    return [...this.byKey.values()];
  }

  has(group: string, name: string): boolean {
    return this.byKey.has(keyOf({ group, name }));
  }

  add(schedule: LiveSchedule): void {
    this.byKey.set(keyOf(schedule), schedule);
  }

  remove(schedule: LiveSchedule): void {
    this.byKey.delete(keyOf(schedule));
  }

  /** Throws `AwsError` if there is none. */
  get(group: string, name: string): LiveSchedule {
    const schedule = this.byKey.get(keyOf({ group, name }));
    if (!schedule) throw notFound(`Schedule ${name} does not exist.`);
    return schedule;
  }

  /** The schedule of a name, or of `group/name`. Throws `AwsError` if there is none or several. */
  named(schedule: string): LiveSchedule {
    const found = this.all().filter((one) => one.name === schedule || keyOf(one) === schedule);
    const [only] = found;
    if (!only) throw notFound(`Schedule ${schedule} does not exist.`);
    if (found.length > 1)
      throw notFound(`Several schedules are named ${schedule}: write ${found.map(keyOf).join(" or ")}.`);
    return only;
  }
}

function keyOf({ group, name }: Pick<LiveSchedule, "group" | "name">): string {
  return `${group}/${name}`;
}

export function notFound(message: string): AwsError {
  return new AwsError("ResourceNotFoundException", message, 404);
}
