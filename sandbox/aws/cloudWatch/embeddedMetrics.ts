import type { MetricId } from "./metricStore";

/** A value of a metric at an instant, milliseconds since the epoch. */
export interface Sample {
  readonly id: MetricId;
  readonly at: number;
  readonly value: number;
}

const MOST_VALUES = 100;
const MOST_DIMENSIONS = 30;

/**
 * The metrics that a log line carries in embedded metric format; none if it isn't such a line. What the format doesn't allow
 * is left out, as CloudWatch does.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function embeddedMetrics(line: string): Sample[] {
  // Most lines are none: don't parse them.
  if (!line.startsWith("{") || !line.includes('"CloudWatchMetrics"')) return [];
  const members = parseObject(line);
  const metadata = asObject(members?._aws);
  const at = metadata?.Timestamp;
  if (!members || !metadata || typeof at !== "number") return [];
  return asArray(metadata.CloudWatchMetrics).flatMap((directive) => samplesOf(asObject(directive), members, at));
}

type Members = Record<string, unknown>;

function samplesOf(directive: Members | undefined, members: Members, at: number): Sample[] {
  const namespace = directive?.Namespace;
  if (!directive || typeof namespace !== "string" || namespace === "") return [];
  const sets = asArray(directive.Dimensions).flatMap((names) => {
    const dimensions = dimensionsOf(names, members);
    return dimensions ? [dimensions] : [];
  });
  return asArray(directive.Metrics).flatMap((definition) => {
    const name = asObject(definition)?.Name;
    if (typeof name !== "string" || name === "") return [];
    return sets.flatMap((dimensions) =>
      valuesOf(members[name]).map((value) => ({ id: { namespace, name, dimensions }, at, value })),
    );
  });
}

/** The values of one dimension set; undefined if one isn't in the line: half a set would be another series. */
function dimensionsOf(names: unknown, members: Members): Record<string, string> | undefined {
  if (!Array.isArray(names) || names.length > MOST_DIMENSIONS) return undefined;
  const dimensions: Record<string, string> = {};
  for (const name of names) {
    const value = members[String(name)];
    if (typeof value !== "string" || value === "") return undefined;
    dimensions[String(name)] = value;
  }
  return dimensions;
}

function valuesOf(member: unknown): number[] {
  const values = Array.isArray(member) ? member : [member];
  if (values.length > MOST_VALUES) return [];
  return values.filter((value): value is number => typeof value === "number");
}

function parseObject(text: string): Members | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Members | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : undefined;
}

function asArray(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
