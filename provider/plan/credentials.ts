import { LONGEST_CREDENTIAL, SHORTEST_CREDENTIAL, tooShort } from "../../lambda/agreements/credentialLength";
import type { Gate } from "./gate";

/** A credential is given as a value, or as an existing secret, or left to the operator. */
export function checkOneSource<Args>(
  gate: Gate,
  args: Args,
  value: keyof Args & string,
  secretArn: keyof Args & string,
  at: (property: string) => string = (property) => property,
): void {
  if (args[value] !== undefined && args[secretArn] !== undefined)
    gate.add(
      at(secretArn),
      `is given together with ${at(value)}: take one of them out, because a secret has one writer`,
    );
}

/** Never shows the value. */
export function credentialProblem(value: unknown): string | undefined {
  if (typeof value !== "string" || value.trim() === "")
    return "is empty; it must be the value that Sequence shows: give it, or leave it out to fill it in after the deployment";
  // The newline that a file or a shell leaves at the end is taken off by the function.
  const credential = value.trim().replace(/^Bearer\s+/i, "");
  // What the functions refuse when they read it must not get that far.
  if (/[^\x21-\x7e]|"/.test(credential))
    return "has a space, a quotation mark or a character that can't be sent in an HTTP header in it; it must be the value that Sequence shows, without quotation marks: copy it again";
  if (credential.length > LONGEST_CREDENTIAL)
    return `has ${credential.length} characters; it must have at most ${LONGEST_CREDENTIAL}: copy it again`;
  return credential.length < SHORTEST_CREDENTIAL ? tooShort(credential) : undefined;
}

const SECRET = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]+$/;

/**
 * A role's policy names the secret by its ARN. A partial ARN, without the six characters that Secrets Manager adds, matches nothing in a
 * policy. The value is not shown: it may be the secret itself.
 */
export function secretArnProblem(value: unknown): string | undefined {
  const form = "arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-AbCdEf";
  if (typeof value !== "string" || !value.startsWith("arn:"))
    return `is not an ARN; it must be the complete ARN of a secret (${form}), not its name or its value`;
  if (!SECRET.test(value)) return `is not the ARN of a secret; it must be like ${form}`;
  if (/-[A-Za-z0-9]{6}$/.test(value)) return undefined;
  return `is a partial ARN; it must be the complete one, which ends in a dash and six characters: "aws secretsmanager describe-secret --secret-id NAME" shows it`;
}
