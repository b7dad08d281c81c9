import { DescribeAlarmsCommand, type MetricAlarm } from "@aws-sdk/client-cloudwatch";
import type { LiveStack } from "../find/live";
import type { Recorded } from "../find/recorded";
import { DEPLOY_AGAIN, differences, type Finding, fine, looked, note, wrong } from "./finding";

const ABOUT = "alarms";
/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
const MOST_NAMES = 100;

/** Each alarm is there as it was deployed, and none is on. What is on was mailed when it went on. */
export async function alarmFindings(stack: LiveStack): Promise<Finding[]> {
  const declared = stack.declared("aws:cloudwatch/metricAlarm:MetricAlarm");
  return declared.length === 0 ? [] : looked(ABOUT, () => findings(stack, declared));
}

async function findings({ clients }: LiveStack, declared: readonly Recorded[]): Promise<Finding[]> {
  const live: MetricAlarm[] = [];
  for (let from = 0; from < declared.length; from += MOST_NAMES) {
    const AlarmNames = declared.slice(from, from + MOST_NAMES).map(nameOf);
    const { MetricAlarms = [] } = await clients.cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames }));
    live.push(...MetricAlarms);
  }
  const gone = declared.map(nameOf).filter((name) => !live.some(({ AlarmName }) => AlarmName === name));
  const changed = declared.flatMap((alarm) => {
    const found = live.find(({ AlarmName }) => AlarmName === nameOf(alarm));
    const changes = found ? changesOf(alarm, found) : [];
    return changes.length > 0
      ? [wrong(ABOUT, `${nameOf(alarm)} isn't what was deployed: it has ${changes.join(", ")}`, DEPLOY_AGAIN)]
      : [];
  });
  const on = live.filter(({ StateValue }) => StateValue === "ALARM");
  return [
    ...(gone.length > 0
      ? [wrong(ABOUT, `nobody is told any more by ${gone.join(", ")}, which are gone`, DEPLOY_AGAIN)]
      : []),
    ...changed,
    ...on.map(({ AlarmName, StateReason }) =>
      note(ABOUT, `${AlarmName} is on: ${StateReason}`, "its mail says what to do"),
    ),
    ...(gone.length + changed.length + on.length === 0
      ? [fine(ABOUT, `all ${live.length} are there, and none is on`)]
      : []),
  ];
}

function nameOf({ outputs }: Recorded): string {
  return String(outputs.name);
}

function changesOf({ inputs }: Recorded, live: MetricAlarm): string[] {
  const dimensions = Object.fromEntries((live.Dimensions ?? []).map(({ Name = "", Value }) => [Name, Value]));
  return differences([
    ["its actions switched off, so it tells nobody", inputs.actionsEnabled ?? true, live.ActionsEnabled],
    ["another topic", inputs.alarmActions, live.AlarmActions],
    ["another metric", [inputs.namespace, inputs.metricName], [live.Namespace, live.MetricName]],
    ["other dimensions", inputs.dimensions, dimensions],
    ["another statistic", inputs.statistic, live.Statistic],
    ["another threshold", inputs.threshold, live.Threshold],
    ["another comparison", inputs.comparisonOperator, live.ComparisonOperator],
    ["another period", inputs.period, live.Period],
    ["another number of periods", inputs.evaluationPeriods, live.EvaluationPeriods],
    ["another meaning of missing data", inputs.treatMissingData, live.TreatMissingData],
  ]);
}
