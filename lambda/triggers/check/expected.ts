import { createHash } from "node:crypto";
import { given } from "../../agreements/given";
import { ruleIdOf } from "../../agreements/ruleId";
import type { ScheduledSpec } from "../../agreements/triggerConfig";
import type { Schedule } from "../../schedule";

/** Which occurrences of which rule a trigger has. */
export interface Expected extends Schedule {
  readonly ruleId: string;
}

export function expectedOf({ ruleId, schedule }: ScheduledSpec): Expected {
  const { expression, timezone, startDate, endDate, everyWeeks, from, skipDates } = schedule;
  const dates = given({ startDate, endDate, everyWeeks, from, skipDates });
  return { ruleId: ruleIdOf(ruleId), expression, timezone, ...dates };
}

/** A short text that changes when something else is expected of a trigger. The sightings say whether it is switched on. */
export function expectationOf({ ruleId, schedule }: ScheduledSpec): string {
  const { name, expression, timezone, startDate, endDate } = schedule;
  // Not the days that are left out: when they change, the check goes on where it was, and looks at no day again.
  const expected = [ruleIdOf(ruleId), name, expression, timezone, startDate, endDate];
  return createHash("sha256").update(JSON.stringify(expected)).digest("hex").slice(0, 16);
}
