import { createHash } from "node:crypto";
import { ruleIdOf } from "../../agreements/ruleId";
import type { TriggerSpec } from "../../agreements/triggerConfig";

/** Which occurrences of which rule a trigger has. */
export interface Expected {
  readonly ruleId: string;
  readonly expression: string;
  readonly timezone: string;
  readonly startDate?: string;
  readonly endDate?: string;
}

export function expectedOf({ ruleId, schedule }: TriggerSpec): Expected {
  const { expression, timezone, startDate, endDate } = schedule;
  return {
    ruleId: ruleIdOf(ruleId),
    expression,
    timezone,
    ...(startDate === undefined ? {} : { startDate }),
    ...(endDate === undefined ? {} : { endDate }),
  };
}

/** A short text that changes when something else is expected of a trigger. The sightings say whether it is switched on. */
export function expectationOf({ ruleId, schedule }: TriggerSpec): string {
  const { name, expression, timezone, startDate, endDate } = schedule;
  const expected = [ruleIdOf(ruleId), name, expression, timezone, startDate, endDate];
  return createHash("sha256").update(JSON.stringify(expected)).digest("hex").slice(0, 16);
}
