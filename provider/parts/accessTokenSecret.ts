import * as pulumi from "@pulumi/pulumi";
import type { RemoteAmountEndpointArgs } from "../remoteAmountEndpoint";
import { makeSecret, type SecretPart } from "./secret";

/** The access token's secret: the existing one, a new one, or none where no amount reads a balance. */
export function accessTokenSecret(
  component: string,
  args: RemoteAmountEndpointArgs,
  tags: pulumi.Input<Record<string, string>> | undefined,
  opts: pulumi.CustomResourceOptions,
): SecretPart | undefined {
  if (args.accessTokenSecretArn !== undefined)
    return { arn: pulumi.output(args.accessTokenSecretArn), instructions: undefined, resources: [] };
  const needed = Object.values(args.amounts).some((amount) => amount.kind !== "Fixed");
  if (!needed && args.accessToken === undefined) return undefined;
  return makeSecret(
    component,
    "access-token",
    {
      description: `Sequence access token (${component})`,
      shape: '{"accessToken":"<the access token>"}',
      value:
        args.accessToken === undefined
          ? undefined
          : pulumi.jsonStringify({ accessToken: pulumi.secret(args.accessToken) }),
      tags,
    },
    opts,
  );
}
