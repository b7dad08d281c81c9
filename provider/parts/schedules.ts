import * as iam from "@pulumi/aws/iam";
import * as scheduler from "@pulumi/aws/scheduler";
import * as pulumi from "@pulumi/pulumi";
import { heartbeatMessage, scheduledMessage } from "../../lambda/agreements/workMessage";
import { HEARTBEAT_NAME } from "../plan/names";
import { scheduledPlans, type TriggersPlan } from "../plan/triggers";
import { applyIfMade } from "./applyIfMade";
import { policyDocument, trustOf } from "./function";
import { childName } from "./names";
import type { QueueParts } from "./queues";

/** Once a day, at a minute when little else runs. */
const HEARTBEAT_CRON = "cron(17 7 * * ? *)";

export interface ScheduleOptions {
  readonly group: scheduler.ScheduleGroup;
  readonly queues: QueueParts;
  /** Made before the schedules: a schedule that fired earlier would meet a function that doesn't know its trigger yet. */
  readonly consumers: readonly pulumi.Resource[];
}

/** Made first, because the function's rights name the group. Each component has its own, because Scheduler's metrics are per group. */
export function makeScheduleGroup(
  component: string,
  tags: pulumi.Input<Record<string, string>> | undefined,
  opts: pulumi.CustomResourceOptions,
): scheduler.ScheduleGroup {
  return new scheduler.ScheduleGroup(childName(component, "schedules"), { tags: tags && filled(tags) }, opts);
}

/** Scheduler alone takes no tag without a value: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Tag.html */
function filled(tags: pulumi.Input<Record<string, string>>): pulumi.Output<Record<string, string>> {
  return applyIfMade(pulumi.output(tags), (known) =>
    Object.fromEntries(Object.entries(known).filter(([, value]) => value !== "")),
  );
}

/** A schedule for each trigger that has one, and the daily check's, all of which may only put messages into the two queues. */
export function makeSchedules(
  component: string,
  plan: TriggersPlan,
  { group, queues, consumers }: ScheduleOptions,
  opts: pulumi.CustomResourceOptions,
): void {
  const { tags } = plan;
  const role = new iam.Role(
    childName(component, "scheduler-role"),
    {
      description: `Puts scheduled occurrences into the work queue (${component})`,
      // Without this condition, a schedule of any account could use the role through Scheduler (the confused deputy).
      assumeRolePolicy: trustOf("scheduler.amazonaws.com", {
        StringEquals: {
          "aws:SourceAccount": applyIfMade(group.arn, (arn) => arn.split(":")[4] as string),
          "aws:SourceArn": group.arn,
        },
      }),
      tags,
    },
    opts,
  );
  const policy = new iam.RolePolicy(
    childName(component, "scheduler-policy"),
    {
      role: role.name,
      policy: policyDocument([
        { Sid: "SendToQueues", Action: ["sqs:SendMessage"], Resource: [queues.work.arn, queues.failures.arn] },
      ]),
    },
    opts,
  );
  const common = {
    groupName: group.name,
    flexibleTimeWindow: { mode: "OFF" },
  };
  const target = {
    arn: queues.work.arn,
    roleArn: role.arn,
    retryPolicy: {
      maximumEventAgeInSeconds: plan.schedulerMaxAgeSeconds,
      maximumRetryAttempts: plan.schedulerMaxRetries,
    },
    deadLetterConfig: { arn: queues.failures.arn },
  };
  // Scheduler checks at creation that it may take on the role and send.
  const scheduleOpts = { ...opts, dependsOn: [policy, ...consumers] };
  for (const [trigger, declared] of scheduledPlans(plan.triggers))
    new scheduler.Schedule(
      // Don't shorten: the name in AWS is the trigger's, and a rename is only followed for names that start with the parent's.
      `${component}-schedule-${trigger}`,
      {
        ...common,
        name: trigger,
        description: `Triggers ${declared.ruleId}`,
        scheduleExpression: declared.schedule,
        scheduleExpressionTimezone: declared.timezone,
        // Without the trigger's dates, because Scheduler refuses a date that has passed, and a stack must deploy anew. The function
        // keeps to the dates.
        state: declared.enabled ? "ENABLED" : "DISABLED",
        target: {
          ...target,
          input: pulumi
            .output(declared.payload)
            .apply((payload) => scheduledMessage(trigger, declared.ruleId, payload)),
        },
      },
      scheduleOpts,
    );
  new scheduler.Schedule(
    `${component}-heartbeat`,
    {
      ...common,
      name: HEARTBEAT_NAME,
      description: "Checks once a day that nothing was missed",
      scheduleExpression: HEARTBEAT_CRON,
      scheduleExpressionTimezone: "UTC",
      state: "ENABLED",
      target: { ...target, input: heartbeatMessage() },
    },
    scheduleOpts,
  );
}
