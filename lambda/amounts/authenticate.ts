import { createHash, timingSafeEqual } from "node:crypto";
import type { AmountFunctionConfig } from "./config";

/** What a request's URL stands for. */
export interface Authenticated {
  readonly name: string;
  /** The label of the URL key that the URL was made with. */
  readonly label: string;
  /** Whether that is the label whose URLs are handed out. */
  readonly current: boolean;
}

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
