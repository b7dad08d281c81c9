import { createHash, randomUUID } from "node:crypto";
import { physicalName } from "./names";
import {
  type AwsApi,
  AwsError,
  type AwsOperation,
  type CloudContext,
  type Created,
  type CreateRequest,
  type Service,
} from "./types";

/** A version's value, as the wire carries it: text, or bytes in Base64. */
interface SecretValue {
  readonly SecretString?: string;
  readonly SecretBinary?: string;
}

interface Version {
  readonly id: string;
  readonly createdAt: number;
  readonly value: SecretValue;
  readonly stages: Set<string>;
}

interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly createdAt: number;
  changedAt: number;
  readonly versions: Map<string, Version>;
}

const CURRENT = "AWSCURRENT";
const PREVIOUS = "AWSPREVIOUS";
const MAX_VALUE_BYTES = 65_536;
/** Secrets Manager drops versions without a label beyond this many. */
const MAX_VERSIONS = 100;

/** Secrets Manager: secrets, their versions and stages. */
export class SecretsManager implements Service {
  readonly resources: Service["resources"] = {
    "aws:secretsmanager/secret:Secret": (request) => this.createSecret(request),
    "aws:secretsmanager/secretVersion:SecretVersion": (request) => this.createVersion(request),
  };
  readonly api: AwsApi = {
    signingName: "secretsmanager",
    protocol: "awsJson",
    operations: {
      GetSecretValue: this.operation("GetSecretValue", (secret, input) => getSecretValue(secret, input)),
      PutSecretValue: this.operation("PutSecretValue", (secret, input) => this.putSecretValue(secret, input)),
      DescribeSecret: this.operation("DescribeSecret", (secret) => describeSecret(secret)),
    },
  };
  private readonly byArn = new Map<string, Secret>();

  constructor(private readonly context: CloudContext) {}

  /** Makes `value` the current one, as an operator would with the AWS CLI. Throws `AwsError` if there is no such secret. */
  put(arnOrName: string, value: string): void {
    this.putSecretValue(this.secret(arnOrName), { SecretString: value });
  }

  /** Whether the secret has a current value. */
  isFilled(arnOrName: string): boolean {
    return versionAt(this.secret(arnOrName), CURRENT) !== undefined;
  }

  private operation(
    name: string,
    run: (secret: Secret, input: Record<string, unknown>) => Record<string, unknown>,
  ): AwsOperation {
    return {
      // The right is looked at before the secret is: whoever may not read it doesn't learn that it is missing.
      authorize: ({ SecretId }) => ({
        action: `secretsmanager:${name}`,
        resource: this.find(String(SecretId))?.arn ?? String(SecretId),
      }),
      run: (input) => run(this.secret(String(input.SecretId)), input),
    };
  }

  private createSecret(request: CreateRequest): Created {
    const { inputs } = request;
    const name = physicalName(request, { maxLength: 512 });
    if (!/^[\w/+=.@-]+$/.test(name))
      throw new AwsError(
        "ValidationException",
        "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
      );
    checkRecoveryWindow(inputs.recoveryWindowInDays);
    if (this.find(name))
      throw new AwsError("ResourceExistsException", `The operation failed because the secret ${name} already exists.`);
    const arn = `arn:aws:secretsmanager:${this.context.region}:${this.context.accountId}:secret:${name}-${suffix(name)}`;
    const now = this.context.clock.now();
    const description = typeof inputs.description === "string" ? inputs.description : undefined;
    this.byArn.set(arn, { arn, name, description, createdAt: now, changedAt: now, versions: new Map() });
    return {
      id: arn,
      state: { recoveryWindowInDays: 30, ...inputs, name, arn, policy: "", replicas: [], tagsAll: inputs.tags ?? {} },
    };
  }

  private createVersion(request: CreateRequest): Created {
    const { secretId, secretString, secretStringWo, secretBinary, versionStages } = request.inputs;
    const secret = this.secret(String(secretId));
    const text = secretString ?? secretStringWo;
    const { VersionId, VersionStages } = this.putSecretValue(secret, {
      ...(text !== undefined && { SecretString: text }),
      ...(secretBinary !== undefined && { SecretBinary: secretBinary }),
      ...(Array.isArray(versionStages) && { VersionStages: versionStages }),
    });
    const { secretStringWo: _writeOnly, ...inputs } = request.inputs;
    return {
      id: `${secret.arn}|${VersionId}`,
      state: {
        ...inputs,
        arn: secret.arn,
        secretArn: secret.arn,
        secretId: secret.arn,
        versionId: VersionId,
        versionStages: VersionStages,
        hasSecretStringWo: secretStringWo !== undefined,
      },
    };
  }

  private putSecretValue(secret: Secret, input: Record<string, unknown>) {
    const value = givenValue(input);
    const id = typeof input.ClientRequestToken === "string" ? input.ClientRequestToken : randomUUID();
    const existing = secret.versions.get(id);
    if (existing && !sameValue(existing.value, value))
      throw new AwsError("ResourceExistsException", "You can't use ClientRequestToken for a different value.");
    const now = this.context.clock.now();
    const version = existing ?? { id, createdAt: now, value, stages: new Set<string>() };
    if (!existing) {
      secret.versions.set(id, version);
      secret.changedAt = now;
      const asked = Array.isArray(input.VersionStages) ? input.VersionStages.map(String) : [CURRENT];
      for (const stage of versionAt(secret, CURRENT) ? asked : [...asked, CURRENT]) moveStage(secret, stage, version);
      dropOldVersions(secret);
      this.context.journal.record("secret.changed", { secret: secret.name, stages: [...version.stages] });
    }
    return { ARN: secret.arn, Name: secret.name, VersionId: id, VersionStages: [...version.stages] };
  }

  private secret(id: string): Secret {
    const secret = this.find(id);
    if (!secret) throw new AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
    return secret;
  }

  /** By ARN, by name, or by ARN without the suffix of six characters. */
  private find(id: string): Secret | undefined {
    const byArn = this.byArn.get(id);
    if (byArn) return byArn;
    for (const secret of this.byArn.values()) if (secret.name === id || secret.arn.slice(0, -7) === id) return secret;
    return undefined;
  }
}

function getSecretValue(secret: Secret, input: Record<string, unknown>) {
  const { VersionId, VersionStage } = input;
  const stage = VersionStage ?? (VersionId === undefined ? CURRENT : undefined);
  const version = VersionId === undefined ? versionAt(secret, String(stage)) : secret.versions.get(String(VersionId));
  if (!version)
    throw new AwsError(
      "ResourceNotFoundException",
      `Secrets Manager can't find the specified secret value for ${VersionId === undefined ? "staging label" : "VersionId"}: ${VersionId ?? stage}`,
    );
  if (stage !== undefined && !version.stages.has(String(stage)))
    throw new AwsError(
      "InvalidRequestException",
      "You provided a VersionStage that is not associated to the provided VersionId.",
    );
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    ...version.value,
    VersionStages: [...version.stages],
    CreatedDate: version.createdAt / 1000,
  };
}

function describeSecret(secret: Secret) {
  const labelled = [...secret.versions.values()].filter((version) => version.stages.size > 0);
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    CreatedDate: secret.createdAt / 1000,
    LastChangedDate: secret.changedAt / 1000,
    VersionIdsToStages: Object.fromEntries(labelled.map((version) => [version.id, [...version.stages]])),
  };
}

function givenValue(input: Record<string, unknown>): SecretValue {
  const { SecretString, SecretBinary } = input;
  const given = [SecretString, SecretBinary].filter((value) => value !== undefined);
  if (given.length !== 1 || typeof given[0] !== "string" || given[0] === "")
    throw new AwsError("InvalidRequestException", "You must provide either SecretString or SecretBinary.");
  const bytes = SecretBinary === undefined ? Buffer.from(given[0]) : Buffer.from(given[0], "base64");
  if (bytes.length > MAX_VALUE_BYTES)
    throw new AwsError("ValidationException", `The secret value is longer than ${MAX_VALUE_BYTES} bytes.`);
  return SecretBinary === undefined ? { SecretString: given[0] } : { SecretBinary: given[0] };
}

function sameValue(a: SecretValue, b: SecretValue): boolean {
  return a.SecretString === b.SecretString && a.SecretBinary === b.SecretBinary;
}

function versionAt(secret: Secret, stage: string): Version | undefined {
  for (const version of secret.versions.values()) if (version.stages.has(stage)) return version;
  return undefined;
}

/** A label is on one version only; what was current becomes previous. */
function moveStage(secret: Secret, stage: string, version: Version): void {
  const holder = versionAt(secret, stage);
  if (holder === version) return;
  holder?.stages.delete(stage);
  version.stages.add(stage);
  if (stage === CURRENT && holder) moveStage(secret, PREVIOUS, holder);
}

function dropOldVersions(secret: Secret): void {
  for (const version of secret.versions.values()) {
    if (secret.versions.size <= MAX_VERSIONS) return;
    if (version.stages.size === 0) secret.versions.delete(version.id);
  }
}

function checkRecoveryWindow(days: unknown): void {
  if (days === undefined || days === 0 || (typeof days === "number" && days >= 7 && days <= 30)) return;
  throw new AwsError("InvalidParameterException", `recoveryWindowInDays is ${days}; 0 or 7 to 30 days are allowed`);
}

/** Six letters or digits; AWS's are random, these are the same at every start. */
function suffix(name: string): string {
  const text = createHash("sha256").update(name).digest("base64").replace(/[+/=]/g, "");
  return text.slice(0, 6);
}
