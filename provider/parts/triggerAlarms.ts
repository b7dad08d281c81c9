import type * as pulumi from "@pulumi/pulumi";
import { METRIC_NAMESPACE, triggerMetrics } from "../../lambda/agreements/metrics";
import type { AlarmSpec } from "./alarms";

/** What the alarms of scheduled triggers watch. */
export interface TriggerAlarmSources {
  readonly functionName: pulumi.Input<string>;
  readonly workQueueName: pulumi.Input<string>;
  readonly failureQueueName: pulumi.Input<string>;
  readonly scheduleGroupName: pulumi.Input<string>;
  /** Absent if every trigger has a schedule. */
  readonly events?: { readonly queueName: pulumi.Input<string>; readonly deadLetterQueueName: pulumi.Input<string> };
}

const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 60 * MINUTE_SECONDS;

const ofQueue = (name: pulumi.Input<string>) =>
  ({
    namespace: "AWS/SQS",
    metric: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: name },
  }) as const;

/**
 * What a person should hear of about scheduled triggers. There is no alarm for single errors, because a later try repairs them, and none
 * for what the function's own mails say better: what the daily check found, and that a rule is in test mode.
 */
export function triggerAlarms(sources: TriggerAlarmSources): AlarmSpec[] {
  const ofFunction = { dimensions: { FunctionName: sources.functionName } };
  const own = { namespace: METRIC_NAMESPACE, ...ofFunction } as const;
  const ofLambda = { namespace: "AWS/Lambda", ...ofFunction } as const;
  return [
    {
      ...own,
      part: "failed",
      metric: triggerMetrics.failed,
      description:
        "An occurrence was given up or missed, or a message was refused; there may be several. Each is in the failure queue, and a mail tells of it: they say what happened and whether the rule was executed. npx sequence-remote-api failures lists them, and runs what may be run again.",
    },
    {
      ...ofQueue(sources.failureQueueName),
      part: "failure-queue",
      statistic: "Maximum",
      tellsWhenOver: true,
      description:
        "The failure queue isn't empty. npx sequence-remote-api failures shows what each message is and what to do, also of one that AWS put there because Scheduler could not reach the work queue or the function could not start (docs/triggers.md has the same for the AWS CLI). Run or discard each: this alarm tells only of the first.",
    },
    {
      ...own,
      part: "message-error",
      metric: triggerMetrics.messageFailed,
      description:
        "The trigger function met an error that it has no answer to: message.failed in its log has it. The message comes back and is tried again by itself. If the error comes back, too, somebody has to remove its cause before AWS moves the message into the failure queue.",
    },
    {
      ...own,
      part: "mail-failed",
      metric: triggerMetrics.mailFailed,
      description:
        "A mail of the trigger function could not be sent, and it isn't sent again. mail.failed in the function's log has its subject and the reason, the lines before it have what happened; an occurrence that was given up is in the failure queue. Check that the topic, and its key if it has one of its own, let the function publish.",
    },
    {
      ...own,
      part: "paused",
      metric: triggerMetrics.paused,
      // An occurrence that waits comes back every 15 minutes at the latest.
      periodSeconds: HOUR_SECONDS,
      description:
        "The stop switch is on: an occurrence waits for its end, or the daily check found it on. No rule is triggered until somebody runs npx sequence-remote-api resume; docs/triggers.md has the same for the AWS CLI. What waits for longer than maxAgeMinutes is skipped, and the next daily check mails what that was.",
    },
    {
      ...own,
      part: "delayed",
      metric: triggerMetrics.ageSeconds,
      statistic: "Maximum",
      threshold: 30 * MINUTE_SECONDS,
      // Longer than the longest wait between two tries (a Retry-After of an hour). Otherwise the alarm would end between them.
      periodSeconds: 70 * MINUTE_SECONDS,
      tellsWhenOver: true,
      description:
        "An occurrence was not executed 30 minutes after its time, or after somebody asked for it by hand or sent its event. It goes on being tried by itself, and a mail tells if it is given up. The function's log says why it fails.",
    },
    {
      ...ofQueue(sources.workQueueName),
      part: "stuck",
      // The oldest message's age would be wrong here, because it grows while a message waits for its next try.
      statistic: "Minimum",
      forPeriods: 6,
      tellsWhenOver: true,
      description:
        "For 30 minutes there were always messages in the work queue that nobody took. Either the event source mapping is off or can't read the queue, or more is due than the function gets done, two messages at a time. npx sequence-remote-api doctor says how the mapping is.",
    },
    ...(sources.events ? eventAlarms(sources.events, own) : []),
    {
      namespace: "AWS/Scheduler",
      dimensions: { ScheduleGroup: sources.scheduleGroupName },
      part: "dropped",
      // Scheduler counts an occurrence here whether or not the dead-letter queue took it.
      metric: "InvocationDroppedCount",
      description:
        "EventBridge Scheduler gave up putting an occurrence into the work queue, so its rule is not triggered. npx sequence-remote-api failures finds it in the failure queue, and runs it. If it isn't there, Scheduler could reach neither, and the daily check will name it, with its command.",
    },
    {
      ...own,
      part: "heartbeat",
      metric: triggerMetrics.heartbeat,
      // 30 hours: a day, and six hours for a check that is late.
      periodSeconds: HOUR_SECONDS,
      missingForPeriods: 30,
      description:
        "The daily check has not been completed for more than a day, so nobody would notice a missed occurrence. npx sequence-remote-api doctor looks at its schedule and the work queue; the function's log has heartbeat.failed.",
    },
    {
      ...ofLambda,
      part: "errors",
      metric: "Errors",
      description:
        "The trigger function crashed, ran out of time, or can't start. A failed call is no error in this sense. Its message comes back after six minutes; look at the function's log, or deploy again.",
    },
    {
      ...ofLambda,
      part: "throttles",
      metric: "Throttles",
      description:
        "Lambda refused to run the trigger function because the account's concurrency is used up. The message comes back by itself. If this goes on, occurrences are late: raise the account's quota of concurrent executions, or stop what uses it up.",
    },
  ];
}

/** What goes wrong with events reaches the alarms above too, but for what AWS does with their queue. */
function eventAlarms(
  { queueName, deadLetterQueueName }: NonNullable<TriggerAlarmSources["events"]>,
  own: Pick<AlarmSpec, "dimensions"> & { readonly namespace: typeof METRIC_NAMESPACE },
): AlarmSpec[] {
  return [
    {
      ...own,
      part: "event-conflict",
      metric: triggerMetrics.eventConflict,
      description:
        "An event came that the ledger knows with another payload, so its rule was not triggered for it. Its sender has used one text for two events: event.conflict in the function's log has the text, and how the first one stands. If the second should happen too, send it under another text.",
    },
    {
      ...ofQueue(deadLetterQueueName),
      part: "event-dead-letters",
      statistic: "Maximum",
      tellsWhenOver: true,
      description:
        "The dead-letter queue of events isn't empty: AWS put an event there because the function failed on it too often, or could not start. npx sequence-remote-api failures says what the ledger knows of it, and runs it once the cause is gone, as a redrive into the event queue does. It is as its sender wrote it: run no command that it holds. This alarm tells only of the first.",
    },
    {
      ...ofQueue(queueName),
      part: "events-stuck",
      // As for the work queue: waiting for the next try isn't counted.
      statistic: "Minimum",
      forPeriods: 6,
      tellsWhenOver: true,
      description:
        "For 30 minutes there were always events that nobody took. Either the event source mapping of the event queue is off or can't read the queue, or more events come than the function gets done, two at a time. npx sequence-remote-api doctor says how the mapping is.",
    },
  ];
}
