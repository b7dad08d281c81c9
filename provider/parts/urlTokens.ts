import { createHash, createHmac } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { AmountFunctionConfig } from "../../lambda/amounts/config";

const KEY_BYTES = 32;

export interface UrlTokens {
  /** The token of every amount under the first label's key. Secret. */
  readonly current: pulumi.Output<Record<string, string>>;
  /** What the function knows of all tokens: their digests. Not secret, since no token can be had from them. */
  readonly digests: pulumi.Output<AmountFunctionConfig["urlTokens"]>;
}

/**
 * The tokens in the amount URLs. Sequence takes only a URL, so the URL is the credential. For each label there is a random key;
 * an amount's token is the HMAC of its name under that key, so that one leaked URL opens one amount and nothing else.
 */
export function makeUrlTokens(
  component: string,
  labels: readonly string[],
  amountNames: readonly string[],
  opts: pulumi.CustomResourceOptions,
): UrlTokens {
  const keys = labels.map((label) => ({
    label,
    // Never cut: it has no name in AWS, and one that begins with its parent's follows a rename of that.
    base64: new random.RandomBytes(`${component}-url-key-${label}`, { length: KEY_BYTES }, opts).base64,
  }));
  const tokens = pulumi.secret(
    pulumi.all(keys.map((key) => key.base64)).apply((values) =>
      values.map((value) => {
        const key = Buffer.from(value, "base64");
        return Object.fromEntries(amountNames.map((name) => [name, tokenOf(key, name)]));
      }),
    ),
  );
  const digests = tokens.apply((perLabel) =>
    perLabel.map((byName, index) => ({
      label: labels[index] as string,
      digests: Object.fromEntries(Object.entries(byName).map(([name, token]) => [name, digestOf(token)])),
    })),
  );
  return {
    current: tokens.apply((perLabel) => perLabel[0] as Record<string, string>),
    // Else the whole archive would show as one secret, and no change in it could be reviewed.
    digests: pulumi.unsecret(digests),
  };
}

/** 256 bits, base64url: 43 characters. */
function tokenOf(key: Buffer, amountName: string): string {
  return createHmac("sha256", key).update(amountName).digest("base64url");
}

function digestOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
