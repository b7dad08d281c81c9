import * as cloudwatch from "@pulumi/aws/cloudwatch";
import type * as pulumi from "@pulumi/pulumi";
import type { METRIC_NAMESPACE, OwnMetric } from "../../lambda/agreements/metrics";
import { childName } from "./names";

/** A metric of AWS's, or one of our own: those have their names from the table that the functions take them from. */
type Watched =
  | { readonly namespace: `AWS/${string}`; readonly metric: string }
  | { readonly namespace: typeof METRIC_NAMESPACE; readonly metric: OwnMetric };

/** One alarm: a new one is one more entry in a component's table. */
export type AlarmSpec = Watched & {
  /** The alarm's name within the component, `alarm-` before it. */
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
  /** Goes off when each of so many periods was at the threshold or above. Defaults to 1. */
  readonly forPeriods?: number;
  /** Goes off *below* the threshold, and where there is no datapoint: something that must happen has not, for this many periods. */
  readonly missingForPeriods?: number;
  /** Mails when it is over, too: for what lasts and ends by itself, not for what has happened. Defaults to false. */
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
          // Else it would go off with the deployment, before what must happen could happen for the first time.
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
