import { AwsError, type CreateRequest } from "../types";

/** When a message that keeps failing goes to another queue. */
interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  /** 1-1000. */
  readonly maxReceiveCount: number;
}

/** What a queue is declared with; all times in seconds. */
export interface QueueSettings {
  readonly visibilityTimeoutSeconds: number;
  readonly messageRetentionSeconds: number;
  readonly delaySeconds: number;
  readonly receiveWaitTimeSeconds: number;
  readonly maxMessageSize: number;
  readonly redrivePolicy: RedrivePolicy | undefined;
}

/** Default, smallest and largest value: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html */
const ranges = {
  visibilityTimeoutSeconds: { attribute: "VisibilityTimeout", default: 30, min: 0, max: 43_200 },
  messageRetentionSeconds: { attribute: "MessageRetentionPeriod", default: 345_600, min: 60, max: 1_209_600 },
  delaySeconds: { attribute: "DelaySeconds", default: 0, min: 0, max: 900 },
  receiveWaitTimeSeconds: { attribute: "ReceiveMessageWaitTimeSeconds", default: 0, min: 0, max: 20 },
  maxMessageSize: { attribute: "MaximumMessageSize", default: 1_048_576, min: 1_024, max: 1_048_576 },
} as const;

/** Reads a queue's inputs. Throws what SQS answers to a value that it doesn't take. */
export function queueSettings({ inputs }: CreateRequest): QueueSettings {
  return {
    visibilityTimeoutSeconds: numberOf(inputs, "visibilityTimeoutSeconds"),
    messageRetentionSeconds: numberOf(inputs, "messageRetentionSeconds"),
    delaySeconds: numberOf(inputs, "delaySeconds"),
    receiveWaitTimeSeconds: numberOf(inputs, "receiveWaitTimeSeconds"),
    maxMessageSize: numberOf(inputs, "maxMessageSize"),
    redrivePolicy: redrivePolicyOf(inputs.redrivePolicy),
  };
}

function numberOf(inputs: Record<string, unknown>, property: keyof typeof ranges): number {
  const { attribute, default: standard, min, max } = ranges[property];
  const value = inputs[property] ?? standard;
  if (typeof value !== "number" || !Number.isInteger(value) || value < min || value > max)
    throw new AwsError(
      "InvalidAttributeValue",
      `Invalid value for the parameter ${attribute}. (${property} is ${JSON.stringify(value)}; allowed are ${min} to ${max})`,
    );
  return value;
}

function redrivePolicyOf(text: unknown): RedrivePolicy | undefined {
  const policy = jsonObject(text, "RedrivePolicy");
  if (!policy) return undefined;
  const maxReceiveCount = Number(policy.maxReceiveCount);
  if (typeof policy.deadLetterTargetArn !== "string")
    throw invalidPolicy(
      "RedrivePolicy",
      text,
      "Redrive policy does not contain mandatory attribute: deadLetterTargetArn.",
    );
  if (!Number.isInteger(maxReceiveCount) || maxReceiveCount < 1 || maxReceiveCount > 1000)
    throw invalidPolicy(
      "RedrivePolicy",
      text,
      "Invalid value for maxReceiveCount, valid values are from 1 to 1000 both inclusive.",
    );
  return { deadLetterTargetArn: policy.deadLetterTargetArn, maxReceiveCount };
}

function jsonObject(text: unknown, attribute: string): Record<string, unknown> | undefined {
  if (text === undefined || text === null || text === "") return undefined;
  let value: unknown;
  try {
    value = JSON.parse(String(text));
  } catch {
    throw invalidPolicy(attribute, text, "It is not a valid JSON map.");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalidPolicy(attribute, text, "It is not a valid JSON map.");
  return value as Record<string, unknown>;
}

export function invalidPolicy(attribute: string, text: unknown, reason: string): AwsError {
  return new AwsError(
    "InvalidParameterValue",
    `Value ${text} for parameter ${attribute} is invalid. Reason: ${reason}`,
  );
}
