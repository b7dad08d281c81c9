import { DescribeAlarmsCommand, type MetricAlarm } from "@aws-sdk/client-cloudwatch";
import type { LiveStack } from "../find/live";
import { DEPLOY_AGAIN, type Finding, fine, looked, note, wrong } from "./finding";

const ABOUT = "alarms";
/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
const MOST_NAMES = 100;

/** Each alarm is there, and none is on. What is on was mailed when it went on. */
export async function alarmFindings(stack: LiveStack): Promise<Finding[]> {
  const declared = stack.declared("aws:cloudwatch/metricAlarm:MetricAlarm").map(({ outputs }) => String(outputs.name));
  return declared.length === 0 ? [] : looked(ABOUT, () => findings(stack, declared));
}

async function findings({ clients }: LiveStack, declared: readonly string[]): Promise<Finding[]> {
  const live: MetricAlarm[] = [];
  for (let from = 0; from < declared.length; from += MOST_NAMES) {
    const AlarmNames = declared.slice(from, from + MOST_NAMES);
    const { MetricAlarms = [] } = await clients.cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames }));
    live.push(...MetricAlarms);
  }
  const gone = declared.filter((name) => !live.some(({ AlarmName }) => AlarmName === name));
  const on = live.filter(({ StateValue }) => StateValue === "ALARM");
  return [
    ...(gone.length > 0
      ? [wrong(ABOUT, `nobody is told any more by ${gone.join(", ")}, which are gone`, DEPLOY_AGAIN)]
      : []),
    ...on.map(({ AlarmName, StateReason }) =>
      note(ABOUT, `${AlarmName} is on: ${StateReason}`, "its mail says what to do"),
    ),
    ...(gone.length + on.length === 0 ? [fine(ABOUT, `all ${live.length} are there, and none is on`)] : []),
  ];
}
