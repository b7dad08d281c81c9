import type { LogLine, Logs } from "../logs";
import { physicalName } from "../names";
import { NotRunError } from "../notRun";
import { AwsError, type Created, type CreateRequest } from "../types";
import type { Sample } from "./embeddedMetrics";

/** `{ $.field = "text" }`, of the grammar that AWS has. */
const PATTERN = /^\{\s*\$\.(\w+)\s*=\s*"([^"\\*]*)"\s*\}$/;
const FIELD = /^\$\.(\w+)$/;

/** What a filter counts: the lines of JSON in a log group that have this text in this field. */
interface Filter {
  readonly logGroup: string;
  readonly field: string;
  readonly text: string;
  readonly namespace: string;
  readonly metric: string;
  readonly value: number;
  /** By dimension, the field that its value is taken from. */
  readonly dimensions: readonly (readonly [string, string])[];
}

/**
 * CloudWatch Logs' metric filters, of the one kind that counts lines of JSON by a field's text.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html
 */
export class MetricFilters {
  private readonly filters: Filter[] = [];

  constructor(private readonly logs: Pick<Logs, "hasGroup">) {}

  create(request: CreateRequest): Created {
    const filter = filterOf(request);
    if (!this.logs.hasGroup(filter.logGroup))
      throw new AwsError("ResourceNotFoundException", `The specified log group does not exist: ${filter.logGroup}`);
    this.filters.push(filter);
    const name = physicalName(request, { maxLength: 512 });
    return { id: name, state: { ...request.inputs, id: name, name } };
  }

  samples({ group, message, at }: LogLine): Sample[] {
    const filters = this.filters.filter(({ logGroup }) => logGroup === group);
    const members = filters.length > 0 ? parsed(message) : {};
    return filters.flatMap((filter) => sampleOf(filter, members, at) ?? []);
  }
}

function sampleOf(filter: Filter, members: Record<string, unknown>, at: number): Sample | undefined {
  const { field, text, namespace, metric, value } = filter;
  if (members[field] !== text) return undefined;
  const dimensions: Record<string, string> = {};
  for (const [dimension, from] of filter.dimensions) {
    const given = members[from];
    // A line that lacks one belongs to no series.
    if (typeof given !== "string" || given === "") return undefined;
    dimensions[dimension] = given;
  }
  return { id: { namespace, name: metric, dimensions }, at, value };
}

function filterOf({ name, inputs }: CreateRequest): Filter {
  const { namespace, name: metric, value, ...rest } = (inputs.metricTransformation ?? {}) as Record<string, unknown>;
  const [, field, text = ""] = PATTERN.exec(String(inputs.pattern)) ?? [];
  if (field === undefined)
    throw new NotRunError(`metric filters with the pattern ${inputs.pattern}, only ones like { $.field = "text" }`);
  if (rest.defaultValue !== undefined) throw new NotRunError("metric filters with a defaultValue");
  if (typeof value !== "string" || !/^\d+$/.test(value))
    throw new NotRunError(`metric filters with the value ${value}, only with a whole number`);
  if (typeof namespace !== "string" || namespace.startsWith("AWS/") || typeof metric !== "string")
    throw new AwsError(
      "InvalidParameterException",
      `metric filter "${name}": the metric needs a name, and a namespace that doesn't begin with AWS/`,
    );
  const dimensions = Object.entries((rest.dimensions ?? {}) as Record<string, string>);
  if (dimensions.length > 3)
    throw new AwsError("InvalidParameterException", `metric filter "${name}": at most 3 dimensions are allowed`);
  return {
    logGroup: String(inputs.logGroupName),
    field,
    text,
    namespace,
    metric,
    value: Number(value),
    dimensions: dimensions.map(([dimension, selector]) => [dimension, fieldOf(selector)]),
  };
}

function fieldOf(selector: string): string {
  const field = FIELD.exec(selector)?.[1];
  if (field !== undefined) return field;
  throw new NotRunError(`metric filters with the dimension ${selector}, only ones like $.field`);
}

function parsed(line: string): Record<string, unknown> {
  try {
    const members: unknown = JSON.parse(line);
    return typeof members === "object" && members !== null ? (members as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
