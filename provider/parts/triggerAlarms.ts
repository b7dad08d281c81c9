import type * as pulumi from "@pulumi/pulumi";
import { type AlarmSpec, OWN_METRICS } from "./alarms";

/** What the alarms of scheduled triggers watch. */
export interface TriggerAlarmSources {
  readonly functionName: pulumi.Input<string>;
  readonly workQueueName: pulumi.Input<string>;
  readonly failureQueueName: pulumi.Input<string>;
  readonly scheduleGroupName: pulumi.Input<string>;
}

const HOUR_SECONDS = 3600;

/** What a person should hear of about scheduled triggers. Single errors that a later try repairs are not in it. */
export function triggerAlarms(sources: TriggerAlarmSources): AlarmSpec[] {
  const ofFunction = { dimensions: { FunctionName: sources.functionName } };
  const ofGroup = { namespace: "AWS/Scheduler", dimensions: { ScheduleGroup: sources.scheduleGroupName } };
  return [
    {
      part: "failed",
      namespace: "AWS/SQS",
      metric: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: sources.failureQueueName },
      statistic: "Maximum",
      tellsWhenOver: true,
      description:
        "The failure queue holds an occurrence that was given up. Read its message: it says what happened, whether the rule was executed, and the command that runs it again. Delete the message when it is dealt with.",
    },
    {
      part: "delayed",
      namespace: OWN_METRICS,
      metric: "OccurrenceAgeSeconds",
      ...ofFunction,
      statistic: "Maximum",
      threshold: 30 * 60,
      // Longer than the longest wait between two tries, or it would be over between them.
      periodSeconds: 30 * 60,
      tellsWhenOver: true,
      description:
        "An occurrence has been tried for more than 30 minutes without success. It goes on being tried; the function's log says why it fails.",
    },
    {
      part: "stuck",
      namespace: "AWS/SQS",
      metric: "ApproximateAgeOfOldestMessage",
      dimensions: { QueueName: sources.workQueueName },
      statistic: "Maximum",
      threshold: 30 * 60,
      tellsWhenOver: true,
      description:
        "A message has been in the work queue for more than 30 minutes and was never taken: the event source mapping is off, or Lambda can't read the queue.",
    },
    {
      ...ofGroup,
      part: "dropped",
      metric: "InvocationDroppedCount",
      description:
        "EventBridge Scheduler gave up putting an occurrence into the work queue. It is in the failure queue if Scheduler could reach that.",
    },
    {
      ...ofGroup,
      part: "lost",
      metric: "InvocationsFailedToBeSentToDeadLetterCount",
      description:
        "EventBridge Scheduler could put an occurrence neither into the work queue nor into the failure queue. The daily check will name it; see docs/triggers.md for how to run it by hand.",
    },
    {
      part: "heartbeat",
      namespace: OWN_METRICS,
      metric: "Heartbeat",
      ...ofFunction,
      // A day, and six hours for a check that was late.
      periodSeconds: HOUR_SECONDS,
      missingForPeriods: 30,
      description:
        "The daily check has not run for more than a day, so nobody would notice a missed occurrence. Look at the heartbeat schedule, the work queue and the function's log.",
    },
    {
      part: "check",
      namespace: OWN_METRICS,
      metric: "HeartbeatProblem",
      ...ofFunction,
      description:
        "The daily check found something wrong: a secret that isn't filled, a schedule that is missing, disabled, changed or can't be read, or occurrences that it could not look at. The mail that it sent says which.",
    },
    {
      part: "missed",
      namespace: OWN_METRICS,
      metric: "OccurrenceMissed",
      ...ofFunction,
      description:
        "The daily check found an occurrence that should have run and didn't. The mail that it sent names it, with the command that runs it now.",
    },
    {
      part: "test-mode",
      namespace: OWN_METRICS,
      metric: "TriggerTestMode",
      ...ofFunction,
      description:
        "A rule answered that it is in test mode: it was triggered, but no money moves. Take it out of test mode in Sequence.",
    },
    {
      part: "errors",
      namespace: "AWS/Lambda",
      metric: "Errors",
      ...ofFunction,
      description:
        "The trigger function crashed, ran out of time, or can't start. A failed call is no error in this sense. Its message comes back every six minutes; look at the function's log, or deploy again.",
    },
    {
      part: "throttles",
      namespace: "AWS/Lambda",
      metric: "Throttles",
      ...ofFunction,
      description:
        "Lambda refused to run the trigger function because the account's concurrency is used up. The messages stay in the queue and are tried again.",
    },
  ];
}
