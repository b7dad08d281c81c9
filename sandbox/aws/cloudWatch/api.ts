import { NotRunError, refuseParameters } from "../notRun";
import type { AwsApi } from "../types";
import type { Alarm } from "./alarm";
import type { QueueGauges } from "./queueGauges";

interface Watched {
  alarms(): Iterable<Alarm>;
  readonly gauges: () => QueueGauges;
  now(): number;
}

/** CloudWatch's calls: those with which a person looks at the alarms, and at how long messages have waited. */
export function cloudWatchApi(watched: Watched): AwsApi {
  return {
    signingName: "monitoring",
    protocol: "awsJson",
    operations: {
      DescribeAlarms: {
        authorize: () => ({ action: "cloudwatch:DescribeAlarms", resource: "*" }),
        run: (input) => described(watched, input),
      },
      GetMetricStatistics: {
        authorize: () => ({ action: "cloudwatch:GetMetricStatistics", resource: "*" }),
        run: (input) => statistics(watched, input),
      },
    },
  };
}

function described({ alarms }: Watched, { AlarmNames: names, ...others }: Record<string, unknown>) {
  refuseParameters("cloudwatch:DescribeAlarms", others, []);
  const MetricAlarms = [...alarms()]
    .filter(({ declaration: { name } }) => !Array.isArray(names) || names.includes(name))
    .map(({ declaration, state, reason, since }) => ({
      ...{ AlarmName: declaration.name, StateValue: state, StateReason: reason, StateUpdatedTimestamp: since / 1000 },
      ...{ ActionsEnabled: declaration.actionsEnabled, AlarmActions: declaration.actions.ALARM },
      ...{ OKActions: declaration.actions.OK, Namespace: declaration.metric.namespace },
      ...{ MetricName: declaration.metric.name, Statistic: declaration.statistic, Threshold: declaration.threshold },
      Dimensions: Object.entries(declaration.metric.dimensions).map(([Name, Value]) => ({ Name, Value })),
      ...{ ComparisonOperator: declaration.comparison, Period: declaration.periodMs / 1000 },
      ...{ EvaluationPeriods: declaration.evaluationPeriods, DatapointsToAlarm: declaration.datapointsToAlarm },
      TreatMissingData: declaration.treatMissingData,
    }));
  return { MetricAlarms };
}

/** A queue's gauge as it is now: what it was isn't kept. */
function statistics({ gauges, now }: Watched, input: Record<string, unknown>) {
  const { Namespace, MetricName, Dimensions, StartTime: _, EndTime: __, Period: ___, Statistics, ...others } = input;
  refuseParameters("cloudwatch:GetMetricStatistics", others, []);
  const dimensions = Object.fromEntries(
    (Dimensions as { Name: string; Value: string }[]).map((d) => [d.Name, d.Value]),
  );
  const metric = { namespace: String(Namespace), name: String(MetricName), dimensions };
  const queue = gauges().queueOf(metric);
  if (queue === undefined || String(Statistics) !== "Maximum")
    throw new NotRunError(`cloudwatch:GetMetricStatistics with ${Statistics} of ${Namespace} ${MetricName}`);
  const Maximum = gauges().read(queue, metric.name).value;
  return { Label: metric.name, Datapoints: [{ Timestamp: now() / 1000, Maximum, Unit: "Seconds" }] };
}
