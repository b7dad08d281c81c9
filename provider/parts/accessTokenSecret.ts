import * as pulumi from "@pulumi/pulumi";
import { given } from "../../lambda/agreements/given";
import type { EndpointPlan } from "../plan/endpoint";
import { applyIfMade } from "./applyIfMade";
import { makeSecret, type SecretPart } from "./secret";

/** The access token's secret: the existing one, a new one, or none where no amount reads a balance. */
export function accessTokenSecret(
  component: string,
  { readsBalances, accessToken, accessTokenSecretArn, tags }: EndpointPlan,
  opts: pulumi.CustomResourceOptions,
): SecretPart | undefined {
  // A function that reads no balance gets no right to read the token.
  if (!readsBalances) return undefined;
  if (accessTokenSecretArn !== undefined) return { arn: pulumi.output(accessTokenSecretArn), instructions: undefined };
  const value =
    accessToken === undefined
      ? undefined
      : applyIfMade(pulumi.secret(accessToken), (token) => JSON.stringify({ accessToken: token }));
  return makeSecret(
    component,
    "access-token",
    {
      description: `Sequence access token (${component})`,
      fields: ["accessToken"],
      ...given({ value }),
      tags,
    },
    opts,
  );
}
