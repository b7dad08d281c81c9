/** What docs/resources.md says of a child beside what the code itself tells: one entry for every part of the quickstart. */

/**
 * Why each child is there, by its name without the component's. `*` stands for a name of the user's own. An alarm's reason is its
 * own description.
 */
export const reasons: Record<string, string> = {
  "amounts-api": "The HTTPS address that Sequence asks for amounts.",
  "amounts-integration": "Leads requests from the API to the function.",
  "amounts-route": "The one path that the API answers, `POST /amounts/{name}/{token}`; everything else is 404.",
  "amounts-stage": "Serves the API with a throttle of 10 requests a second, and writes the access log.",
  "amounts-permission": "Lets this API, on this route, start the function.",
  "amounts-access-logs":
    "One line a request: route key, status, time. Never the path, which holds the token. Kept for 90 days.",
  "amounts-throttled":
    "Counts the lines of the access log with status 429 for an alarm: API Gateway has no metric of them.",
  "amounts-function": "Computes the amounts.",
  "amounts-logs":
    "The function's log. Made here, so that it has a retention and goes with the component. Kept for 90 days.",
  "amounts-role": "Whom the function acts as.",
  "amounts-policy": "What the function may do.",
  "amounts-access-token":
    "Sequence's access token, with which balances are read. Not made if every amount is Fixed, or if you give `accessTokenSecretArn`.",
  "amounts-access-token-value": "The token itself, if you give it as `accessToken`.",
  "amounts-url-key-*":
    "The random key of the tokens in the amount URLs, one for each label of `urlKeys`. It exists in Pulumi's encrypted state only.",
  "triggers-function": "Takes occurrences out of the work queue and calls Sequence.",
  "triggers-logs":
    "The function's log. Made here, so that it has a retention and goes with the component. Kept for 90 days.",
  "triggers-role": "Whom the function acts as.",
  "triggers-policy": "What the function may do.",
  "triggers-mapping": "Hands every message of the work queue to the function, one at a time.",
  "triggers-work": "Occurrences that are to be executed; a failed one waits here for its next try.",
  "triggers-failures": "Occurrences that were given up. What is in here needs a person; kept for 14 days.",
  "triggers-ledger": "Remembers what became of each occurrence, so that none is executed twice.",
  "triggers-schedules":
    "The schedules' group. Its own, because EventBridge Scheduler's metrics and trust have no finer dimension.",
  "triggers-schedule-*": "Puts an occurrence into the work queue when it is due; one for each trigger.",
  "triggers-heartbeat": "Starts the daily check: are secrets filled, schedules as deployed, and was nothing missed?",
  "triggers-scheduler-role": "Whom the schedules act as.",
  "triggers-scheduler-policy": "What the schedules may do.",
  "triggers-api-secrets": "The rules' API secrets that you give as `apiSecret`.",
  "triggers-api-secrets-value": "The API secrets themselves.",
  topic: "Where alarms and mails about failed occurrences go. Not made if you give `alarmTopicArn`.",
  email: "Your address on the topic. AWS asks it once for a confirmation.",
  dashboard: "Graphs of amounts, occurrences, queues and schedules.",
};

/** An arrow of the picture. Its ends are children, by their keys in `reasons`, or one of the words in `outside`. */
export type Arrow = readonly [from: string, what: string, to: string];

/** Ends of arrows that are no children; `alarms` stands for all of them. */
export const outside = { sequence: "Sequence", you: "You", alarms: "alarms" } as const;

export const picture: readonly Arrow[] = [
  ["sequence", "asks for an amount", "amounts-api"],
  ["amounts-api", "starts", "amounts-function"],
  ["amounts-function", "reads the token", "amounts-access-token"],
  ["amounts-function", "reads balances", "sequence"],
  ["triggers-schedule-*", "when it is due", "triggers-work"],
  ["triggers-heartbeat", "once a day", "triggers-work"],
  ["triggers-work", "starts", "triggers-function"],
  ["triggers-function", "reads the API secret", "triggers-api-secrets"],
  ["triggers-function", "checks the amounts first", "amounts-function"],
  ["triggers-function", "claims and records", "triggers-ledger"],
  ["triggers-function", "triggers the rule", "sequence"],
  ["triggers-function", "what was given up", "triggers-failures"],
  ["triggers-function", "mails", "topic"],
  ["alarms", "tell", "topic"],
  ["topic", "", "email"],
  ["email", "", "you"],
];

/** A price: what it costs each month whatever happens, and in words what it costs by use. */
export interface Price {
  readonly monthlyUsd?: number;
  /** How many of the type an account has for nothing, for good. */
  readonly alwaysFree?: number;
  readonly byUse?: string;
}

/** Approximate list prices of us-east-1, written down in November 2026; they change and differ by region. A type that isn't here is free. */
export const prices: Record<string, Price> = {
  "aws:secretsmanager/secret:Secret": { monthlyUsd: 0.4, byUse: "$0.05 for 10,000 reads" },
  "aws:cloudwatch/metricAlarm:MetricAlarm": { monthlyUsd: 0.1, alwaysFree: 10 },
  "aws:cloudwatch/dashboard:Dashboard": { monthlyUsd: 3, alwaysFree: 3 },
  "aws:apigatewayv2/api:Api": { byUse: "$1.00 for a million requests" },
  "aws:lambda/function:Function": {
    byUse:
      "$0.20 for a million runs, and $0.0000133 for a GB-second; the first million runs and 400,000 GB-seconds are free",
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    byUse: "$0.50 for a GB written, $0.03 a month for a GB kept; the first 5 GB are free",
  },
  "aws:sqs/queue:Queue": {
    byUse:
      "$0.40 for a million requests, the first million is free; waiting for messages takes some hundred thousand a month",
  },
  "aws:dynamodb/table:Table": {
    byUse:
      "$0.63 for a million writes, $0.13 for a million reads, $0.20 a month for a GB of backup; an occurrence takes a few",
  },
  "aws:scheduler/schedule:Schedule": { byUse: "$1.00 for a million firings; the first 14 million are free" },
  "aws:sns/topic:Topic": { byUse: "$2.00 for 100,000 mails; the first 1,000 are free" },
};

/** What no child shows: the metrics that the functions write into their logs. */
export const metricsPrice =
  "$0.30 a month for each metric that reports all the time, of which an account has ten for nothing; ours report for minutes a day";
