import { SecretError } from "./error";

/** Reads a secret's text. Rejects with Secrets Manager's error. */
export type FetchSecret = (arn: string) => Promise<string>;

/** Long enough for a first connection from a small function; all tries together stay under `READ_DEADLINE_MS`. */
const CONNECT_TIMEOUT_MS = 2_000;
const TRY_TIMEOUT_MS = 2_500;
const READ_DEADLINE_MS = 5_000;

let secretsManager: Promise<FetchSecret> | undefined;

/** Loaded on first use: a function whose amounts are all fixed never pays for the AWS SDK. */
export function fetchFromSecretsManager(arn: string): Promise<string> {
  secretsManager ??= connectToSecretsManager();
  return secretsManager.then((fetch) => fetch(arn));
}

async function connectToSecretsManager(): Promise<FetchSecret> {
  const { GetSecretValueCommand, SecretsManagerClient } = await import("@aws-sdk/client-secrets-manager");
  const client = new SecretsManagerClient({
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: TRY_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  });
  return async (arn) => {
    const command = new GetSecretValueCommand({ SecretId: arn });
    const answer = await client.send(command, { abortSignal: AbortSignal.timeout(READ_DEADLINE_MS) });
    if (answer.SecretString !== undefined) return answer.SecretString;
    throw new SecretError("SECRET_MALFORMED", arn, `Secret ${arn} holds binary data. Store text in its place.`);
  };
}
