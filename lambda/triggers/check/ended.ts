import { ruleIdOf } from "../../agreements/ruleId";
import { isScheduled, type TriggerFunctionConfig } from "../../agreements/triggerConfig";
import { specOf } from "../lifecycle/request";
import type { DeployedSchedule } from "../ports";
import { expectationOf } from "./expected";
import { CHANGE_SLACK_MS, type CheckRecord, type Ended, seenUntil, type Watched, withSighting } from "./record";
import type { Deployed } from "./schedules";

/**
 * What was expected of triggers that have been renamed, changed or taken out since the last check. Whoever has the rule now is checked
 * from when its schedule was made or changed; what was due before that is checked here, by what was deployed then.
 *
 * `kept` are the triggers of which that can't be told yet, because the new schedule couldn't be read.
 */
export function newlyEnded(
  config: TriggerFunctionConfig,
  watched: CheckRecord["watched"],
  deployed: Deployed,
  lookedAt: number,
): { readonly ended: readonly Ended[]; readonly kept: Readonly<Record<string, Watched>> } {
  const ended: Ended[] = [];
  const kept: Record<string, Watched> = {};
  for (const [trigger, known] of Object.entries(watched)) {
    const spec = specOf(config, trigger);
    if (isScheduled(spec) && expectationOf(spec) === known.expects) continue;
    const schedule = spec ? deployed.get(trigger) : successorOf(config, known, deployed);
    if (schedule instanceof Error) kept[trigger] = known;
    else ended.push(...endOf(trigger, known, schedule, lookedAt));
  }
  return { ended, kept };
}

/** The schedule of the rule that was made or changed since it was last looked at: the trigger's under its new name. */
function successorOf(
  config: TriggerFunctionConfig,
  { of, seen = [] }: Watched,
  deployed: Deployed,
): DeployedSchedule | Error | undefined {
  const lastSeen = seenUntil(seen) ?? 0;
  const schedules = Object.entries(config.triggers)
    .filter(([, { ruleId }]) => ruleIdOf(ruleId) === of?.ruleId)
    .map(([trigger]) => deployed.get(trigger));
  const made = schedules.filter((one) => one && !(one instanceof Error) && (one.changedAt ?? 0) > lastSeen);
  return made[0] ?? schedules.find((one) => one instanceof Error);
}

function endOf(
  trigger: string,
  { of, checkedUntil, seen = [] }: Watched,
  schedule: DeployedSchedule | undefined,
  lookedAt: number,
): Ended[] {
  // A record of an earlier version of this program doesn't say what was expected.
  if (!of) return [];
  // Of a trigger that was taken out it is only certain until the last look that it was still wanted.
  const lastSeen = seenUntil(seen) ?? 0;
  const changedAt = schedule?.changedAt ?? 0;
  const until = changedAt > lastSeen ? changedAt + CHANGE_SLACK_MS : lastSeen;
  const sightings = changedAt > lastSeen ? withSighting(seen, schedule, true, Math.max(lookedAt, until)) : seen;
  if (until <= Date.parse(checkedUntil)) return [];
  return [{ trigger, of, checkedUntil, until: new Date(until).toISOString(), seen: sightings }];
}
