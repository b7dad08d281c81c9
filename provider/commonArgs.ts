import type * as pulumi from "@pulumi/pulumi";

/** How the functions run; the same for every component. */
export interface FunctionArgs {
  /** Memory of each function in MB, 128 to 10240. Defaults to 512. */
  memorySize?: pulumi.Input<number>;
  /** Lambda runtime, a Node.js one of 22 or newer. Defaults to `nodejs24.x`. */
  runtime?: pulumi.Input<string>;
  /** Processor architecture, `arm64` or `x86_64`. Defaults to `arm64`. */
  architecture?: pulumi.Input<string>;
  /** How long log lines are kept, in days, one of the values that CloudWatch takes. Defaults to 90. */
  logRetentionDays?: pulumi.Input<number>;
  /** Base URL of Sequence's API. Defaults to `https://api.getsequence.io`. */
  baseUrl?: pulumi.Input<string>;
  /** Tags for every child that takes tags. Defaults to none. */
  tags?: pulumi.Input<Record<string, string>>;
}

/** Whom to tell when something needs a person. */
export interface AlarmArgs {
  /** The address that gets a mail when something needs a person. AWS asks it once for a confirmation. Either this or `alarmTopicArn` is required unless `alarms` is false. */
  alarmEmail?: pulumi.Input<string>;
  /** The ARN of an existing SNS topic to use instead of one of our own. Not together with `alarmEmail`. */
  alarmTopicArn?: pulumi.Input<string>;
  /** Whether to make alarms and mails. Defaults to true; false means that nobody is told of a failed transfer. */
  alarms?: boolean;
}
