import * as dynamodb from "@pulumi/aws/dynamodb";
import type * as pulumi from "@pulumi/pulumi";
import { childName } from "./names";

/** The table that remembers what became of every occurrence, so that nothing depends on how long Sequence does. */
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
      // What was executed must not be forgotten by a mistake of somebody's hand.
      pointInTimeRecovery: { enabled: true },
      tags,
    },
    opts,
  );
}
