import { randomBytes } from "node:crypto";
import { ACCESS_TOKEN_FIELD } from "../../lambda/agreements/amountConfig";
import type { LocalCloud } from "../aws/localCloud";
import { UserError } from "../engine";
import type { SequenceSimulator } from "../sequence";

/** What rotates, and the field that holds it in a secret that is a JSON object. */
export type Credential = "accessToken" | { readonly ruleId: string };

/**
 * Rotates as a person does: Sequence makes a new credential, it is stored in every secret that holds the old one, and then the old
 * one is revoked. `current` is the old one. Returns the new one. Throws `UserError` if no secret holds it.
 */
export function rotate(
  credential: Credential,
  current: string,
  { cloud, sequence }: { readonly cloud: LocalCloud; readonly sequence: SequenceSimulator },
): string {
  const next = `rotated-${randomBytes(24).toString("base64url")}`;
  const field = credential === "accessToken" ? ACCESS_TOKEN_FIELD : credential.ruleId;
  const holders = cloud.secrets.arns().filter((arn) => holds(cloud.secrets.value(arn), field, current));
  if (holders.length === 0)
    throw new UserError(`no secret of the program holds ${nameOf(credential)}, so there is nothing to rotate.`);
  if (credential === "accessToken") sequence.acceptAccessToken(next);
  else sequence.acceptApiSecret(credential.ruleId, next);
  for (const arn of holders) cloud.secrets.put(arn, replaced(cloud.secrets.value(arn) ?? "", field, next));
  if (credential === "accessToken") sequence.revokeAccessToken(current);
  else sequence.revokeApiSecret(credential.ruleId, current);
  return next;
}

function nameOf(credential: Credential): string {
  return credential === "accessToken" ? "the access token" : `the API secret of ${credential.ruleId}`;
}

function holds(value: string | undefined, field: string, credential: string): boolean {
  return value !== undefined && (value === credential || fieldsIn(value)?.[field] === credential);
}

function replaced(value: string, field: string, next: string): string {
  const fields = fieldsIn(value);
  return fields ? JSON.stringify({ ...fields, [field]: next }) : next;
}

function fieldsIn(value: string): Record<string, unknown> | undefined {
  try {
    return value.startsWith("{") ? (JSON.parse(value) as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
