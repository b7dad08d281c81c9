import { type AwsServiceOptions, awsService, fieldsOf } from "../aws";
import { SecretError } from "./error";

/** Reads a secret's text. Rejects with Secrets Manager's error. */
export type FetchSecret = (arn: string) => Promise<string>;

const LIMITS = {
  // Long enough for a first connection from a small function; all tries together stay under the deadline.
  tryTimeoutMs: 2_500,
  deadlineMs: 5_000,
  maxAttempts: 3,
  // A secret has at most 64 KiB; JSON can write a byte in six.
  maxAnswerBytes: 512 * 1024,
};

/** The one call of AWS that an amount waits for: `GetSecretValue`. */
export function secretsManager(options: AwsServiceOptions = {}): FetchSecret {
  const call = awsService("secretsmanager", options);
  const headers = {
    "content-type": "application/x-amz-json-1.1",
    "x-amz-target": "secretsmanager.GetSecretValue",
  };
  return async (arn) => {
    // Secrets Manager knows the secrets of its own region only, and an existing one may be in another.
    const region = arn.split(":")[3];
    const { body } = await call({ headers, region, body: JSON.stringify({ SecretId: arn }) }, LIMITS);
    const { SecretString } = fieldsOf(body);
    if (typeof SecretString === "string") return SecretString;
    throw new SecretError("SECRET_MALFORMED", arn, `Secret ${arn} holds binary data. Store text in its place.`);
  };
}

let shared: FetchSecret | undefined;

/** Reads with this process's region and credentials. */
export function fetchFromSecretsManager(arn: string): Promise<string> {
  shared ??= secretsManager();
  return shared(arn);
}
