import * as dynamodb from "@pulumi/aws/dynamodb";
import * as pulumi from "@pulumi/pulumi";
import type { TriggersPlan } from "../plan/triggers";
import { applyIfMade } from "./applyIfMade";
import { childName } from "./names";
import type { QueueParts } from "./queues";

/** The table that remembers what became of every occurrence, because Sequence forgets keys after a time that nobody publishes. */
export interface Ledger {
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
}

/** The existing table that the plan names, or one that is made. */
export function ledgerFor(
  component: string,
  { ledgerTableName, tags }: TriggersPlan,
  queues: QueueParts,
  opts: pulumi.CustomResourceOptions,
): Ledger {
  if (ledgerTableName === undefined) return makeLedger(component, tags, opts);
  const name = pulumi.output(ledgerTableName);
  // It lies where the queues do. Asking AWS for the table would need a right of whoever deploys, and fail in a preview of a new stack.
  const place = applyIfMade(queues.work.arn, (arn) =>
    arn.split(":").slice(0, 5).join(":").replace(":sqs:", ":dynamodb:"),
  );
  return { name, arn: pulumi.interpolate`${place}:table/${name}` };
}

function makeLedger(
  component: string,
  tags: pulumi.Input<Record<string, string>> | undefined,
  opts: pulumi.CustomResourceOptions,
): dynamodb.Table {
  return new dynamodb.Table(
    childName(component, "ledger"),
    {
      billingMode: "PAY_PER_REQUEST",
      hashKey: "key",
      attributes: [{ name: "key", type: "S" }],
      ttl: { attributeName: "expiresAt", enabled: true },
      // If somebody deletes items by mistake, they can be restored: a forgotten execution could be repeated.
      pointInTimeRecovery: { enabled: true },
      tags,
    },
    opts,
  );
}
