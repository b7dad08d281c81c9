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
 * function that can't start uses them up; then SQS moves the message to the dead-letter queue as it is.
 */
const MAX_RECEIVE_COUNT = receivesWithin(LONGEST_MAX_AGE_MINUTES);

interface QueueOptions {
  readonly timeoutSeconds: number;
  readonly tags: pulumi.Input<Record<string, string>> | undefined;
}

export interface QueueParts {
  readonly work: sqs.Queue;
  readonly failures: sqs.Queue;
}

export interface EventQueueParts {
  readonly events: sqs.Queue;
  readonly deadLetters: sqs.Queue;
}

/** The queue of occurrences to run, and the queue of those that were given up. */
export function makeQueues(component: string, options: QueueOptions, opts: pulumi.CustomResourceOptions): QueueParts {
  const failures = deadLetterQueue(component, "failures", options, opts);
  return { work: sourceQueue(component, "work", failures, options, opts), failures };
}

/**
 * The queue of events, and the queue of messages that the function could not even refuse. It isn't the failure queue, from which a
 * person takes commands: whatever a sender of events writes may end here as it is.
 */
export function makeEventQueues(
  component: string,
  options: QueueOptions,
  opts: pulumi.CustomResourceOptions,
): EventQueueParts {
  const deadLetters = deadLetterQueue(component, "event-dead-letters", options, opts);
  return { events: sourceQueue(component, "events", deadLetters, options, opts), deadLetters };
}

function deadLetterQueue(component: string, part: string, { tags }: QueueOptions, opts: pulumi.CustomResourceOptions) {
  return new sqs.Queue(
    childName(component, part),
    { messageRetentionSeconds: 14 * DAY_SECONDS, sqsManagedSseEnabled: true, tags },
    opts,
  );
}

/** A queue that the function takes messages from. */
function sourceQueue(
  component: string,
  part: string,
  deadLetters: sqs.Queue,
  { timeoutSeconds, tags }: QueueOptions,
  opts: pulumi.CustomResourceOptions,
) {
  return new sqs.Queue(
    childName(component, part),
    {
      visibilityTimeoutSeconds: VISIBILITY_PER_TIMEOUT * timeoutSeconds,
      messageRetentionSeconds: 4 * DAY_SECONDS,
      receiveWaitTimeSeconds: 20,
      sqsManagedSseEnabled: true,
      redrivePolicy: pulumi.jsonStringify({
        deadLetterTargetArn: deadLetters.arn,
        maxReceiveCount: MAX_RECEIVE_COUNT,
      }),
      tags,
    },
    opts,
  );
}
