import type { AmountSpec } from "./amountKinds";
import { amountSetProblems } from "./amountProblems";
import { being } from "./shown";

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
interface UrlTokens {
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

/** Throws an error that lists everything that is wrong with a `config.json`. */
export function checkAmountConfig(config: unknown): asserts config is AmountFunctionConfig {
  const problems = configProblems(config);
  if (problems.length > 0)
    throw new Error(`The amount function's config.json is defective; deploy it again:\n- ${problems.join("\n- ")}`);
}

function configProblems(config: unknown): string[] {
  if (typeof config !== "object" || config === null) return [`it ${being(config)}; it must be an object`];
  const { version, amounts, ceilingCents, urlTokens } = config as Record<string, unknown>;
  if (version !== 1) return [`version ${being(version)}; it must be 1, the only one that this code reads`];
  const problems = amountSetProblems(amounts, ceilingCents).map(({ path, reason }) => `${path.join(".")} ${reason}`);
  return problems.length > 0 ? problems : urlTokenProblems(urlTokens, Object.keys(amounts as object));
}

function urlTokenProblems(urlTokens: unknown, names: readonly string[]): string[] {
  if (!Array.isArray(urlTokens) || urlTokens.length === 0)
    return ["urlTokens has no label; it must be a list of at least one"];
  return urlTokens.flatMap((entry: unknown, index) => {
    const { label, digests } = (entry ?? {}) as Record<string, unknown>;
    if (typeof label !== "string" || label === "") return [`urlTokens.${index} has no label; it must have one`];
    if (typeof digests !== "object" || digests === null)
      return [`urlTokens.${index} has no digests; it must have one for every amount`];
    const missing = names.filter((name) => !isDigest(Object.hasOwn(digests, name) && digests[name as never]));
    const unknown = Object.keys(digests).filter((name) => !names.includes(name));
    return [
      ...missing.map(
        (name) =>
          `urlTokens.${index}.digests.${name} is missing or no digest; it must be the hex SHA-256 digest of a token`,
      ),
      ...unknown.map((name) => `urlTokens.${index}.digests.${name} belongs to no amount; it must be of one`),
    ];
  });
}

function isDigest(value: unknown): boolean {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}
