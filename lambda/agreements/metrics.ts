/** The namespace of every metric. */
export const METRIC_NAMESPACE = "SequenceRemoteApi";

/** The metrics of the amount function, under the dimension `FunctionName`. Functions, alarms and the dashboard take their names from here. */
export const amountMetrics = {
  answered: "AmountAnswered",
  failed: "AmountFailed",
  overCeiling: "AmountOverCeiling",
  oldUrlUsed: "OldUrlUsed",
  refused: "AmountRefused",
} as const;

/** The metrics of the trigger function, likewise. */
export const triggerMetrics = {
  executed: "TriggerExecuted",
  testMode: "TriggerTestMode",
  dryRun: "TriggerDryRun",
  retried: "TriggerRetried",
  failed: "TriggerFailed",
  ageSeconds: "OccurrenceAgeSeconds",
  missed: "OccurrenceMissed",
  eventConflict: "EventConflict",
  paused: "Paused",
  unexpectedTime: "UnexpectedScheduledTime",
  heartbeat: "Heartbeat",
  heartbeatProblem: "HeartbeatProblem",
  messageFailed: "MessageFailed",
  mailFailed: "MailFailed",
} as const;

/** The metrics that CloudWatch counts in the access log, because the function never sees these requests. Under the dimension `ApiId`. */
export const accessLogMetrics = { throttled: "AmountThrottled" } as const;

export type AmountMetric = (typeof amountMetrics)[keyof typeof amountMetrics];
export type TriggerMetric = (typeof triggerMetrics)[keyof typeof triggerMetrics];
type AccessLogMetric = (typeof accessLogMetrics)[keyof typeof accessLogMetrics];
export type OwnMetric = AmountMetric | TriggerMetric | AccessLogMetric;
