/** What a log line says beside its event. Values are made plain, bounded and stripped of credentials. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Units of CloudWatch metrics that are used here. */
export type MetricUnit = "Count" | "Milliseconds" | "Seconds" | "None";

/** Writes one JSON object a line. */
export interface Logger {
  /** `event` is a dotted name that doesn't vary, such as `amount.answered`; what varies goes into `fields`. */
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  /** A logger whose lines carry `fields` too. */
  with(fields: LogFields): Logger;
  /**
   * Records a CloudWatch metric of the namespace `SequenceRemoteApi` under the dimension `FunctionName`; `dimensions` makes a
   * second, finer series beside it. `unit` defaults to `Count`.
   */
  metric(name: string, value: number, unit?: MetricUnit, dimensions?: Readonly<Record<string, string>>): void;
}

/** The namespace of every metric. */
export const METRIC_NAMESPACE = "SequenceRemoteApi";

const MAX_LINE_CHARS = 16_384;
const MAX_TEXT_CHARS = 1_000;
/** A longer text is cut before it is searched for credentials, so that a huge one costs no time. */
const MAX_SEARCHED_CHARS = 65_536;
const MAX_ENTRIES = 40;
const MAX_DEPTH = 4;
const MAX_CONCEALED = 200;
/** A shorter value is no credential, and removing it would make other text unreadable. */
const MIN_CONCEALED_CHARS = 6;

const REDACTED = "[redacted]";
const CREDENTIAL_KEYS =
  /^(authorization|cookie|set-cookie|password|secret|token|apisecret|accesstoken|secretstring|credential|x-sequence-.*|rawpath|rawquerystring)$/i;

const concealed = new Set<string>();

/** Keeps `credential` out of every line of every logger of this process from now on. */
export function conceal(credential: string): void {
  if (credential.length < MIN_CONCEALED_CHARS) return;
  concealed.delete(credential);
  concealed.add(credential);
  for (const oldest of concealed) {
    if (concealed.size <= MAX_CONCEALED) break;
    concealed.delete(oldest);
  }
}

/**
 * A logger whose lines carry `base`. Lines go to standard output unless `write` takes them: `console.log` would put a prefix
 * before the JSON, and CloudWatch reads an embedded metric only from a line that is JSON from its first character.
 */
export function createLogger(
  base: LogFields = {},
  write: (line: string) => void = (line) => process.stdout.write(`${line}\n`),
): Logger {
  const log = (level: string, event: string, fields: LogFields = {}) =>
    write(toLine({ time: new Date().toISOString(), level, event: redact(event) }, { ...base, ...fields }));
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

/** The line of `fixed` and of the fields that don't have a name of `fixed`. */
function toLine(fixed: Record<string, unknown>, fields: LogFields): string {
  const entry: Record<string, unknown> = { ...fixed };
  for (const [key, value] of Object.entries(plainEntries(fields, 0)))
    if (!Object.hasOwn(fixed, key)) entry[key] = value;
  const line = JSON.stringify(entry);
  return line.length <= MAX_LINE_CHARS ? line : shortened(fixed, entry, line.length);
}

/** Leaves out the longest fields first, until the line fits. */
function shortened(fixed: Record<string, unknown>, entry: Record<string, unknown>, length: number): string {
  const sizes = Object.keys(entry)
    .filter((key) => !Object.hasOwn(fixed, key))
    .map((key) => ({ key, chars: JSON.stringify(entry[key])?.length ?? 0 }))
    .sort((a, b) => b.chars - a.chars);
  let left = length;
  for (const { key, chars } of sizes) {
    if (left <= MAX_LINE_CHARS) break;
    const note = `[left out: ${chars} characters]`;
    entry[key] = note;
    left -= chars - note.length - 2;
  }
  return JSON.stringify(entry);
}

function plainEntries(source: object, depth: number): Record<string, unknown> {
  const entries: [string, unknown][] = [];
  for (const key of Object.keys(source).slice(0, MAX_ENTRIES)) {
    const value = CREDENTIAL_KEYS.test(key) ? REDACTED : plain(read(source, key), depth);
    if (value !== undefined) entries.push([redact(key), value]);
  }
  return Object.fromEntries(entries);
}

/** A copy of `value` that JSON can hold, without credentials, of bounded size. */
function plain(value: unknown, depth: number): unknown {
  if (typeof value === "string") return redact(value);
  if (typeof value === "boolean" || value === null || value === undefined) return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value !== "object") return redact(String(value));
  if (depth >= MAX_DEPTH) return "[nested too deep]";
  if (value instanceof Error) return plainError(value, depth);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "invalid date" : value.toISOString();
  if (Array.isArray(value)) return value.slice(0, MAX_ENTRIES).map((item) => plain(item, depth + 1) ?? null);
  return plainEntries(value, depth + 1);
}

const ERROR_FIELDS = ["code", "status", "requestId", "attempts", "retryable", "amount", "secretArn"] as const;

/** What helps to find the cause of an error. Not its other properties, which may hold a request with its headers. */
function plainError(error: Error, depth: number): Record<string, unknown> {
  const described: Record<string, unknown> = {
    name: redact(String(read(error, "name"))),
    message: redact(String(read(error, "message"))),
  };
  const metadata = read(error, "$metadata");
  if (typeof metadata === "object" && metadata !== null) {
    described.status = plain(read(metadata, "httpStatusCode"), MAX_DEPTH);
    described.requestId = plain(read(metadata, "requestId"), MAX_DEPTH);
  }
  for (const field of ERROR_FIELDS) {
    const value = plain(read(error, field), MAX_DEPTH);
    if (value !== undefined) described[field] = value;
  }
  described.at = firstFrame(read(error, "stack"));
  const cause = read(error, "cause");
  if (cause !== undefined) described.cause = plain(cause, depth + 1);
  return described;
}

/** Where an error came from: the first line of the stack that is a place in the code. */
function firstFrame(stack: unknown): string | undefined {
  if (typeof stack !== "string") return undefined;
  const frame = stack.split("\n", 50).find((line) => line.startsWith("    at ") && /:\d+:\d+\)?$/.test(line));
  return frame === undefined ? undefined : redact(frame.trim());
}

function read(source: object, key: string): unknown {
  try {
    return (source as Record<string, unknown>)[key];
  } catch {
    return "[unreadable]";
  }
}

/** `text` without credentials, cut to a bounded length. */
function redact(text: string): string {
  let clean = text.slice(0, MAX_SEARCHED_CHARS);
  for (const credential of concealed) clean = clean.replaceAll(credential, REDACTED);
  clean = clean
    .replace(/\bBearer\s+[^\s"',;]+/gi, `Bearer ${REDACTED}`)
    // An amount's URL: its last segment is the credential.
    .replace(/(\/amounts\/[\w-]+\/)[\w%-]+/g, `$1${REDACTED}`);
  return clean.length <= MAX_TEXT_CHARS ? clean : `${clean.slice(0, MAX_TEXT_CHARS)}… (${text.length} characters)`;
}
