import { ACCESS_TOKEN_FIELD } from "../../../lambda/agreements/amountConfig";
import { ruleIdOf } from "../../../lambda/agreements/ruleId";
import { SequenceClient } from "../../../lambda/client";
import { storedCredential } from "../credential";
import type { LiveStack } from "../find/live";
import { type Finding, fine, looked, wrong } from "./finding";

/** Each secret is filled; Sequence accepts the access token. */
export async function secretFindings(stack: LiveStack): Promise<Finding[]> {
  const rules = Object.values(stack.triggers?.config.triggers ?? {});
  const secrets = new Map(rules.map(({ ruleId, apiSecretArn }) => [ruleIdOf(ruleId), apiSecretArn]));
  const looks = [accessToken(stack), ...[...secrets].map(([ruleId, arn]) => apiSecret(stack, ruleId, arn))];
  return (await Promise.all(looks)).flat();
}

function accessToken(stack: LiveStack): Promise<Finding[]> | [] {
  const { accessTokenSecretArn: arn, baseUrl, accountsPath } = stack.amounts ?? {};
  if (arn === undefined || baseUrl === undefined || accountsPath === undefined) return [];
  const about = "access token";
  return looked(about, async () => {
    try {
      const token = await storedCredential({ clients: stack.clients, arn, field: ACCESS_TOKEN_FIELD });
      const { accounts } = await new SequenceClient({ accessToken: token, baseUrl, accountsPath }).getAccounts();
      return [fine(about, `Sequence accepts it, and lists ${accounts.length} accounts`)];
    } catch (error) {
      return [foreseen(about, arn, error)];
    }
  });
}

function apiSecret(stack: LiveStack, ruleId: string, arn: string): Promise<Finding[]> {
  const about = `API secret of ${ruleId}`;
  return looked(about, async () => {
    try {
      await storedCredential({ clients: stack.clients, arn, field: ruleId });
      return [fine(about, "filled; whether Sequence accepts it can't be tried without triggering the rule")];
    } catch (error) {
      return [foreseen(about, arn, error)];
    }
  });
}

/** What is wrong with a credential itself; anything else is thrown on. */
function foreseen(about: string, arn: string, error: unknown): Finding {
  const { name, message, code } = error as Error & { code?: string };
  if (name === "SecretError") return wrong(about, message);
  if (name === "InvalidRequestException" && /deletion/i.test(message))
    return wrong(
      about,
      "its secret is scheduled for deletion, and nobody can read it until then",
      `take that back: aws secretsmanager restore-secret --secret-id ${arn}`,
    );
  if (name === "DecryptionFailure")
    return wrong(about, "its secret can't be decrypted", "look whether its KMS key is enabled, and not to be deleted");
  if (code === "INVALID_ACCESS_TOKEN")
    return wrong(
      about,
      "Sequence refuses it: it was revoked, or another value was stored",
      "make a new one in Sequence, and store it with fill-secret",
    );
  throw error;
}
