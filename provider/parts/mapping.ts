import * as lambda from "@pulumi/aws/lambda";
import type * as sqs from "@pulumi/aws/sqs";
import type * as pulumi from "@pulumi/pulumi";
import type { FunctionParts } from "./function";
import { childName } from "./names";

/** Lets the function take messages from a queue. Each queue has calls of its own, so that events never keep a payday waiting. */
export function makeMapping(
  component: string,
  part: string,
  on: {
    readonly queue: sqs.Queue;
    readonly parts: FunctionParts;
    readonly tags: pulumi.Input<Record<string, string>> | undefined;
  },
  opts: pulumi.CustomResourceOptions,
): lambda.EventSourceMapping {
  return new lambda.EventSourceMapping(
    childName(component, part),
    {
      eventSourceArn: on.queue.arn,
      functionName: on.parts.function.arn,
      batchSize: 1,
      // Enough to go on while one call hangs; the fewest that AWS takes.
      scalingConfig: { maximumConcurrency: 2 },
      functionResponseTypes: ["ReportBatchItemFailures"],
      tags: on.tags,
    },
    // Lambda checks on creation that the function may read the queue.
    { ...opts, dependsOn: [on.parts.policy] },
  );
}
