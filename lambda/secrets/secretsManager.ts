import { Hash } from "@smithy/core/serde";
import { SignatureV4 } from "@smithy/signature-v4";
import { nodeTransport } from "../client/nodeTransport";
import { type Transport, TransportError, type TransportResponse } from "../client/transport";
import { backoffMs, sleep, TimeLimit } from "../client/waiting";
import { SecretError } from "./error";

/** Reads a secret's text. Rejects with Secrets Manager's error. */
export type FetchSecret = (arn: string) => Promise<string>;

/** Long enough for a first connection from a small function; all tries together stay under `READ_DEADLINE_MS`. */
const TRY_TIMEOUT_MS = 2_500;
const READ_DEADLINE_MS = 5_000;
const MAX_ATTEMPTS = 3;
const FIRST_BACKOFF_MS = 100;
/** A throttled caller waits longer, as AWS's SDK does. */
const FIRST_THROTTLED_BACKOFF_MS = 500;
/** AWS accepts signatures whose time is up to five minutes away from its own. */
const TOLERATED_SKEW_MS = 4 * 60_000;
/** A secret has at most 64 KiB; JSON can write a byte in six. */
const LARGEST_ANSWER_BYTES = 512 * 1024;

/** What Secrets Manager answered in place of a secret; `name` is AWS's own name for it. */
class SecretsManagerError extends Error {
  constructor(
    override readonly name: string,
    message: string,
    readonly retry: "throttled" | "transient" | "never",
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export interface SecretsManagerOptions {
  /** Region, credentials and, for tests and the sandbox, AWS_ENDPOINT_URL. Defaults to the process's environment, in which Lambda puts them. */
  readonly env?: NodeJS.ProcessEnv;
  /** Defaults to node:https. */
  readonly transport?: Transport;
  /** Milliseconds since the epoch. Defaults to `Date.now`. */
  readonly now?: () => number;
}

/**
 * The one call of AWS that an amount waits for: `GetSecretValue`, signed with AWS's own signer. The SDK's client does the same and
 * takes several times as long to load (docs/performance.md). Lost connections, timeouts, throttling and errors of the service are
 * tried again; a clock that differs from AWS's is made up for.
 */
export function secretsManager(options: SecretsManagerOptions = {}): FetchSecret {
  const { env = process.env, transport = nodeTransport, now = Date.now } = options;
  /** How far AWS's clock is ahead of ours. */
  let skewMs = 0;

  async function attempt(arn: string, deadline: AbortSignal): Promise<string> {
    const request = await signedRequest(arn, env, new Date(now() + skewMs));
    const limit = new TimeLimit(TRY_TIMEOUT_MS, deadline);
    try {
      const answer = await transport({ ...request, maxAnswerBytes: LARGEST_ANSWER_BYTES, signal: limit.signal });
      const served = Date.parse(answer.headers.date ?? "");
      const skewed = Math.abs(served - (now() + skewMs)) > TOLERATED_SKEW_MS;
      if (answer.status === 200) return secretIn(answer, arn);
      if (skewed) skewMs = served - now();
      throw errorIn(answer, skewed);
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      throw new SecretsManagerError("NoAnswer", error.message, "transient", { cause: error });
    } finally {
      limit.dispose();
    }
  }

  return async (arn) => {
    const deadline = new TimeLimit(READ_DEADLINE_MS);
    try {
      for (let attempts = 1; ; attempts++) {
        try {
          return await attempt(arn, deadline.signal);
        } catch (error) {
          const firstBackoffMs = firstBackoffAfter(error);
          if (firstBackoffMs === undefined || attempts === MAX_ATTEMPTS || deadline.signal.aborted) throw error;
          // Full jitter: https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/
          await sleep(backoffMs(attempts, Math.random, firstBackoffMs), deadline.signal).catch(() => {
            throw error;
          });
        }
      }
    } finally {
      deadline.dispose();
    }
  };
}

let shared: FetchSecret | undefined;

/** Reads with this process's region and credentials. */
export function fetchFromSecretsManager(arn: string): Promise<string> {
  shared ??= secretsManager();
  return shared(arn);
}

async function signedRequest(arn: string, env: NodeJS.ProcessEnv, signingDate: Date) {
  const region = variable(env, "AWS_REGION");
  const credentials = {
    accessKeyId: variable(env, "AWS_ACCESS_KEY_ID"),
    secretAccessKey: variable(env, "AWS_SECRET_ACCESS_KEY"),
    ...(env.AWS_SESSION_TOKEN ? { sessionToken: env.AWS_SESSION_TOKEN } : {}),
  };
  const url = new URL(env.AWS_ENDPOINT_URL_SECRETS_MANAGER || env.AWS_ENDPOINT_URL || endpointIn(region));
  const body = JSON.stringify({ SecretId: arn });
  const signer = new SignatureV4({ service: "secretsmanager", region, credentials, sha256: Hash.bind(null, "sha256") });
  const { headers } = await signer.sign(
    {
      method: "POST",
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      headers: {
        host: url.host,
        "content-type": "application/x-amz-json-1.1",
        "content-length": String(Buffer.byteLength(body)),
        "x-amz-target": "secretsmanager.GetSecretValue",
      },
      body,
    },
    { signingDate },
  );
  return { method: "POST", url: url.href, headers, body } as const;
}

function variable(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (!value)
    throw new SecretsManagerError("MissingEnvironment", `the environment variable ${name} is missing`, "never");
  return value;
}

/** The partitions in which Secrets Manager has another domain: https://docs.aws.amazon.com/general/latest/gr/asm.html */
const DOMAINS: readonly (readonly [region: RegExp, domain: string])[] = [
  [/^cn-/, "amazonaws.com.cn"],
  [/^eusc-/, "amazonaws.eu"],
  [/^us-iso-/, "c2s.ic.gov"],
  [/^us-isob-/, "sc2s.sgov.gov"],
  [/^eu-isoe-/, "cloud.adc-e.uk"],
  [/^us-isof-/, "csp.hci.ic.gov"],
];

export function endpointIn(region: string): string {
  const domain = DOMAINS.find(([regions]) => regions.test(region))?.[1] ?? "amazonaws.com";
  return `https://secretsmanager.${region}.${domain}`;
}

function secretIn({ body }: TransportResponse, arn: string): string {
  const { SecretString } = fieldsOf(body);
  if (typeof SecretString === "string") return SecretString;
  throw new SecretError("SECRET_MALFORMED", arn, `Secret ${arn} holds binary data. Store text in its place.`);
}

const THROTTLED = /Throttl|TooManyRequests|RequestLimitExceeded|BandwidthLimitExceeded|SlowDown/;

function errorIn({ status, headers, body }: TransportResponse, skewed: boolean): SecretsManagerError {
  const fields = fieldsOf(body);
  const type = String(headers["x-amzn-errortype"] ?? fields.__type ?? fields.code ?? `HTTP status ${status}`);
  // Such as "com.amazonaws.secretsmanager#ResourceNotFoundException" and "ValidationException:http://internal.amazon.com/…".
  const name = type.replace(/:.*$/s, "").replace(/^.*#/s, "");
  const throttled = status === 429 || THROTTLED.test(name);
  const message = String(fields.message ?? fields.Message ?? "");
  // Whatever a request is refused for that was signed at another time than AWS's: the next is signed at AWS's.
  return new SecretsManagerError(
    name,
    message,
    throttled ? "throttled" : status >= 500 || skewed ? "transient" : "never",
  );
}

function fieldsOf(body: string): Record<string, unknown> {
  try {
    return (JSON.parse(body) ?? {}) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** The most to wait before the second try; undefined if another try would fail alike. */
function firstBackoffAfter(error: unknown): number | undefined {
  if (!(error instanceof SecretsManagerError) || error.retry === "never") return undefined;
  return error.retry === "throttled" ? FIRST_THROTTLED_BACKOFF_MS : FIRST_BACKOFF_MS;
}
