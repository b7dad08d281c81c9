import { AwsError } from "../types";

const COLUMNS = 24;
const TALLEST = 1_000;
const MOST_WIDGETS = 500;
const LONGEST_NAME = 255;

type Properties = Record<string, unknown>;

/** What each type of widget must have; https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
const WIDGETS: Readonly<Record<string, (properties: Properties) => string[]>> = {
  metric: metricProblems,
  text: ({ markdown }) => (typeof markdown === "string" && markdown ? [] : ["properties.markdown must be a text"]),
  log: ({ query, region }) => [...needed("query", query), ...needed("region", region)],
  alarm: ({ alarms }) => (Array.isArray(alarms) && alarms.length > 0 ? [] : ["properties.alarms must name alarms"]),
  explorer: () => [],
  custom: ({ endpoint }) => needed("endpoint", endpoint),
};

/** Throws what PutDashboard answers to a name that it doesn't take. */
export function checkDashboardName(name: unknown): string {
  if (typeof name === "string" && /^[A-Za-z0-9_-]+$/.test(name) && name.length <= LONGEST_NAME) return name;
  throw new AwsError(
    "InvalidParameterValue",
    `The value ${JSON.stringify(name)} for field DashboardName contains invalid characters. It can only contain alphanumerics, dash (-) and underscore (_), and at most ${LONGEST_NAME} of them.`,
  );
}

/** Throws what PutDashboard answers to a body that it doesn't take: all that is wrong, with its place. */
export function checkDashboardBody(body: unknown): void {
  const problems = bodyProblems(body);
  if (problems.length > 0)
    throw new AwsError(
      "DashboardInvalidInputError",
      `The dashboard body is invalid, there are ${problems.length} validation errors: ${problems.join("; ")}`,
    );
}

function bodyProblems(body: unknown): string[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(String(body));
  } catch (error) {
    return [`it isn't JSON: ${(error as Error).message}`];
  }
  const widgets = (parsed as Properties | null)?.widgets;
  if (!Array.isArray(widgets)) return ["/widgets must be a list"];
  if (widgets.length > MOST_WIDGETS)
    return [`/widgets has ${widgets.length} entries; at most ${MOST_WIDGETS} are allowed`];
  return widgets.flatMap((widget, index) => widgetProblems(widget).map((problem) => `/widgets/${index}: ${problem}`));
}

function widgetProblems(widget: unknown): string[] {
  if (typeof widget !== "object" || widget === null) return ["it must be an object"];
  const { type, x, y, width = 6, height = 6, properties } = widget as Properties;
  const problems = [
    ...inRange("x", x ?? 0, 0, COLUMNS - 1),
    ...inRange("y", y ?? 0, 0, Number.MAX_SAFE_INTEGER),
    ...inRange("width", width, 1, COLUMNS),
    ...inRange("height", height, 1, TALLEST),
  ];
  if ((x === undefined) !== (y === undefined)) problems.push("x and y must be given together");
  if (Number(x ?? 0) + Number(width) > COLUMNS)
    problems.push(`x ${x} and width ${width} reach beyond the ${COLUMNS} columns`);
  const check = Object.hasOwn(WIDGETS, String(type)) ? WIDGETS[String(type)] : undefined;
  if (!check) return [...problems, `type ${JSON.stringify(type)} must be one of ${Object.keys(WIDGETS).join(", ")}`];
  if (typeof properties !== "object" || properties === null) return [...problems, "properties must be an object"];
  return [...problems, ...check(properties as Properties)];
}

function metricProblems({ metrics, region, annotations, period }: Properties): string[] {
  const problems = needed("region", region);
  if (period !== undefined && !(Number.isInteger(period) && Number(period) > 0))
    problems.push(`properties.period ${JSON.stringify(period)} must be a whole number of seconds`);
  if (metrics === undefined && annotations !== undefined) return problems;
  if (!Array.isArray(metrics) || metrics.length === 0)
    return [...problems, "properties.metrics must be a list of metrics"];
  return [
    ...problems,
    ...metrics.flatMap((metric, index) => (isMetric(metric) ? [] : [`properties.metrics/${index} ${METRIC_FORM}`])),
  ];
}

const METRIC_FORM = "must be [namespace, metric, dimension, value, ..., options] or [{ expression }]";

/** A dot stands for the same field of the metric before. */
function isMetric(metric: unknown): boolean {
  if (!Array.isArray(metric)) return false;
  const last = metric.at(-1);
  const hasOptions = typeof last === "object" && last !== null && !Array.isArray(last);
  const fields = hasOptions ? metric.slice(0, -1) : metric;
  if (fields.length === 0) return hasOptions && typeof last.expression === "string";
  if (!fields.every((field) => typeof field === "string" && field !== "")) return false;
  // Three dots stand for all but the last value.
  return fields.includes("...") || (fields.length >= 2 && fields.length % 2 === 0);
}

function needed(property: string, value: unknown): string[] {
  return typeof value === "string" && value !== "" ? [] : [`properties.${property} must be a text`];
}

function inRange(property: string, value: unknown, min: number, max: number): string[] {
  return Number.isInteger(value) && Number(value) >= min && Number(value) <= max
    ? []
    : [`${property} ${JSON.stringify(value)} must be a whole number from ${min} to ${max}`];
}
