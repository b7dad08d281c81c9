import type * as pulumi from "@pulumi/pulumi";

/** One rule that is triggered on a schedule. */
export interface Trigger {
  /** The rule's id as Sequence shows it, such as `ru_12345`. The full trigger URL from Sequence is taken too: it must be on `baseUrl`, and the rule is called at exactly its path. */
  ruleId: string;
  /** When to trigger it: a six-field AWS cron expression such as `cron(0 9 1,15 * ? *)`. */
  schedule: string;
  /** The time zone of `schedule`, an IANA name such as `America/New_York`. */
  timezone: string;
  /** The rule's API secret. Pulumi stores it in Secrets Manager, and encrypted in its state. Leave it out to fill it in yourself after the deployment, or give `apiSecretArn`. */
  apiSecret?: pulumi.Input<string>;
  /** The complete ARN of an existing secret with the rule's API secret, as plain text or as JSON under the rule's id. Not together with `apiSecret`. */
  apiSecretArn?: pulumi.Input<string>;
  /** The JSON object that is sent to the rule. Not for secrets: it can be read in the schedule and in the function's code. Defaults to `{}`. */
  // biome-ignore lint/suspicious/noExplicitAny: the only type of a JSON object that Pulumi's schema knows
  payload?: Record<string, any>;
  /** No occurrence before this instant, ISO 8601 with a time zone such as `2027-01-01T00:00:00Z`. Defaults to none. */
  startDate?: string;
  /** No occurrence after this instant, ISO 8601 with a time zone. Defaults to none. */
  endDate?: string;
  /** Whether the schedule fires. Defaults to true. */
  enabled?: boolean;
  /** Accept that some days or local times are left out: days 29 to 31 that a month lacks, times that daylight saving skips. Defaults to false, which makes such a schedule an error. */
  allowSkipped?: boolean;
}

/** How rules are triggered, apart from which and when. */
export interface TriggerSettings {
  /** How long after its scheduled time an occurrence is tried automatically, in minutes, 0 to 720. Defaults to 360. After that it goes to the failure queue and a mail is sent. */
  maxAgeMinutes?: pulumi.Input<number>;
  /** How long after its first try an occurrence is tried again when nobody knows whether Sequence executed it, in minutes, 0 to 1200. A second try is safe as long as Sequence remembers the idempotency key, which it doesn't promise for any time; 0 leaves every such occurrence to a person. Defaults to 720. */
  keyMemoryMinutes?: pulumi.Input<number>;
  /** Everything runs, but the call to Sequence is logged instead of made. Defaults to false. */
  dryRun?: pulumi.Input<boolean>;
  /** Mail a receipt of every execution, not only of failures. Defaults to false. */
  notifyOnSuccess?: pulumi.Input<boolean>;
  /** How often EventBridge Scheduler tries again to put an occurrence into the work queue, 0 to 185. Defaults to 185. */
  schedulerMaxRetries?: pulumi.Input<number>;
  /** How long EventBridge Scheduler goes on trying that, in seconds, 60 to 86400. Defaults to 3600. */
  schedulerMaxAgeSeconds?: pulumi.Input<number>;
  /** Path of Sequence's trigger call, for rules that are named by their id. Defaults to `/remote-api/rules/{ruleId}/trigger`. */
  triggerPath?: pulumi.Input<string>;
}
