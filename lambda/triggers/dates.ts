import type { TriggerSpec } from "./config";

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
