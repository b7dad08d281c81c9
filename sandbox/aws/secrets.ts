import { createHash, randomUUID } from "node:crypto";
import { physicalName } from "./names";
import { NotRunError } from "./notRun";
import {
  type AwsApi,
  AwsError,
  type AwsOperation,
  type CloudContext,
  type Created,
  type CreateRequest,
  type Service,
} from "./types";

interface Secret {
  readonly arn: string;
  readonly name: string;
  /** The values by version id, the latest last; the one that was put last is current. */
  readonly versions: Map<string, string>;
  current: { readonly id: string; readonly createdAt: number } | undefined;
}

/** The stage of the value that a read gets. */
const CURRENT = "AWSCURRENT";
const MAX_VALUE_BYTES = 65_536;
/** Secrets Manager forgets older ones. */
const MAX_VERSIONS = 100;

/** Of a version that isn't the current text. */
const UNSUPPORTED_INPUTS = ["secretBinary", "secretStringWo", "versionStages"];

/** Secrets Manager: secrets and their current values, as text. */
export class SecretsManager implements Service {
  readonly resources: Service["resources"] = {
    "aws:secretsmanager/secret:Secret": (request) => this.createSecret(request),
    "aws:secretsmanager/secretVersion:SecretVersion": (request) => this.createVersion(request),
  };
  readonly api: AwsApi = {
    signingName: "secretsmanager",
    protocol: "awsJson",
    operations: {
      GetSecretValue: this.operation("GetSecretValue", [], getSecretValue),
      PutSecretValue: this.operation("PutSecretValue", ["SecretString", "ClientRequestToken"], (secret, input) =>
        this.putSecretValue(secret, input),
      ),
    },
  };
  private readonly byArn = new Map<string, Secret>();

  constructor(private readonly context: CloudContext) {}

  /** Makes `value` the current one, as an operator would with the AWS CLI. Throws `AwsError` if there is no such secret. */
  put(arnOrName: string, value: string): void {
    this.putSecretValue(this.secret(arnOrName), { SecretString: value });
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
        for (const parameter of Object.keys(input))
          if (parameter !== "SecretId" && !parameters.includes(parameter))
            throw new NotRunError(`secretsmanager:${name} with ${parameter}`);
        return run(this.secret(String(input.SecretId)), input);
      },
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
    this.byArn.set(arn, { arn, name, versions: new Map(), current: undefined });
    return { id: arn, state: { ...inputs, name, arn, tagsAll: inputs.tags ?? {} } };
  }

  private createVersion({ type, inputs }: CreateRequest): Created {
    for (const input of UNSUPPORTED_INPUTS)
      if (inputs[input] !== undefined) throw new NotRunError(`${type} with ${input}`);
    const secret = this.secret(String(inputs.secretId));
    const { VersionId } = this.putSecretValue(secret, { SecretString: inputs.secretString });
    return { id: `${secret.arn}|${VersionId}`, state: { ...inputs, arn: secret.arn, versionId: VersionId } };
  }

  private putSecretValue(secret: Secret, input: Record<string, unknown>) {
    const value = givenValue(input);
    const id = typeof input.ClientRequestToken === "string" ? input.ClientRequestToken : randomUUID();
    const existing = secret.versions.get(id);
    if (existing !== undefined && existing !== value)
      throw new AwsError("ResourceExistsException", "You can't use ClientRequestToken for a different value.");
    if (existing === undefined) {
      secret.versions.set(id, value);
      secret.current = { id, createdAt: this.context.clock.now() };
      const [oldest] = secret.versions.keys();
      if (oldest !== undefined && secret.versions.size > MAX_VERSIONS) secret.versions.delete(oldest);
      this.context.journal.record("secret.changed", { secret: secret.name });
    }
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: id,
      VersionStages: id === secret.current?.id ? [CURRENT] : [],
    };
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

function getSecretValue({ arn, name, versions, current }: Secret) {
  if (!current)
    throw new AwsError(
      "ResourceNotFoundException",
      `Secrets Manager can't find the specified secret value for staging label: ${CURRENT}`,
    );
  return {
    ARN: arn,
    Name: name,
    VersionId: current.id,
    SecretString: versions.get(current.id),
    VersionStages: [CURRENT],
    CreatedDate: current.createdAt / 1000,
  };
}

function givenValue({ SecretString: value }: Record<string, unknown>): string {
  if (typeof value !== "string" || value === "")
    throw new AwsError("InvalidRequestException", "You must provide either SecretString or SecretBinary.");
  if (Buffer.byteLength(value) > MAX_VALUE_BYTES)
    throw new AwsError("ValidationException", `The secret value is longer than ${MAX_VALUE_BYTES} bytes.`);
  return value;
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
