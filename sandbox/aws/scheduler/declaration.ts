import { nextOccurrence, type Schedule, ScheduleError, timeZoneProblem } from "../../../lambda/schedule";
import { NotRunError, refuseInputs } from "../notRun";
import { AwsError, type CreateRequest } from "../types";

/** Where a schedule sends its message, and how often it tries. */
export interface ScheduleTarget {
  /** Of a queue or a function. */
  readonly arn: string;
  readonly roleArn: string;
  readonly input: string | undefined;
  readonly maximumEventAgeInSeconds: number;
  /** Tries after the first. */
  readonly maximumRetryAttempts: number;
  readonly deadLetterArn: string | undefined;
}

/** What is declared of a schedule besides its name. */
export interface ScheduleDeclaration {
  readonly when: Schedule;
  readonly enabled: boolean;
  readonly description: string | undefined;
  readonly target: ScheduleTarget;
}

type Inputs = Record<string, unknown>;

/** The components' function keeps the dates of a trigger itself. */
const UNSUPPORTED_INPUTS = ["startDate", "endDate"];

/** Reads a schedule's inputs. Throws what Scheduler answers to a value that it doesn't take. */
export function scheduleDeclaration(request: CreateRequest): ScheduleDeclaration {
  const { inputs } = request;
  refuseInputs(request, UNSUPPORTED_INPUTS);
  const { state = "ENABLED", description } = inputs;
  if (state !== "ENABLED" && state !== "DISABLED")
    throw invalid(`state is ${JSON.stringify(state)}; allowed are ENABLED and DISABLED`);
  const window = (inputs.flexibleTimeWindow as Inputs | undefined)?.mode;
  if (window !== "OFF") throw new NotRunError("schedules with another flexibleTimeWindow mode than OFF");
  return {
    when: whenOf(inputs),
    enabled: state === "ENABLED",
    description: typeof description === "string" ? description : undefined,
    target: targetOf(inputs.target),
  };
}

function whenOf(inputs: Inputs): Schedule {
  const when: Schedule = {
    expression: String(inputs.scheduleExpression),
    timezone: typeof inputs.scheduleExpressionTimezone === "string" ? inputs.scheduleExpressionTimezone : "UTC",
  };
  const zone = timeZoneProblem(when.timezone);
  if (zone) throw invalid(`Invalid ScheduleExpressionTimezone: it ${zone}`);
  try {
    nextOccurrence(when, 0);
  } catch (error) {
    if (error instanceof ScheduleError)
      throw invalid(`Invalid Schedule Expression ${when.expression}: ${error.message}`);
    throw error;
  }
  return when;
}

function targetOf(value: unknown): ScheduleTarget {
  const target = (value ?? {}) as Inputs;
  const retry = (target.retryPolicy ?? {}) as Inputs;
  const deadLetterArn = (target.deadLetterConfig as Inputs | undefined)?.arn;
  if (typeof target.arn !== "string" || !/^arn:aws:(sqs|lambda):/.test(target.arn))
    throw new NotRunError(`schedules with another target than a queue or a function, such as ${target.arn}`);
  if (typeof target.roleArn !== "string") throw invalid("target.roleArn is missing.");
  if (target.sqsParameters !== undefined) throw new NotRunError("schedules with sqsParameters");
  if (deadLetterArn !== undefined && !/^arn:aws:sqs:/.test(String(deadLetterArn)))
    throw invalid(`deadLetterConfig.arn is ${deadLetterArn}; it must be the ARN of a standard SQS queue.`);
  return {
    arn: target.arn,
    roleArn: target.roleArn,
    input: typeof target.input === "string" ? target.input : undefined,
    // What is left out is a day and 185 tries: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html
    maximumEventAgeInSeconds: integer("maximumEventAgeInSeconds", retry.maximumEventAgeInSeconds ?? 86_400, 60, 86_400),
    maximumRetryAttempts: integer("maximumRetryAttempts", retry.maximumRetryAttempts ?? 185, 0, 185),
    deadLetterArn: deadLetterArn === undefined ? undefined : String(deadLetterArn),
  };
}

function integer(property: string, value: unknown, min: number, max: number): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return value;
  throw invalid(`${property} is ${JSON.stringify(value)}; allowed are whole numbers from ${min} to ${max}`);
}

function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message);
}
