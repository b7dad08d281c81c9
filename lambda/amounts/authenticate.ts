import { createHash, timingSafeEqual } from "node:crypto";
import type { AmountFunctionConfig } from "../agreements/amountConfig";

/** What a request's URL stands for. */
export interface Authenticated {
  readonly name: string;
  /** The label of the URL key that the URL was made with. */
  readonly label: string;
  /** Whether the component hands out the URLs of this label. */
  readonly current: boolean;
}

/** What is known of a request that was refused. */
export interface Refused {
  /** The amount that the URL names, if that amount exists. An unknown name is never shown: it could be a token in the wrong place. */
  readonly amount: string | undefined;
  /** Whether the token has the right form. Such a token may belong to a revoked label or a removed amount. */
  readonly wellFormed: boolean;
}

/** 256 bits, base64url. */
const TOKEN_FORM = /^[\w-]{43}$/;

/** Stands in for the digest of an unknown amount. No known token has it. */
const NO_DIGEST = "00".repeat(32);

/**
 * Whoever knows an amount's URL may ask for it. Compares the token's digest with the amount's digest under every label, in
 * constant time; an unknown name takes the same steps as a wrong token. `undefined`: refused.
 */
export function authenticate(
  urlTokens: AmountFunctionConfig["urlTokens"],
  name: unknown,
  token: unknown,
): Authenticated | undefined {
  const given = createHash("sha256")
    .update(typeof token === "string" ? token : "")
    .digest();
  const amount = typeof name === "string" ? name : "";
  let found: Authenticated | undefined;
  urlTokens.forEach(({ label, digests }, index) => {
    const known = Object.hasOwn(digests, amount);
    const expected = Buffer.from((known && digests[amount]) || NO_DIGEST, "hex");
    const equal = timingSafeEqual(given, expected);
    if (known && equal) found ??= { name: amount, label, current: index === 0 };
  });
  return found;
}

/** Tells a rule whose URL is revoked or mistyped from noise. */
export function refusedRequest(urlTokens: AmountFunctionConfig["urlTokens"], name: unknown, token: unknown): Refused {
  const isKnown = typeof name === "string" && urlTokens.some(({ digests }) => Object.hasOwn(digests, name));
  return {
    amount: isKnown ? name : undefined,
    wellFormed: typeof token === "string" && TOKEN_FORM.test(token),
  };
}
