import { shown } from "../../lambda/agreements/shown";
import { LONGEST_KEY_MEMORY_MINUTES, LONGEST_MAX_AGE_MINUTES } from "../../lambda/agreements/triggerConfig";
import { wholeNumber } from "./wholeNumber";

/** How long an occurrence is tried. */
export const maxAgeMinutesProblem = wholeNumber(0, LONGEST_MAX_AGE_MINUTES, "minutes");

/** How long after its first try an occurrence of unknown outcome is tried again. */
export const keyMemoryMinutesProblem = wholeNumber(0, LONGEST_KEY_MEMORY_MINUTES, "minutes");

/** https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html */
export const schedulerMaxRetriesProblem = wholeNumber(0, 185, "retries");

/** https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html */
export const schedulerMaxAgeSecondsProblem = wholeNumber(60, 86_400, "seconds");

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
export const memorySizeProblem = wholeNumber(128, 10_240, "MB");

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html */
export const timeoutSecondsProblem = wholeNumber(1, 900, "seconds");

/** API Gateway's quotas for an account: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
export const throttlingRateLimitProblem = wholeNumber(1, 10_000, "requests a second");
export const throttlingBurstLimitProblem = wholeNumber(1, 5_000, "requests");

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html; 0 keeps lines for ever. */
const RETENTION_DAYS = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export function logRetentionDaysProblem(value: unknown): string | undefined {
  if (RETENTION_DAYS.includes(value as number)) return undefined;
  return `${shown(value)} is not allowed: CloudWatch takes ${RETENTION_DAYS.join(", ")} days, where 0 keeps everything for ever`;
}
