import type * as pulumi from "@pulumi/pulumi";

// The sentences are the manual in every language. Pulumi infers its schema from these interfaces: no unions, no functions, defaults in words.

/** Arguments of RemoteApi. At least one of `amounts` and `triggers` is needed. */
export interface RemoteApiArgs extends FunctionArgs, AlarmArgs, EndpointSettings, TriggerSettings {
  /** The amounts that Sequence can ask for, by name. Each has a URL of its own. Defaults to none, and then no endpoint is made. */
  amounts?: Record<string, Amount>;
  /** The rules to trigger, on a schedule or by events, each under a name of your own. At most 200; make a second component for more. Defaults to none, and then nothing of it is made. */
  triggers?: Record<string, Trigger>;
  /** Whether to make a CloudWatch dashboard. Defaults to true. */
  dashboard?: boolean;
}

/** Arguments of RemoteAmountEndpoint. */
export interface RemoteAmountEndpointArgs extends FunctionArgs, AlarmArgs, EndpointSettings {
  /** The amounts that Sequence can ask for, by name. Each has a URL of its own. */
  amounts: Record<string, Amount>;
}

/** Arguments of ScheduledRuleTriggers. */
export interface ScheduledRuleTriggersArgs extends FunctionArgs, AlarmArgs, TriggerSettings {
  /** The rules to trigger, each under a name of your own. At most 200; make a second component for more. */
  triggers: Record<string, Trigger>;
}

/** How the functions run; the same for every component. */
export interface FunctionArgs {
  /** Memory of each function in MB, 128 to 10240. Defaults to 512. */
  memorySize?: pulumi.Input<number>;
  /** Lambda runtime, a Node.js one of 22 or newer. Defaults to `nodejs24.x`. */
  runtime?: pulumi.Input<string>;
  /** Processor architecture, `arm64` or `x86_64`. Defaults to `arm64`. */
  architecture?: pulumi.Input<string>;
  /** How long log lines are kept, in days, one of the values that CloudWatch takes, or 0 for ever. Defaults to 90. */
  logRetentionDays?: pulumi.Input<number>;
  /** Base URL of Sequence's API. Defaults to `https://api.getsequence.io`. */
  baseUrl?: pulumi.Input<string>;
  /** Tags for every child that takes tags. Defaults to none. */
  tags?: pulumi.Input<Record<string, string>>;
}

/** Whom to tell when something needs a person. */
export interface AlarmArgs {
  /** The address that gets a mail when something needs a person. AWS asks it once for a confirmation, and forgets the address if none comes within 48 hours. Either this or `alarmTopicArn` is required unless `alarms` is false. */
  alarmEmail?: pulumi.Input<string>;
  /** The ARN of an existing SNS topic in the component's region to use instead of one of our own. Not together with `alarmEmail`. */
  alarmTopicArn?: pulumi.Input<string>;
  /** Whether to make alarms and mails. Defaults to true; false means that nobody is told of a failed transfer. */
  alarms?: boolean;
}

/** How an amount comes about. */
export const AmountKind = {
  /** Always `cents`. */
  Fixed: "Fixed",
  /** `percent` of the balance of `account`, rounded down to a cent. */
  Percent: "Percent",
  /** What `account` lacks to `targetCents`. */
  TopUp: "TopUp",
  /** What `account` holds above `floorCents`. */
  Sweep: "Sweep",
  /** What an export of `amountsModule` returns. */
  Custom: "Custom",
} as const;

/** How an amount comes about. */
export type AmountKind = (typeof AmountKind)[keyof typeof AmountKind];

/** One amount that Sequence can ask for. Which options belong to which kind is said at each. */
export interface Amount {
  /** How the amount comes about. */
  kind: AmountKind;
  /** Fixed: the amount in cents, 0 or at least 100. */
  cents?: pulumi.Input<number>;
  /** Percent, TopUp, Sweep: the account whose balance counts, by its id or its exact name in Sequence. */
  account?: pulumi.Input<string>;
  /** Percent: above 0 up to 100, at most two decimals. */
  percent?: pulumi.Input<number>;
  /** TopUp: the balance to reach, in cents, at least 100. */
  targetCents?: pulumi.Input<number>;
  /** Sweep: what stays in the account, in cents, 0 or more. */
  floorCents?: pulumi.Input<number>;
  /** Custom: the name of the export of `amountsModule`. Defaults to the amount's name. */
  export?: string;
  /** Whether every question for this amount gets an error instead of an answer, so that its rule transfers nothing by it. Defaults to false. */
  paused?: boolean;
  /** Every kind but Fixed: a larger amount becomes this, in cents, at least 100. Defaults to no maximum. */
  maxCents?: pulumi.Input<number>;
  /** Every kind but Fixed: the amount is rounded down to a multiple of this, in cents. Defaults to 1. */
  roundToCents?: pulumi.Input<number>;
  /** Every kind but Fixed: a smaller amount becomes 0, in cents, at least 100. Defaults to 100, the smallest transfer that Sequence makes. */
  minCents?: pulumi.Input<number>;
  /** Percent, TopUp, Sweep: must be true for an account outside Sequence (type `Account`), whose balance can be a day old and leaves out pending transfers. Defaults to false. */
  allowExternalBalance?: boolean;
}

/** How amounts are answered, apart from what they are. */
export interface EndpointSettings {
  /** No answer is above this, in cents, at least 100; a larger one is an error and never cut down. Required as soon as there is an amount that isn't Fixed. */
  ceilingCents?: pulumi.Input<number>;
  /** Path of a TypeScript or JavaScript file with an export for every Custom amount, from the program's folder. It is bundled at deployment; none of it runs then. */
  amountsModule?: string;
  /** Sequence's access token, with which balances are read. Pulumi stores it in Secrets Manager, and encrypted in its state. Leave it out to fill it in yourself after the deployment, or give `accessTokenSecretArn`. */
  accessToken?: pulumi.Input<string>;
  /** The complete ARN of an existing secret with the access token, as plain text or as JSON under `accessToken`. Not together with `accessToken`. */
  accessTokenSecretArn?: pulumi.Input<string>;
  /** Labels of the URL keys. The URLs of the first are handed out, those of all are accepted; taking a label out revokes its URLs. Defaults to `["v1"]`. */
  urlKeys?: string[];
  /** Path of Sequence's accounts call. Defaults to `/accounts`. */
  accountsPath?: pulumi.Input<string>;
  /** Requests a second that the endpoint takes, 1 to 10000. Defaults to 10. */
  throttlingRateLimit?: pulumi.Input<number>;
  /** Requests that may come at once, 1 to 5000. Defaults to 20. */
  throttlingBurstLimit?: pulumi.Input<number>;
}

/** One rule that is triggered on a schedule, or by events. */
export interface Trigger {
  /** The rule's id as Sequence shows it, such as `ru_12345`. The full trigger URL from Sequence is taken too: it must be on `baseUrl`, and the rule is called at exactly its path. */
  ruleId: string;
  /** When to trigger it: a six-field AWS cron expression such as `cron(0 9 1,15 * ? *)`. Left out together with `timezone`: events of your own set the trigger off, by messages in the event queue that is made then. */
  schedule?: string;
  /** The time zone of `schedule`, an IANA name such as `America/New_York`. Required with `schedule`, and not without it. */
  timezone?: string;
  /** The rule's API secret. Pulumi stores it in Secrets Manager, and encrypted in its state. Leave it out to fill it in yourself after the deployment, or give `apiSecretArn`. */
  apiSecret?: pulumi.Input<string>;
  /** The complete ARN of an existing secret with the rule's API secret, as plain text or as JSON under the rule's id. Not together with `apiSecret`. */
  apiSecretArn?: pulumi.Input<string>;
  /** The JSON object that is sent to the rule; an event may bring another. Not for secrets: it can be read in the schedule and in the function's code. Defaults to `{}`. */
  // biome-ignore lint/suspicious/noExplicitAny: the only type of a JSON object that Pulumi's schema knows
  payload?: Record<string, any>;
  /** RemoteApi only: the names of the amounts that the rule asks for. Before each occurrence they are computed once, so that a mail tells of what only you can mend; it holds nothing back. Defaults to none. */
  asks?: string[];
  /** Those of `asks` that the rule waits for: it isn't triggered until each of them can be answered, at most for `maxAgeMinutes`. No Fixed amount, which is always known. Put what must not wait into a rule of its own. Defaults to none. */
  holdUntilKnown?: string[];
  /** Whether the daily check mails when Sequence accepted the rule and then didn't ask for one of `asks`. Defaults to true. */
  expectAsked?: boolean;
  /** No occurrence before this instant, ISO 8601 with a time zone such as `2027-01-01T00:00:00Z`. Defaults to none. */
  startDate?: string;
  /** No occurrence after this instant, ISO 8601 with a time zone. Defaults to none. */
  endDate?: string;
  /** Only every so many weeks, 2 to 52, counted from `from`; 2 is every other week. `schedule` must have one weekday, in every month and year, such as `cron(0 9 ? * FRI *)`. Defaults to every week. */
  everyWeeks?: number;
  /** The first day with `everyWeeks`, a date in `timezone` such as `2027-01-08`, on which `schedule` fires. Nothing happens before it. Required with `everyWeeks`, and not without it. */
  from?: string;
  /** Dates in `timezone` on which nothing happens, such as `["2027-01-01"]`; at most 2,500 of all triggers together. Defaults to none. */
  skipDates?: string[];
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
  /** Mail a receipt of every execution, not only of failures; not of events. Defaults to false. */
  notifyOnSuccess?: pulumi.Input<boolean>;
  /** Mail once a month, with the month's first daily check, what was executed, skipped and failed since the last such mail, and what comes next. Needs alarms. Defaults to false. */
  digest?: boolean;
  /** How often EventBridge Scheduler tries again to put an occurrence into the work queue, 0 to 185. Defaults to 185. */
  schedulerMaxRetries?: pulumi.Input<number>;
  /** How long EventBridge Scheduler goes on trying that, in seconds, 60 to 86400. Defaults to 3600. */
  schedulerMaxAgeSeconds?: pulumi.Input<number>;
  /** The name of an existing DynamoDB table to use as the ledger in place of one of our own: one that was restored from a backup of the ledger. Its partition key must be `key`, a string. Defaults to a table that the component makes. */
  ledgerTableName?: pulumi.Input<string>;
  /** Path of Sequence's trigger call, for rules that are named by their id. Defaults to `/remote-api/rules/{ruleId}/trigger`. */
  triggerPath?: pulumi.Input<string>;
}
