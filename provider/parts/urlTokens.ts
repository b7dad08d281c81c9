import { createHash, createHmac } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { AmountFunctionConfig } from "../../lambda/agreements/amountConfig";

/** This many letters and digits have more than 256 bits. */
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
  // Not RandomBytes: its id would be the key itself, in plain text in Pulumi's state.
  const keys = labels.map(
    (label) =>
      // Don't shorten: there is no AWS limit, and a rename is only followed for names that start with the parent's.
      new random.RandomPassword(`${component}-url-key-${label}`, { length: KEY_LENGTH, special: false }, opts),
  );
  const tokens = pulumi.secret(
    pulumi.all(keys.map((key) => key.result)).apply((values) =>
      values.map((key) =>
        // `pulumi up --target` of something else doesn't make a missing key.
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
    // Otherwise Pulumi would show the whole archive as one secret, and nobody could review a change in it.
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
