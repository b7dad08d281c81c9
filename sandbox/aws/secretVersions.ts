import { NotRunError } from "./notRun";
import { AwsError } from "./types";

interface Version {
  readonly id: string;
  readonly createdAt: number;
  readonly value: string;
}

export interface Secret {
  readonly arn: string;
  readonly name: string;
  /** The versions by id, the latest last: that one is current, the one before it the previous. */
  readonly versions: Map<string, Version>;
  /** A person has scheduled its deletion. */
  isMarkedForDeletion?: boolean;
}

export const CURRENT = "AWSCURRENT";
export const PREVIOUS = "AWSPREVIOUS";
const MAX_VALUE_BYTES = 65_536;
/** Secrets Manager forgets older ones. */
export const MAX_VERSIONS = 100;

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html */
export function getSecretValue(secret: Secret, { VersionStage: stage = CURRENT }: Record<string, unknown>) {
  if (stage !== CURRENT && stage !== PREVIOUS) throw new NotRunError(`the stage ${stage} of secrets`);
  const version = versionAt(secret, stage);
  if (!version)
    throw new AwsError(
      "ResourceNotFoundException",
      `Secrets Manager can't find the specified secret value for staging label: ${stage}`,
    );
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    SecretString: version.value,
    VersionStages: [stage],
    CreatedDate: version.createdAt / 1000,
  };
}

export function versionAt({ versions }: Secret, stage: string): Version | undefined {
  return [...versions.values()].at(stage === CURRENT ? -1 : -2);
}

export function givenValue({ SecretString: value }: Record<string, unknown>): string {
  if (typeof value !== "string" || value === "")
    throw new AwsError("InvalidRequestException", "You must provide either SecretString or SecretBinary.");
  if (Buffer.byteLength(value) > MAX_VALUE_BYTES)
    throw new AwsError("ValidationException", `The secret value is longer than ${MAX_VALUE_BYTES} bytes.`);
  return value;
}
