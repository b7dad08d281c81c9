import type { CloudContext } from "../types";
import type { Alarm, AlarmChange } from "./alarm";
import { decimal } from "./reason";

/** The region as a mail names it. */
const REGION_NAMES: Readonly<Record<string, string>> = { "us-east-1": "US East (N. Virginia)" };
const LONGEST_SUBJECT = 100;

/** What CloudWatch publishes when an alarm changes, as a mail subscription of the topic shows it. */
export function notification(
  { arn, declaration }: Alarm,
  { at, from, to, reason }: AlarmChange,
  { accountId, region }: Pick<CloudContext, "accountId" | "region">,
): { subject: string; message: string } {
  const { name, description, metric, actions } = declaration;
  const place = REGION_NAMES[region] ?? region;
  const time = new Date(at).toISOString().replace("T", " ").slice(0, 19);
  const dimensions = Object.entries(metric.dimensions).map(([key, value]) => `${key} = ${value}`);
  const subject = `${to}: "${name}" in ${place}`;
  const lines = [
    `You are receiving this email because your Amazon CloudWatch Alarm "${name}" in the ${place} region has entered the ${to} state, because "${reason}" at "${time} UTC".`,
    "",
    "Alarm Details:",
    `- Name:                    ${name}`,
    `- Description:             ${description ?? ""}`,
    `- State Change:            ${from} -> ${to}`,
    `- Reason for State Change: ${reason}`,
    `- Timestamp:               ${time} UTC`,
    `- AWS Account:             ${accountId}`,
    `- Alarm Arn:               ${arn}`,
    "",
    "Threshold:",
    `- ${thresholdText(declaration)}`,
    "",
    "Monitored Metric:",
    `- MetricNamespace:         ${metric.namespace}`,
    `- MetricName:              ${metric.name}`,
    `- Dimensions:              [${dimensions.join(", ")}]`,
    `- Period:                  ${declaration.periodMs / 1000} seconds`,
    `- Statistic:               ${declaration.statistic}`,
    `- TreatMissingData:        ${declaration.treatMissingData}`,
    "",
    "State Change Actions:",
    ...(["OK", "ALARM", "INSUFFICIENT_DATA"] as const).map((state) => `- ${state}: [${actions[state].join(", ")}]`),
  ];
  return { subject: shortened(subject), message: lines.join("\n") };
}

function thresholdText({
  comparison,
  threshold,
  datapointsToAlarm,
  evaluationPeriods,
  periodMs,
}: Alarm["declaration"]) {
  return `The alarm is in the ALARM state when the metric is ${comparison} ${decimal(threshold)} for at least ${datapointsToAlarm} of the last ${evaluationPeriods} period(s) of ${periodMs / 1000} seconds.`;
}

/** SNS refuses a longer subject, and an alarm's name alone can be longer. */
function shortened(subject: string): string {
  return subject.length <= LONGEST_SUBJECT ? subject : `${subject.slice(0, LONGEST_SUBJECT - 3)}...`;
}
