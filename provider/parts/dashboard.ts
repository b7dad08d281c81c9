import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";
import {
  accessLogMetrics,
  amountMetrics,
  METRIC_NAMESPACE,
  type OwnMetric,
  triggerMetrics,
} from "../../lambda/agreements/metrics";
import { applyIfMade } from "./applyIfMade";
import { childName } from "./names";

/** One graph: its title, and its lines as CloudWatch writes them, `[namespace, metric, dimension, value, options]`. */
interface Graph {
  readonly title: string;
  readonly stat: "Sum" | "Maximum" | "p99";
  readonly metrics: (string | object)[][];
}

const GRAPH = { width: 12, height: 6, perRow: 2 };

/** The names that the graphs use. A part that isn't deployed has none. */
export interface DashboardSources {
  readonly endpoint: Record<"functionArn" | "functionName" | "apiId", pulumi.Output<string>> | undefined;
  readonly triggers:
    | Record<
        "functionArn" | "functionName" | "workQueueName" | "failureQueueName" | "scheduleGroupName",
        pulumi.Output<string>
      >
    | undefined;
}

/** A dashboard of what the parts do. The result is its address. */
export function makeDashboard(
  component: string,
  { endpoint, triggers }: DashboardSources,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const functionArn = (endpoint?.functionArn ?? triggers?.functionArn) as pulumi.Output<string>;
  const region = applyIfMade(functionArn, (arn) => arn.split(":")[3] as string);
  const host = applyIfMade(functionArn, consoleHost);
  const graphs = pulumi
    .all([
      endpoint && pulumi.all([endpoint.functionName, endpoint.apiId]).apply(([fn, api]) => endpointGraphs(fn, api)),
      triggers &&
        pulumi
          .all([triggers.functionName, triggers.workQueueName, triggers.failureQueueName, triggers.scheduleGroupName])
          .apply(([fn, work, failures, group]) => triggerGraphs({ fn, work, failures, group })),
    ])
    .apply((perPart) => perPart.flatMap((part) => part ?? []));
  const dashboard = new cloudwatch.Dashboard(
    childName(component, "dashboard"),
    {
      // The function's name: unique in the account, and the same for as long as the function exists.
      dashboardName: applyIfMade(functionArn, (arn) => arn.split(":")[6] as string),
      dashboardBody: pulumi.jsonStringify({
        widgets: pulumi
          .all([graphs, region])
          .apply(([all, inRegion]) => all.map((graph, index) => widget(graph, index, inRegion))),
      }),
    },
    opts,
  );
  return pulumi
    .all([host, region, dashboard.dashboardName])
    .apply(([at, inRegion, name]) =>
      inRegion && name ? `https://${at}/cloudwatch/home?region=${inRegion}#dashboards/dashboard/${name}` : "",
    );
}

/** Each partition of AWS has a console of its own. */
const CONSOLES: Readonly<Record<string, string>> = {
  "aws-cn": "console.amazonaws.cn",
  "aws-us-gov": "console.amazonaws-us-gov.com",
};

/** Where the console of a function is, by its ARN. */
export function consoleHost(arn: string): string {
  const [, partition = "", , region] = arn.split(":");
  return CONSOLES[partition] ?? `${region}.console.aws.amazon.com`;
}

function widget(graph: Graph, index: number, region: string): object {
  return {
    type: "metric",
    x: (index % GRAPH.perRow) * GRAPH.width,
    y: Math.floor(index / GRAPH.perRow) * GRAPH.height,
    width: GRAPH.width,
    height: GRAPH.height,
    properties: {
      title: graph.title,
      stat: graph.stat,
      metrics: graph.metrics,
      region,
      period: 300,
      view: "timeSeries",
    },
  };
}

function endpointGraphs(fn: string, api: string): Graph[] {
  const own = (metric: OwnMetric) => [METRIC_NAMESPACE, metric, "FunctionName", fn];
  return [
    {
      title: "Amounts",
      stat: "Sum",
      metrics: Object.values(amountMetrics).map(own),
    },
    {
      title: "Amount requests",
      stat: "Sum",
      metrics: [
        ...["Count", "4xx", "5xx"].map((metric) => ["AWS/ApiGateway", metric, "ApiId", api]),
        [METRIC_NAMESPACE, accessLogMetrics.throttled, "ApiId", api],
      ],
    },
    { title: "Amount latency, p99", stat: "p99", metrics: [["AWS/ApiGateway", "Latency", "ApiId", api]] },
  ];
}

function triggerGraphs(of: { fn: string; work: string; failures: string; group: string }): Graph[] {
  const own = (metric: OwnMetric) => [METRIC_NAMESPACE, metric, "FunctionName", of.fn];
  return [
    {
      title: "Occurrences",
      stat: "Sum",
      metrics: [
        triggerMetrics.executed,
        triggerMetrics.retried,
        triggerMetrics.failed,
        triggerMetrics.testMode,
        triggerMetrics.dryRun,
        triggerMetrics.missed,
        triggerMetrics.messageFailed,
        triggerMetrics.mailFailed,
      ].map(own),
    },
    {
      title: "Queues",
      stat: "Maximum",
      metrics: [of.work, of.failures].map((queue) => [
        "AWS/SQS",
        "ApproximateNumberOfMessagesVisible",
        "QueueName",
        queue,
      ]),
    },
    {
      title: "Schedules",
      stat: "Sum",
      metrics: ["InvocationAttemptCount", "TargetErrorCount", "InvocationDroppedCount"].map((metric) => [
        "AWS/Scheduler",
        metric,
        "ScheduleGroup",
        of.group,
      ]),
    },
  ];
}
