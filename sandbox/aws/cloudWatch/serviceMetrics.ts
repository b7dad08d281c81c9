import type { JournalEntry } from "../types";
import type { Sample } from "./embeddedMetrics";
import type { MetricId } from "./metricStore";
import { QUEUE_GAUGES } from "./queueGauges";

/** A service's metrics that the sandbox has, each under exactly one dimension. */
interface ServiceMetrics {
  readonly dimension: string;
  readonly names: readonly string[];
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html */
const SERVICE_METRICS: Readonly<Record<string, ServiceMetrics>> = {
  "AWS/Lambda": { dimension: "FunctionName", names: ["Invocations", "Errors", "Throttles", "Duration"] },
  "AWS/ApiGateway": { dimension: "ApiId", names: ["Count", "4xx", "5xx", "Latency"] },
  "AWS/Scheduler": {
    dimension: "ScheduleGroup",
    names: [
      "InvocationAttemptCount",
      "TargetErrorCount",
      "InvocationDroppedCount",
      "InvocationsSentToDeadLetterCount",
      "InvocationsFailedToBeSentToDeadLetterCount",
    ],
  },
  "AWS/SQS": { dimension: "QueueName", names: ["NumberOfMessagesSent", ...QUEUE_GAUGES] },
};

/** Whether anything in the sandbox can ever give this metric a value. A namespace of one's own can be filled by any function. */
export function hasSource({ namespace, name, dimensions }: MetricId): boolean {
  if (!namespace.startsWith("AWS/")) return true;
  const service = SERVICE_METRICS[namespace];
  const given = Object.keys(dimensions);
  return service?.names.includes(name) === true && given.length === 1 && given[0] === service.dimension;
}

/** What AWS's services report to CloudWatch of something that happened. */
export function serviceMetrics(entry: JournalEntry): Sample[] {
  const report = Object.hasOwn(reports, entry.kind) ? reports[entry.kind] : undefined;
  if (!report) return [];
  const { namespace, of, values } = report(entry);
  const dimension = SERVICE_METRICS[namespace]?.dimension ?? "";
  return Object.entries(values).map(([name, value]) => ({
    id: { namespace, name, dimensions: { [dimension]: String(of) } },
    at: entry.at,
    value,
  }));
}

interface Report {
  readonly namespace: string;
  /** The dimension's value. */
  readonly of: unknown;
  readonly values: Readonly<Record<string, number>>;
}

const reports: Readonly<Record<string, (entry: JournalEntry) => Report>> = {
  "function.invoked": ({ function: of, ms, outcome }) => ({
    namespace: "AWS/Lambda",
    of,
    values: { Invocations: 1, Errors: outcome === "ok" ? 0 : 1, Throttles: 0, Duration: Number(ms) },
  }),
  // A throttled request is no invocation.
  "function.throttled": ({ function: of }) => ({ namespace: "AWS/Lambda", of, values: { Throttles: 1 } }),
  "http.request": ({ apiId: of, status, ms }) => ({
    namespace: "AWS/ApiGateway",
    of,
    values: { Count: 1, "4xx": isOf(400, status), "5xx": isOf(500, status), Latency: Number(ms) },
  }),
  "scheduler.fired": ({ group: of }) => ({ namespace: "AWS/Scheduler", of, values: { InvocationAttemptCount: 1 } }),
  "scheduler.failed": ({ group: of }) => ({
    namespace: "AWS/Scheduler",
    of,
    values: { InvocationAttemptCount: 1, TargetErrorCount: 1 },
  }),
  "scheduler.dropped": ({ group: of, deadLettered, deadLetterArn }) => ({
    namespace: "AWS/Scheduler",
    of,
    values: {
      InvocationDroppedCount: 1,
      ...(deadLettered ? { InvocationsSentToDeadLetterCount: 1 } : {}),
      ...(!deadLettered && deadLetterArn !== undefined ? { InvocationsFailedToBeSentToDeadLetterCount: 1 } : {}),
    },
  }),
  "queue.sent": ({ queue: of }) => ({ namespace: "AWS/SQS", of, values: { NumberOfMessagesSent: 1 } }),
};

function isOf(hundreds: number, status: unknown): number {
  return Number(status) >= hundreds && Number(status) < hundreds + 100 ? 1 : 0;
}
