import { createHash, createHmac } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { AmountFunctionConfig } from "../../lambda/agreements/amountConfig";

/** Letters and digits: more than 256 bits. */
const KEY_LENGTH = 44;

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
  // A password and not random bytes, whose id in Pulumi's state would be the key itself, in plain text.
  const keys = labels.map(
    (label) =>
      // Its name is never cut: it has none in AWS, and one that begins with its parent's follows a rename of that.
      new random.RandomPassword(`${component}-url-key-${label}`, { length: KEY_LENGTH, special: false }, opts),
  );
  const tokens = pulumi.secret(
    pulumi.all(keys.map((key) => key.result)).apply((values) =>
      values.map((key) =>
        // No key: it isn't made, as with `pulumi up --target` of something else.
        Object.fromEntries(key ? amountNames.map((name) => [name, tokenOf(key, name)]) : []),
      ),
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
function tokenOf(key: string, amountName: string): string {
  return createHmac("sha256", key).update(amountName).digest("base64url");
}

function digestOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
