import * as sqs from "@pulumi/aws/sqs";
import * as pulumi from "@pulumi/pulumi";
import { receivesWithin } from "../../lambda/agreements/redelivery";
import { LONGEST_MAX_AGE_MINUTES } from "../../lambda/agreements/triggerConfig";
import { childName } from "./names";

const DAY_SECONDS = 86_400;

/** AWS advises six times the function's timeout, so that a message in work isn't handed out again. */
const VISIBILITY_PER_TIMEOUT = 6;

/**
 * The handler itself moves a message that it gives up, and needs fewer receives than this even for the longest `maxAgeMinutes`. Only a
 * function that can't start uses them up; then SQS moves the message to the failure queue as it is.
 */
const MAX_RECEIVE_COUNT = receivesWithin(LONGEST_MAX_AGE_MINUTES);

export interface QueueParts {
  readonly work: sqs.Queue;
  readonly failures: sqs.Queue;
}

/** The queue of occurrences to run, and the queue of those that were given up. */
export function makeQueues(
  component: string,
  options: { readonly timeoutSeconds: number; readonly tags: pulumi.Input<Record<string, string>> | undefined },
  opts: pulumi.CustomResourceOptions,
): QueueParts {
  const failures = new sqs.Queue(
    childName(component, "failures"),
    { messageRetentionSeconds: 14 * DAY_SECONDS, sqsManagedSseEnabled: true, tags: options.tags },
    opts,
  );
  const work = new sqs.Queue(
    childName(component, "work"),
    {
      visibilityTimeoutSeconds: VISIBILITY_PER_TIMEOUT * options.timeoutSeconds,
      messageRetentionSeconds: 4 * DAY_SECONDS,
      receiveWaitTimeSeconds: 20,
      sqsManagedSseEnabled: true,
      redrivePolicy: pulumi.jsonStringify({
        deadLetterTargetArn: failures.arn,
        maxReceiveCount: MAX_RECEIVE_COUNT,
      }),
      tags: options.tags,
    },
    opts,
  );
  return { work, failures };
}
