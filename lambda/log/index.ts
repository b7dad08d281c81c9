import { METRIC_NAMESPACE } from "../agreements/metrics";
import { type LogFields, plainFields, redact } from "./fields";

export { conceal, type LogFields, redact, translatePlaces } from "./fields";
export { writeLine } from "./output";

/** Units of CloudWatch metrics that are used here. */
export type MetricUnit = "Count" | "Milliseconds" | "Seconds" | "None";

/** Writes one JSON object a line. `Metric` are the names of the metrics that it takes. */
export interface Logger<Metric extends string = string> {
  /** `event` is a dotted name that doesn't vary, such as `amount.answered`; what varies goes into `fields`. */
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  /** A logger whose lines carry `fields` too. */
  with(fields: LogFields): Logger<Metric>;
  /**
   * Records a CloudWatch metric of the namespace `SequenceRemoteApi` under the dimension `FunctionName`; `dimensions` makes a
   * second, finer series beside it. `unit` defaults to `Count`.
   */
  metric(name: Metric, value: number, unit?: MetricUnit, dimensions?: Readonly<Record<string, string>>): void;
}

const MAX_LINE_CHARS = 16_384;

/**
 * A logger whose lines carry `base`. Lines go to standard output unless `write` takes them: `console.log` would put a prefix
 * before the JSON, and CloudWatch reads an embedded metric only from a line that is JSON from its first character.
 */
export function createLogger(
  base: LogFields = {},
  write: (line: string) => void = (line) => process.stdout.write(`${line}\n`),
): Logger {
  const log = (level: string, event: string, fields: LogFields = {}) =>
    write(toLine({ time: new Date().toISOString(), level, event: redact(event) }, base, fields));
  return {
    info: (event, fields) => log("info", event, fields),
    warn: (event, fields) => log("warn", event, fields),
    error: (event, fields) => log("error", event, fields),
    with: (fields) => createLogger({ ...base, ...fields }, write),
    metric: (name, value, unit = "Count", dimensions = {}) => {
      if (!Number.isFinite(value)) return log("error", "metric.invalid", { metric: name, value });
      write(toLine(embeddedMetric(name, value, unit, dimensions), base));
    },
  };
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
function embeddedMetric(name: string, value: number, unit: MetricUnit, dimensions: Readonly<Record<string, string>>) {
  const now = new Date();
  const finer = Object.keys(dimensions);
  return {
    _aws: {
      Timestamp: now.getTime(),
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          // An alarm watches one series of exactly these dimensions, so the coarse one is always there.
          Dimensions: finer.length > 0 ? [["FunctionName"], ["FunctionName", ...finer]] : [["FunctionName"]],
          Metrics: [{ Name: name, Unit: unit }],
        },
      ],
    },
    time: now.toISOString(),
    level: "info",
    event: "metric",
    ...Object.fromEntries(Object.entries(dimensions).map(([key, text]) => [key, redact(text)])),
    FunctionName: process.env.AWS_LAMBDA_FUNCTION_NAME || "local",
    [name]: value,
  };
}

/** The line of `fixed` and of the fields that don't have a name of `fixed`; of two with one name the later one counts. */
function toLine(fixed: Record<string, unknown>, ...fields: LogFields[]): string {
  const entry: Record<string, unknown> = { ...fixed };
  for (const some of fields)
    for (const [key, value] of Object.entries(plainFields(some))) if (!Object.hasOwn(fixed, key)) entry[key] = value;
  const line = JSON.stringify(entry);
  return line.length <= MAX_LINE_CHARS ? line : shortened(fixed, entry, line.length);
}

/** Leaves out the longest fields first, until the line fits. */
function shortened(fixed: Record<string, unknown>, entry: Record<string, unknown>, length: number): string {
  const sizes = Object.keys(entry)
    .filter((key) => !Object.hasOwn(fixed, key))
    .map((key) => ({ key, chars: JSON.stringify(entry[key]).length }))
    .sort((a, b) => b.chars - a.chars);
  let left = length;
  for (const { key, chars } of sizes) {
    if (left <= MAX_LINE_CHARS) break;
    const note = `[left out: ${chars} characters]`;
    entry[key] = note;
    left -= chars - note.length - 2;
  }
  const line = JSON.stringify(entry);
  return line.length <= MAX_LINE_CHARS ? line : JSON.stringify({ ...fixed, leftOut: "all fields: too long" });
}
