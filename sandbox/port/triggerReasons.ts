import type { Deployment } from "../engine";
import { didYouMean, type SandboxSettings } from "../settings";
import type { LedgerEntry } from "./types";

/** What is known of the program and of sandbox.yaml. */
interface Known {
  readonly settings: SandboxSettings;
  readonly deployment: Pick<Deployment, "resources">;
}

/** Why Sequence wasn't called, or didn't take the call, with what to change. */
export function whyNotTriggered(entry: LedgerEntry, { settings, deployment }: Known): string {
  const { ruleId, code, status, reason = "no reason is known" } = entry;
  const rules = settings.sequence.rules.map(({ id }) => id);
  const secret = /\barn:[\w-]+:secretsmanager:\S*[\w]/.exec(reason)?.[0];
  // No call was answered, and the words are about a secret.
  if (secret !== undefined && status === 0) return `its secret ${whatIsWith(secret, ruleId, code, deployment)}`;
  if (status === 400 && rules.length === 0 && settings.missing !== undefined) return settings.missing;
  if (status === 400 && !rules.includes(ruleId))
    return `sandbox.yaml has no rule "${ruleId}"; its rules are ${rules.join(", ") || "none"}.${didYouMean(ruleId, rules)}`;
  if (code === "INVALID_API_SECRET")
    return `the API secret that the program has for rule ${ruleId} isn't sequence.rules.${ruleId}.apiSecret of sandbox.yaml`;
  return reason;
}

function whatIsWith(arn: string, ruleId: string, code: string | undefined, { resources }: Known["deployment"]): string {
  const name = resources.find(({ id, type }) => type.startsWith("aws:secretsmanager/") && id === arn)?.name ?? arn;
  const isMissing = code === "SECRET_UNFILLED" || name === arn;
  const what = isMissing ? "has no value in sandbox.yaml" : `can't be used (${code})`;
  return `"${name}" ${what}: add\nsecrets:\n  ${name}: { ${ruleId}: <the apiSecret of this rule under sequence.rules> }`;
}
