import type { JsonObject } from "../client/types";

/** What the trigger function is deployed with: `config.json` in its archive. It holds no credential. */
export interface TriggerFunctionConfig {
  readonly version: 1;
  readonly triggers: { readonly [name: string]: TriggerSpec };
  /** How long after its scheduled time an occurrence is tried automatically, in minutes. */
  readonly maxAgeMinutes: number;
  /** Everything runs, the call to Sequence is logged and not made. */
  readonly dryRun: boolean;
  /** Mail a receipt of every execution too. */
  readonly notifyOnSuccess: boolean;
  /** Name of the schedule that starts the daily check, or absent if there is none. */
  readonly heartbeatScheduleName?: string;
}

/** One trigger: the allow-list entry that a message must match, and what the daily check expects of it. */
export interface TriggerSpec {
  readonly ruleId: string;
  /** ARN of the secret with the rule's API secret: the plain value, or JSON with the value under the rule's id. */
  readonly apiSecretArn: string;
  /** The body of the trigger call for an occurrence that brings none of its own. Defaults to `{}`. */
  readonly payload?: JsonObject;
  /** What is deployed as its schedule. */
  readonly schedule: {
    /** The schedule's name within the group. */
    readonly name: string;
    /** `cron(...)`. */
    readonly expression: string;
    /** IANA name. */
    readonly timezone: string;
    /** ISO 8601, UTC. Occurrences before it don't happen. */
    readonly startDate?: string;
    /** ISO 8601, UTC. Occurrences after it don't happen. */
    readonly endDate?: string;
    readonly enabled: boolean;
  };
}

/** The message that a schedule puts into the work queue, and what a person puts there by hand. */
export type WorkMessage =
  /** From a schedule; `scheduledTime` is `<aws.scheduler.scheduled-time>` as Scheduler fills it in, e.g. `2026-12-01T14:00:00Z`. */
  | { trigger: string; ruleId: string; scheduledTime: string; payload?: JsonObject }
  /** By hand: the occurrence of that time once more, under its own key. */
  | { trigger: string; scheduledTime: string }
  /** By hand: a deliberate extra one; the same text is the same occurrence. */
  | { trigger: string; occurrence: string }
  /** The daily check. */
  | { heartbeat: string };

/** The names of the environment variables of the trigger function. None holds a credential. */
export const triggerEnvironment = {
  baseUrl: "SEQUENCE_BASE_URL",
  /** Path of the trigger call with `{ruleId}` in it. */
  triggerPath: "SEQUENCE_TRIGGER_PATH",
  workQueueUrl: "WORK_QUEUE_URL",
  failureQueueUrl: "FAILURE_QUEUE_URL",
  /** Name of the DynamoDB table. */
  ledgerTable: "LEDGER_TABLE",
  /** ARN of the SNS topic for mails; absent if there is none. */
  topicArn: "TOPIC_ARN",
  /** Name of the schedule group. */
  scheduleGroup: "SCHEDULE_GROUP",
} as const;
