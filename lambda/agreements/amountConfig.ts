import type { AmountSpec } from "./amountKinds";

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
