import * as cloudwatch from "@pulumi/aws/cloudwatch";
import type * as pulumi from "@pulumi/pulumi";
import type { METRIC_NAMESPACE, OwnMetric } from "../../lambda/agreements/metrics";
import { childName } from "./names";

/** A metric of AWS's, or one that our functions write. Alarms and functions take the names of ours from one table. */
type Watched =
  | { readonly namespace: `AWS/${string}`; readonly metric: string }
  | { readonly namespace: typeof METRIC_NAMESPACE; readonly metric: OwnMetric };

/** One alarm. To add one, add an entry to a component's table. */
export type AlarmSpec = Watched & {
  /** The end of the alarm's name, `<component>-alarm-<part>`. */
  readonly part: string;
  /** What has happened and what to do, for the person who gets the mail. */
  readonly description: string;
  readonly dimensions: Record<string, pulumi.Input<string>>;
  /** Defaults to `Sum`. */
  readonly statistic?: "Sum" | "Maximum" | "Minimum";
  /** The alarm goes off at this value or above. Defaults to 1. */
  readonly threshold?: number;
  /** Defaults to 300. */
  readonly periodSeconds?: number;
  /** The alarm goes off after this many periods in a row at the threshold or above. Defaults to 1. */
  readonly forPeriods?: number;
  /** For something that must happen: the alarm goes off after this many periods *below* the threshold or without a datapoint. */
  readonly missingForPeriods?: number;
  /** Whether a second mail says that it is over. Only for something that lasts and ends by itself. Defaults to false. */
  readonly tellsWhenOver?: boolean;
};

/** Makes the alarms; each tells the topic when it goes off. */
export function makeAlarms(
  component: string,
  specs: readonly AlarmSpec[],
  topicArn: pulumi.Input<string>,
  tags: pulumi.Input<Record<string, string>> | undefined,
  opts: pulumi.CustomResourceOptions,
): cloudwatch.MetricAlarm[] {
  return specs.map(
    ({ periodSeconds = 300, ...spec }) =>
      new cloudwatch.MetricAlarm(
        childName(component, `alarm-${spec.part}`),
        {
          alarmDescription: spec.description,
          namespace: spec.namespace,
          metricName: spec.metric,
          dimensions: spec.dimensions,
          statistic: spec.statistic ?? "Sum",
          threshold: spec.threshold ?? 1,
          period: periodSeconds,
          comparisonOperator: spec.missingForPeriods ? "LessThanThreshold" : "GreaterThanOrEqualToThreshold",
          evaluationPeriods: spec.missingForPeriods ?? spec.forPeriods ?? 1,
          datapointsToAlarm: spec.missingForPeriods ?? spec.forPeriods ?? 1,
          treatMissingData: spec.missingForPeriods ? "breaching" : "notBreaching",
          // A new stack has no datapoints yet, so without this the alarm would go off at once.
          warmUpConfiguration: spec.missingForPeriods
            ? { warmUpPeriodDurationInMinutes: (spec.missingForPeriods * periodSeconds) / 60 }
            : undefined,
          alarmActions: [topicArn],
          okActions: spec.tellsWhenOver ? [topicArn] : [],
          tags,
        },
        opts,
      ),
  );
}
