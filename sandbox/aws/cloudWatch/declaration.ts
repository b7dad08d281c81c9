import { physicalName } from "../names";
import { NotRunError } from "../notRun";
import { AwsError, type CreateRequest } from "../types";
import type { AlarmState, MissingData, Rule } from "./alarmState";
import { DAY_MS, HOUR_MS, type MetricId, MINUTE_MS, type Statistic } from "./metricStore";

/** Each operator that is run in the words in which CloudWatch gives the reason, and what it means. */
export const comparisons = {
  GreaterThanOrEqualToThreshold: {
    words: "greater than or equal to",
    breaches: (value: number, threshold: number) => value >= threshold,
  },
  LessThanThreshold: { words: "less than", breaches: (value: number, threshold: number) => value < threshold },
} as const;

type Comparison = keyof typeof comparisons;

/** What an alarm is declared with. */
export interface AlarmDeclaration extends Rule {
  readonly name: string;
  /** The name within the program. */
  readonly logicalName: string;
  readonly description: string | undefined;
  readonly metric: MetricId;
  readonly statistic: Statistic;
  readonly comparison: Comparison;
  readonly threshold: number;
  readonly periodMs: number;
  /** How long after its creation missing data says nothing; 0 without a warm-up period. */
  readonly warmUpMs: number;
  /** The topics that hear of each state. */
  readonly actions: Readonly<Record<AlarmState, readonly string[]>>;
  readonly actionsEnabled: boolean;
}

const STATISTICS: readonly Statistic[] = ["Sum", "Minimum", "Maximum"];
const MISSING_DATA: readonly MissingData[] = ["breaching", "notBreaching", "ignore", "missing"];
const HIGH_RESOLUTION_PERIODS = [10, 20, 30];
const LONGEST_RANGE_MS = 7 * DAY_MS;
const LONGEST_WARM_UP_MINUTES = 2_880;
const MOST_ACTIONS = 5;
const MOST_DIMENSIONS = 30;
const LONGEST_DESCRIPTION = 1_024;

/** Inputs with which CloudWatch evaluates otherwise than the sandbox does, and what they are called. */
const UNSUPPORTED = {
  metricQueries: "metric math (metricQueries)",
  thresholdMetricId: "anomaly detection (thresholdMetricId)",
  extendedStatistic: "alarms on percentiles (extendedStatistic)",
  evaluationCriteria: "alarms on PromQL queries (evaluationCriteria)",
  evaluationInterval: "alarms with an evaluationInterval",
  unit: "alarms on one unit of a metric (unit)",
} as const;

/**
 * Reads an alarm's inputs by the rules of PutMetricAlarm
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html). Throws what it answers to a value that it
 * doesn't take, and `NotRunError` for what only AWS does.
 */
export function alarmDeclaration(request: CreateRequest): AlarmDeclaration {
  const { inputs } = request;
  for (const [input, what] of Object.entries(UNSUPPORTED)) if (isGiven(inputs[input])) throw new NotRunError(what);
  const evaluationPeriods = wholeNumber(inputs, "evaluationPeriods");
  const datapointsToAlarm = isGiven(inputs.datapointsToAlarm)
    ? wholeNumber(inputs, "datapointsToAlarm")
    : evaluationPeriods;
  if (datapointsToAlarm > evaluationPeriods)
    throw invalid(`DatapointsToAlarm ${datapointsToAlarm} must be at most EvaluationPeriods ${evaluationPeriods}`);
  const description = isGiven(inputs.alarmDescription) ? String(inputs.alarmDescription) : undefined;
  if (description && description.length > LONGEST_DESCRIPTION)
    throw invalid(`AlarmDescription has ${description.length} characters; at most ${LONGEST_DESCRIPTION} are allowed`);
  return {
    name: nameOf(request),
    logicalName: request.name,
    description,
    metric: metricOf(inputs),
    statistic: runOf(STATISTICS, inputs, "statistic"),
    comparison: runOf(Object.keys(comparisons) as Comparison[], inputs, "comparisonOperator"),
    threshold: thresholdOf(inputs.threshold),
    periodMs: periodOf(inputs, evaluationPeriods),
    warmUpMs: warmUpOf(inputs.warmUpConfiguration),
    evaluationPeriods,
    datapointsToAlarm,
    treatMissingData: oneOf(MISSING_DATA, inputs.treatMissingData ?? "missing", "TreatMissingData"),
    actions: {
      ALARM: topicsOf(inputs, "alarmActions"),
      OK: topicsOf(inputs, "okActions"),
      INSUFFICIENT_DATA: topicsOf(inputs, "insufficientDataActions"),
    },
    actionsEnabled: inputs.actionsEnabled !== false,
  };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}

function nameOf(request: CreateRequest): string {
  const name = physicalName(request, { maxLength: 255 });
  if (!/^[\x20-\x7e]+$/.test(name)) throw invalid(`AlarmName "${name}" must consist of ASCII characters`);
  return name;
}

function metricOf(inputs: Record<string, unknown>): MetricId {
  const { namespace, metricName, dimensions = {} } = inputs;
  if (typeof namespace !== "string" || !/^[^:].{0,254}$/.test(namespace))
    throw invalid(`Namespace ${JSON.stringify(namespace)} must have 1 to 255 characters and not begin with a colon`);
  if (typeof metricName !== "string" || !/^.{1,255}$/.test(metricName))
    throw invalid(`MetricName ${JSON.stringify(metricName)} must have 1 to 255 characters`);
  const entries = Object.entries((dimensions ?? {}) as Record<string, unknown>);
  if (entries.length > MOST_DIMENSIONS)
    throw invalid(`${entries.length} Dimensions are given; at most ${MOST_DIMENSIONS} are allowed`);
  for (const [name, value] of entries)
    if (!/^[^:].{0,254}$/.test(name) || typeof value !== "string" || !/^.{1,1024}$/.test(value))
      throw invalid(
        `Dimension ${JSON.stringify(name)} is ${JSON.stringify(value)}: a name has 1 to 255 characters, a value 1 to 1024`,
      );
  return { namespace, name: metricName, dimensions: Object.fromEntries(entries) as Record<string, string> };
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-warm-up.html */
function warmUpOf(configuration: unknown): number {
  if (!isGiven(configuration)) return 0;
  const { warmUpPeriodDurationInMinutes: minutes, onlyStartEvaluatingAfterWarmUpPeriodEnds: always } =
    configuration as Record<string, unknown>;
  if (always === true) throw new NotRunError("alarms that wait for the end of their warm-up period in any case");
  if (!Number.isInteger(minutes) || (minutes as number) < 1 || (minutes as number) > LONGEST_WARM_UP_MINUTES)
    throw invalid(
      `WarmUpPeriodDurationInMinutes ${minutes} must be a whole number from 1 to ${LONGEST_WARM_UP_MINUTES}`,
    );
  return (minutes as number) * MINUTE_MS;
}

function thresholdOf(value: unknown): number {
  if (typeof value !== "number" || !Number.isFinite(value))
    throw invalid(`Threshold ${JSON.stringify(value)} must be a number`);
  return value;
}

function periodOf(inputs: Record<string, unknown>, evaluationPeriods: number): number {
  const seconds = wholeNumber(inputs, "period");
  if (HIGH_RESOLUTION_PERIODS.includes(seconds)) throw new NotRunError(`alarms of high resolution (period ${seconds})`);
  if (seconds % 60 !== 0) throw invalid(`Period ${seconds} must be 10, 20, 30 or a multiple of 60`);
  const periodMs = seconds * 1000;
  const longest = periodMs >= HOUR_MS ? LONGEST_RANGE_MS : DAY_MS;
  if (periodMs * evaluationPeriods > longest)
    throw invalid(
      `Metrics cannot be checked across more than ${longest === DAY_MS ? "a day" : "7 days"} (EvaluationPeriods * Period must be <= ${longest / 1000}; given: ${evaluationPeriods} * ${seconds})`,
    );
  return periodMs;
}

function topicsOf(inputs: Record<string, unknown>, input: string): readonly string[] {
  const arns = (inputs[input] ?? []) as unknown[];
  if (arns.length > MOST_ACTIONS)
    throw invalid(`${arns.length} ${input} are given; at most ${MOST_ACTIONS} are allowed`);
  return arns.map((arn) => {
    if (typeof arn !== "string" || !arn.startsWith("arn:"))
      throw invalid(`Invalid arn syntax: ${JSON.stringify(arn)} (${input})`);
    if (!/^arn:[^:]+:sns:/.test(arn)) throw new NotRunError(`an alarm's action other than a topic: ${arn} (${input})`);
    return arn;
  });
}

function oneOf<Value extends string>(allowed: readonly Value[], value: unknown, parameter: string): Value {
  if (!allowed.includes(value as Value))
    throw invalid(`${parameter} ${JSON.stringify(value)} must be one of ${allowed.join(", ")}`);
  return value as Value;
}

/** The value of an input of which the sandbox runs only these. */
function runOf<Value extends string>(run: readonly Value[], inputs: Record<string, unknown>, input: string): Value {
  const value = inputs[input] as Value;
  if (!run.includes(value)) throw new NotRunError(`alarms with the ${input} ${value}, only ${run.join(", ")}`);
  return value;
}

function wholeNumber(inputs: Record<string, unknown>, input: string): number {
  const value = inputs[input];
  if (typeof value !== "number" || !Number.isInteger(value) || value < 1)
    throw invalid(`${input} ${JSON.stringify(value)} must be a whole number of at least 1`);
  return value;
}

function invalid(message: string): AwsError {
  return new AwsError("ValidationError", message);
}
