import { NotRunError } from "../notRun";
import { AwsError } from "../types";

const COLUMNS = 24;
const MOST_WIDGETS = 500;
/** The other types of widget that there are. The components' dashboards have graphs only. */
const OTHER_TYPES = ["text", "log", "alarm", "explorer", "custom"];

type Properties = Record<string, unknown>;

/** Throws what PutDashboard answers to a name that it doesn't take. */
export function checkDashboardName(name: unknown): string {
  if (typeof name === "string" && /^[A-Za-z0-9_-]{1,255}$/.test(name)) return name;
  throw new AwsError(
    "InvalidParameterValue",
    `The value ${JSON.stringify(name)} for field DashboardName contains invalid characters. It can only contain alphanumerics, dash (-) and underscore (_), and at most 255 of them.`,
  );
}

/**
 * Throws what PutDashboard answers to a body that it doesn't take: all that is wrong, with its place.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
export function checkDashboardBody(body: unknown): void {
  const problems = bodyProblems(body);
  if (problems.length > 0)
    throw new AwsError(
      "DashboardInvalidInputError",
      `The dashboard body is invalid, there are ${problems.length} validation errors: ${problems.join("; ")}`,
    );
}

function bodyProblems(body: unknown): string[] {
  let widgets: unknown;
  try {
    widgets = (JSON.parse(String(body)) as Properties | null)?.widgets;
  } catch (error) {
    return [`it isn't JSON: ${(error as Error).message}`];
  }
  if (!Array.isArray(widgets)) return ["/widgets must be a list"];
  if (widgets.length > MOST_WIDGETS)
    return [`/widgets has ${widgets.length} entries; at most ${MOST_WIDGETS} are allowed`];
  return widgets.flatMap((widget, index) => widgetProblems(widget).map((problem) => `/widgets/${index}: ${problem}`));
}

function widgetProblems(widget: unknown): string[] {
  if (typeof widget !== "object" || widget === null) return ["it must be an object"];
  const { type, x, y, width, height, properties } = widget as Properties;
  if (OTHER_TYPES.includes(String(type))) throw new NotRunError(`dashboard widgets of the type ${type}`);
  const problems = [
    ...inRange("x", x, 0, COLUMNS - 1),
    ...inRange("y", y, 0, Number.MAX_SAFE_INTEGER),
    ...inRange("width", width, 1, COLUMNS),
    ...inRange("height", height, 1, 1_000),
  ];
  if (Number(x) + Number(width) > COLUMNS)
    problems.push(`x ${x} and width ${width} reach beyond the ${COLUMNS} columns`);
  if (type !== "metric") return [...problems, `type ${JSON.stringify(type)} must be metric`];
  if (typeof properties !== "object" || properties === null) return [...problems, "properties must be an object"];
  return [...problems, ...graphProblems(properties as Properties)];
}

function graphProblems({ metrics, region, period }: Properties): string[] {
  const problems: string[] = [];
  if (typeof region !== "string" || region === "") problems.push("properties.region must be a text");
  if (!Number.isInteger(period) || Number(period) < 1)
    problems.push(`properties.period ${JSON.stringify(period)} must be a whole number of seconds`);
  if (!Array.isArray(metrics) || metrics.length === 0) return [...problems, "properties.metrics must be a list"];
  const wrong = metrics.flatMap((metric, index) => (isMetric(metric) ? [] : [index]));
  return [
    ...problems,
    ...wrong.map((index) => `properties.metrics/${index} must be [namespace, metric, dimension, value, ...]`),
  ];
}

function isMetric(metric: unknown): boolean {
  if (!Array.isArray(metric)) return false;
  if (metric.some((field) => typeof field === "object" || /^\.+$/.test(field)))
    throw new NotRunError(`dashboard metrics with options, expressions or dots: ${JSON.stringify(metric)}`);
  const isText = metric.every((field) => typeof field === "string" && field !== "");
  return isText && metric.length >= 2 && metric.length % 2 === 0;
}

function inRange(property: string, value: unknown, min: number, max: number): string[] {
  return Number.isInteger(value) && Number(value) >= min && Number(value) <= max
    ? []
    : [`${property} ${JSON.stringify(value)} must be a whole number from ${min} to ${max}`];
}
