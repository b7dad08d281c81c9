import { scheduledTriggers } from "../../../lambda/agreements/triggerConfig";
import { nextOccurrence } from "../../../lambda/schedule";
import { awsSchedules } from "../../../lambda/triggers/aws/scheduler";
import { type Deployed, OWN_SCHEDULE, scheduleProblems } from "../../../lambda/triggers/check/schedules";
import { timeIn } from "../../format";
import type { LiveStack, LiveTriggers } from "../find/live";
import { type Finding, fine, looked, note, wrong } from "./finding";

const ABOUT = "schedules";

/** Each schedule is as it was deployed, and when it is due next. */
export async function scheduleFindings(stack: LiveStack): Promise<Finding[]> {
  const { triggers } = stack;
  if (!triggers) return [];
  return looked(ABOUT, async () => {
    const problems = scheduleProblems({ config: triggers.config }, await deployedSchedules(stack, triggers));
    return [...problems.map((problem) => wrong(ABOUT, problem)), ...occurrences(stack, triggers)];
  });
}

/** As Scheduler has them. Throws the first error that isn't a missing schedule. */
async function deployedSchedules({ clients }: LiveStack, { scheduleGroup, config }: LiveTriggers): Promise<Deployed> {
  const reader = awsSchedules(scheduleGroup, async () => clients.scheduler);
  const names = scheduledTriggers(config).map(([trigger, { schedule }]) => [trigger, schedule.name] as const);
  const { heartbeatScheduleName: own } = config;
  const all = own === undefined ? names : [...names, [OWN_SCHEDULE, own] as const];
  return new Map(await Promise.all(all.map(async ([trigger, name]) => [trigger, await reader.get(name)] as const)));
}

function occurrences(stack: LiveStack, { config }: LiveTriggers): Finding[] {
  return scheduledTriggers(config).map(([trigger, { schedule }]) => {
    const about = `trigger ${trigger}`;
    if (!schedule.enabled) return note(about, "is disabled in the program, so it never runs");
    const next = nextOccurrence(schedule, stack.now());
    return next === undefined
      ? note(about, "never runs again: look at its endDate and at the year of its schedule")
      : fine(about, `is due next on ${timeIn(next, schedule.timezone)}`);
  });
}
