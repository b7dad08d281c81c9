import * as pulumi from "@pulumi/pulumi";
import type { DeclaredEndpoint } from "../plan/endpoint";
import { applyIfMade } from "./applyIfMade";
import { makeSecret, type SecretPart } from "./secret";

/** The access token's secret: the existing one, a new one, or none where no amount reads a balance. */
export function accessTokenSecret(
  component: string,
  declared: DeclaredEndpoint,
  tags: pulumi.Input<Record<string, string>> | undefined,
  opts: pulumi.CustomResourceOptions,
): SecretPart | undefined {
  const { accessToken, accessTokenSecretArn } = declared;
  // An endpoint of Fixed amounts has no right to a token that it never needs.
  if (!declared.readsBalances) return undefined;
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
      value,
      tags,
    },
    opts,
  );
}
