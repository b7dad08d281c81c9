import { nextOccurrence, type Schedule } from "../schedule";

/** Whether the schedule has an occurrence at that time (ISO 8601, whole seconds). A schedule that can't be read has none. */
export function isScheduled(schedule: Schedule, time: string): boolean {
  const instant = Date.parse(time);
  try {
    return nextOccurrence(schedule, instant - 1) === instant;
  } catch {
    return false;
  }
}
