import { createHash, timingSafeEqual } from "node:crypto";
import type { AmountFunctionConfig } from "../agreements/amountConfig";

/** What a request's URL stands for. */
export interface Authenticated {
  readonly name: string;
  /** The label of the URL key that the URL was made with. */
  readonly label: string;
  /** Whether that is the label whose URLs are handed out. */
  readonly current: boolean;
}

/** What is known of a request that was refused. */
export interface Refused {
  /** The amount that its URL names, if there is one. Never another name: it could be a token in the wrong place. */
  readonly amount: string | undefined;
  /** Whether its token could be one, of a revoked label or of an amount that was taken out. */
  readonly wellFormed: boolean;
}

/** 256 bits, base64url. */
const TOKEN_FORM = /^[\w-]{43}$/;

/** Compared with when there is nothing to compare with. No token is known that has this digest. */
const NO_DIGEST = "00".repeat(32);

/**
 * Who may ask for an amount is who knows its URL. Compares the token's digest with the amount's digest under every label, in
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
