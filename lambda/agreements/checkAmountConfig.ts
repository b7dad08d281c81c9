import type { AmountFunctionConfig } from "./amountConfig";
import { amountSetProblems } from "./amountProblems";

/** Throws an error that lists everything that is wrong with a `config.json`. */
export function checkConfig(config: unknown): asserts config is AmountFunctionConfig {
  const problems = configProblems(config);
  if (problems.length > 0)
    throw new Error(`The amount function's config.json is defective; deploy it again:\n- ${problems.join("\n- ")}`);
}

function configProblems(config: unknown): string[] {
  if (typeof config !== "object" || config === null) return ["it must be an object"];
  const { version, amounts, ceilingCents, urlTokens } = config as Record<string, unknown>;
  if (version !== 1) return ["version must be 1, the only one that this code reads"];
  const problems = amountSetProblems(amounts, ceilingCents).map(({ path, reason }) => `${path.join(".")} ${reason}`);
  return problems.length > 0 ? problems : urlTokenProblems(urlTokens, Object.keys(amounts as object));
}

function urlTokenProblems(urlTokens: unknown, names: readonly string[]): string[] {
  if (!Array.isArray(urlTokens) || urlTokens.length === 0) return ["urlTokens must be a list of at least one label"];
  return urlTokens.flatMap((entry: unknown, index) => {
    const { label, digests } = (entry ?? {}) as Record<string, unknown>;
    if (typeof label !== "string" || label === "") return [`urlTokens.${index} must have a label`];
    if (typeof digests !== "object" || digests === null) return [`urlTokens.${index} must have digests`];
    const missing = names.filter((name) => !isDigest(Object.hasOwn(digests, name) && digests[name as never]));
    const unknown = Object.keys(digests).filter((name) => !names.includes(name));
    return [
      ...missing.map((name) => `urlTokens.${index}.digests.${name} must be the hex SHA-256 digest of a token`),
      ...unknown.map((name) => `urlTokens.${index}.digests.${name} belongs to no amount`),
    ];
  });
}

function isDigest(value: unknown): boolean {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}
