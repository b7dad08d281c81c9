import type { TriggerSpec } from "../../agreements/triggerConfig";
import { nextOccurrence } from "../../schedule";

/**
 * Whether an instant lies between a schedule's dates, both included. The function keeps to them, and EventBridge Scheduler isn't
 * told: it takes no date that has passed, so that what was deployed once could not be deployed again.
 */
export function liesWithinDates(
  { startDate, endDate }: Pick<TriggerSpec["schedule"], "startDate" | "endDate">,
  instantMs: number,
): boolean {
  if (startDate !== undefined && instantMs < Date.parse(startDate)) return false;
  return endDate === undefined || instantMs <= Date.parse(endDate);
}

/** Whether a schedule is due at this time, its dates considered. */
export function isOccurrence(schedule: TriggerSpec["schedule"], time: string): boolean {
  const instant = Date.parse(time);
  try {
    return nextOccurrence(schedule, instant - 1) === instant;
  } catch {
    return false;
  }
}
