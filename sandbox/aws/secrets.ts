import { createHash, randomUUID } from "node:crypto";
import { physicalName } from "./names";
import { NotRunError, refuseInputs, refuseParameters } from "./notRun";
import { CURRENT, getSecretValue, givenValue, MAX_VERSIONS, PREVIOUS, type Secret, versionAt } from "./secretVersions";
import {
  type AwsApi,
  AwsError,
  type AwsOperation,
  type CloudContext,
  type Created,
  type CreateRequest,
  type Service,
} from "./types";

/** Of a version that isn't a text, or doesn't become the current one. */
const UNSUPPORTED_INPUTS = ["secretBinary", "secretStringWo", "versionStages"];

/** Secrets Manager: secrets with their current and previous values, as text. */
export class SecretsManager implements Service {
  readonly resources: Service["resources"] = {
    "aws:secretsmanager/secret:Secret": (request) => this.createSecret(request),
    "aws:secretsmanager/secretVersion:SecretVersion": (request) => this.createVersion(request),
  };
  readonly api: AwsApi = {
    signingName: "secretsmanager",
    protocol: "awsJson",
    operations: {
      GetSecretValue: this.operation("GetSecretValue", ["VersionStage"], getSecretValue),
      PutSecretValue: this.operation(
        "PutSecretValue",
        ["SecretString", "ClientRequestToken", "VersionStages"],
        (secret, input) => this.putSecretValue(secret, input),
      ),
    },
  };
  private readonly byArn = new Map<string, Secret>();

  constructor(private readonly context: CloudContext) {}

  /** Makes `value` the current one, as an operator would with the AWS CLI. Throws `AwsError` if there is no such secret. */
  put(arnOrName: string, value: string): void {
    this.putSecretValue(this.secret(arnOrName), { SecretString: value });
  }

  /** What the secret has now; undefined of an empty one. */
  value(arnOrName: string): string | undefined {
    return versionAt(this.secret(arnOrName), CURRENT)?.value;
  }

  /** The ARN of every secret. */
  arns(): string[] {
    return [...this.byArn.keys()];
  }

  /** Whether the secret has a value. */
  isFilled(arnOrName: string): boolean {
    return this.secret(arnOrName).versions.size > 0;
  }

  /** As a person in the AWS console might: schedules a secret's deletion, or takes that back. Until then it can't be read. */
  markForDeletion(arnOrName: string, isMarked: boolean): void {
    this.secret(arnOrName).isMarkedForDeletion = isMarked;
  }

  /** A secret with this ARN, which the program names and somebody made before. */
  createExisting(arn: string): void {
    const name = /:secret:(.+)-[A-Za-z0-9]{6}$/.exec(arn)?.[1] ?? arn.split(":").slice(6).join(":");
    if (!this.byArn.has(arn)) this.byArn.set(arn, { arn, name, versions: new Map() });
  }

  /** Values that were put by hand. A secret that the program or sandbox.yaml fills keeps its own. */
  takeOver(earlier: SecretsManager): void {
    for (const secret of this.byArn.values()) {
      if (secret.versions.size > 0) continue;
      for (const [id, version] of earlier.byArn.get(secret.arn)?.versions ?? []) secret.versions.set(id, version);
    }
  }

  private operation(
    name: string,
    parameters: readonly string[],
    run: (secret: Secret, input: Record<string, unknown>) => Record<string, unknown>,
  ): AwsOperation {
    return {
      // The right is looked at before the secret is: whoever may not read it doesn't learn that it is missing.
      authorize: ({ SecretId }) => ({
        action: `secretsmanager:${name}`,
        resource: this.find(String(SecretId))?.arn ?? String(SecretId),
      }),
      run: (input) => {
        refuseParameters(`secretsmanager:${name}`, input, ["SecretId", ...parameters]);
        const secret = this.secret(String(input.SecretId));
        if (secret.isMarkedForDeletion)
          throw new AwsError(
            "InvalidRequestException",
            "You can't perform this operation on the secret because it was marked for deletion.",
          );
        return run(secret, input);
      },
    };
  }

  private createSecret(request: CreateRequest): Created {
    const { inputs } = request;
    refuseInputs(request, ["policy", "replicas"]);
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
    this.byArn.set(arn, { arn, name, versions: new Map() });
    return { id: arn, state: { ...inputs, name, arn, tagsAll: inputs.tags ?? {} } };
  }

  private createVersion(request: CreateRequest): Created {
    const { inputs } = request;
    refuseInputs(request, UNSUPPORTED_INPUTS);
    const secret = this.secret(String(inputs.secretId));
    const { VersionId } = this.putSecretValue(secret, { SecretString: inputs.secretString });
    return { id: `${secret.arn}|${VersionId}`, state: { ...inputs, arn: secret.arn, versionId: VersionId } };
  }

  private putSecretValue(secret: Secret, input: Record<string, unknown>) {
    const value = givenValue(input);
    for (const stage of Array.isArray(input.VersionStages) ? input.VersionStages : [])
      if (stage !== CURRENT) throw new NotRunError(`putting a secret at the stage ${stage}`);
    const id =
      typeof input.ClientRequestToken === "string" ? input.ClientRequestToken : (this.context.newId ?? randomUUID)();
    const existing = secret.versions.get(id);
    if (existing && existing.value !== value)
      throw new AwsError("ResourceExistsException", "You can't use ClientRequestToken for a different value.");
    if (!existing) {
      secret.versions.set(id, { id, createdAt: this.context.clock.now(), value });
      const [oldest] = secret.versions.keys();
      if (oldest !== undefined && secret.versions.size > MAX_VERSIONS) secret.versions.delete(oldest);
      this.context.journal.record("secret.changed", { secret: secret.name });
    }
    const stages = [CURRENT, PREVIOUS].filter((stage) => versionAt(secret, stage)?.id === id);
    return { ARN: secret.arn, Name: secret.name, VersionId: id, VersionStages: stages };
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

function checkRecoveryWindow(days: unknown): void {
  if (days === undefined || days === 0 || (typeof days === "number" && days >= 7 && days <= 30)) return;
  throw new AwsError("InvalidParameterException", `recoveryWindowInDays is ${days}; 0 or 7 to 30 days are allowed`);
}

/** Six letters or digits; AWS's are random, these are the same at every start. */
function suffix(name: string): string {
  const text = createHash("sha256").update(name).digest("base64").replace(/[+/=]/g, "");
  return text.slice(0, 6);
}
