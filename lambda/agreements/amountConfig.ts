import type { AmountKind } from "../amounts/kinds";

/**
 * What the amount function is deployed with: `config.json` in its archive. It holds no credential: of each URL token only the
 * SHA-256 digest.
 */
export interface AmountFunctionConfig {
  readonly version: 1;
  readonly amounts: { readonly [name: string]: AmountSpec };
  /** No answer is above this; required as soon as one amount isn't Fixed. In cents. */
  readonly ceilingCents?: number;
  /**
   * The labels of the URL keys, the one whose URLs are handed out first, each with the hex SHA-256 digest of every amount's
   * token.
   */
  readonly urlTokens: readonly UrlTokens[];
}

/** The digests of the URL tokens made with one URL key. */
export interface UrlTokens {
  readonly label: string;
  readonly digests: { readonly [name: string]: string };
}

/** Options that every computed amount takes. All in cents; applied in the order maximum, rounding, minimum. */
export interface AmountLimits {
  /** A larger amount becomes this. */
  readonly maxCents?: number;
  /** The amount is rounded down to a multiple of this. Defaults to 1. */
  readonly roundToCents?: number;
  /** A smaller amount becomes 0, never raised. Defaults to 100, the smallest transfer Sequence makes. */
  readonly minCents?: number;
}

/** An amount that depends on the balance of one account, named by id or exact name. */
export interface OfAccount extends AmountLimits {
  readonly account: string;
  /** Must be true for an account of type `Account`: its balance can be a day old. */
  readonly allowExternalBalance?: boolean;
}

/** How an amount comes about: one of the kinds in the table, each of which declares its own options. */
export type AmountSpec = Parameters<AmountKind["compute"]>[0];

/** The field of the access token's secret, if that is a JSON object. */
export const ACCESS_TOKEN_FIELD = "accessToken";

/** The names of the environment variables of the amount function. None holds a credential. */
export const amountEnvironment = {
  /** Base URL of Sequence's API. */
  baseUrl: "SEQUENCE_BASE_URL",
  /** Path of the accounts call. */
  accountsPath: "SEQUENCE_ACCOUNTS_PATH",
  /** ARN of the secret that holds the access token; absent if no amount needs one. */
  accessTokenSecretArn: "ACCESS_TOKEN_SECRET_ARN",
} as const;
