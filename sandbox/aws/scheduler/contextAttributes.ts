import { utcSeconds } from "../../../lambda/agreements/instant";

/** What Scheduler knows of an attempted invocation. */
export interface ContextAttributes {
  readonly scheduleArn: string;
  /** Milliseconds since the epoch. */
  readonly scheduledTime: number;
  readonly executionId: string;
  /** From 1. */
  readonly attemptNumber: number;
}

/**
 * The input with its context attributes filled in, or Scheduler's own message if there is no input
 * (https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html).
 */
export function messageOf(input: string | undefined, attributes: ContextAttributes): string {
  return input === undefined ? standardMessage(attributes) : filledIn(input, attributes);
}

function filledIn(input: string, attributes: ContextAttributes): string {
  const values: Readonly<Record<string, string>> = {
    "<aws.scheduler.schedule-arn>": attributes.scheduleArn,
    "<aws.scheduler.scheduled-time>": utcSeconds(attributes.scheduledTime),
    "<aws.scheduler.execution-id>": attributes.executionId,
    "<aws.scheduler.attempt-number>": String(attributes.attemptNumber),
  };
  return input.replace(/<aws\.scheduler\.[a-z-]+>/g, (attribute) => values[attribute] ?? attribute);
}

function standardMessage({ scheduleArn, scheduledTime, executionId }: ContextAttributes): string {
  const [, , , region, account] = scheduleArn.split(":");
  return JSON.stringify({
    version: "0",
    id: executionId,
    "detail-type": "Scheduled Event",
    source: "aws.scheduler",
    account,
    time: utcSeconds(scheduledTime),
    region,
    resources: [scheduleArn],
    detail: "{}",
  });
}
