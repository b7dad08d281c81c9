import * as dynamodb from "@pulumi/aws/dynamodb";
import type * as pulumi from "@pulumi/pulumi";
import { childName } from "./names";

/** The table that remembers what became of every occurrence, because Sequence forgets keys after a time that nobody publishes. */
export function makeLedger(
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
