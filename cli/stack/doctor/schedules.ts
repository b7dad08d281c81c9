import { GetScheduleCommand } from "@aws-sdk/client-scheduler";
import { scheduledTriggers } from "../../../lambda/agreements/triggerConfig";
import { nextOccurrence } from "../../../lambda/schedule";
import { awsSchedules } from "../../../lambda/triggers/aws/scheduler";
import { type Deployed, OWN_SCHEDULE, scheduleProblems } from "../../../lambda/triggers/check/schedules";
import { timeIn } from "../../format";
import { ifThere } from "../aws/explain";
import type { LiveStack, LiveTriggers } from "../find/live";
import type { Recorded } from "../find/recorded";
import { DEPLOY_AGAIN, differences, type Finding, fine, looked, note, wrong } from "./finding";

const ABOUT = "schedules";

/** Each schedule is as it was deployed, and when it is due next. */
export async function scheduleFindings(stack: LiveStack): Promise<Finding[]> {
  const { triggers } = stack;
  if (!triggers) return [];
  return looked(ABOUT, async () => {
    const problems = scheduleProblems({ config: triggers.config }, await deployedSchedules(stack, triggers));
    const declared = stack.declared("aws:scheduler/schedule:Schedule");
    const targets = await Promise.all(declared.map((schedule) => targetFindings(stack, schedule)));
    return [...problems.map((problem) => wrong(ABOUT, problem)), ...targets.flat(), ...occurrences(stack, triggers)];
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

/** It sends to the work queue, as the role that may, and what it can't send goes to the failure queue. */
async function targetFindings({ clients }: LiveStack, { inputs }: Recorded): Promise<Finding[]> {
  const [GroupName, Name] = [String(inputs.groupName), String(inputs.name)];
  // That it is gone is told with what differs from the function's own list.
  const live = await ifThere(clients.scheduler.send(new GetScheduleCommand({ GroupName, Name })));
  const target = Object(inputs.target);
  const { Arn, RoleArn, DeadLetterConfig, RetryPolicy } = live?.Target ?? {};
  const changes = differences([
    ["another queue to send to", target.arn, Arn],
    ["another role", target.roleArn, RoleArn],
    [
      "another dead-letter queue, so that what it can't send is lost",
      Object(target.deadLetterConfig).arn,
      DeadLetterConfig?.Arn,
    ],
    ["another number of tries", Object(target.retryPolicy).maximumRetryAttempts, RetryPolicy?.MaximumRetryAttempts],
    [
      "another time for tries",
      Object(target.retryPolicy).maximumEventAgeInSeconds,
      RetryPolicy?.MaximumEventAgeInSeconds,
    ],
    ["a flexible time", Object(inputs.flexibleTimeWindow).mode, live?.FlexibleTimeWindow?.Mode],
  ]);
  if (!live || changes.length === 0) return [];
  return [wrong(ABOUT, `The schedule "${Name}" isn't what was deployed: it has ${changes.join(", ")}`, DEPLOY_AGAIN)];
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
