import { nodeTransport } from "../client/nodeTransport";
import { type Transport, TransportError, type TransportResponse } from "../client/transport";
import { backoffMs, sleep, TimeLimit } from "../client/waiting";
import { AwsServiceError, errorIn } from "./error";
import { type AwsCall, type AwsServiceName, signedRequest } from "./signed";

export { fieldsOf } from "./error";

const FIRST_BACKOFF_MS = 100;
/** A throttled caller waits longer, as AWS's SDK does. */
const FIRST_THROTTLED_BACKOFF_MS = 500;
/** AWS accepts signatures whose time is up to five minutes away from its own. */
const TOLERATED_SKEW_MS = 4 * 60_000;

export interface AwsServiceOptions {
  /** Region, credentials and, for tests and the sandbox, AWS_ENDPOINT_URL. Defaults to the process's environment, in which Lambda puts them. */
  readonly env?: NodeJS.ProcessEnv;
  /** Defaults to node:https. */
  readonly transport?: Transport;
  /** Milliseconds since the epoch. Defaults to `Date.now`. */
  readonly now?: () => number;
}

/** How long a call may take, and how often it is tried. */
interface AwsLimits {
  readonly tryTimeoutMs: number;
  /** All tries together. */
  readonly deadlineMs: number;
  readonly maxAttempts: number;
  readonly maxAnswerBytes: number;
}

/** Makes a call. Rejects with AWS's error, by its name. */
export type CallService = (call: AwsCall, limits: AwsLimits) => Promise<TransportResponse>;

/**
 * Calls of a service of AWS, signed with AWS's own signer. The SDK's client does the same and takes several times as long to load
 * (docs/performance.md). Lost connections, timeouts, throttling and errors of the service are tried again; a clock that differs from
 * AWS's is made up for.
 */
export function awsService(service: AwsServiceName, options: AwsServiceOptions = {}): CallService {
  const { env = process.env, transport = nodeTransport, now = Date.now } = options;
  /** How far AWS's clock is ahead of ours. */
  let skewMs = 0;

  async function attempt(call: AwsCall, limits: AwsLimits, deadline: AbortSignal): Promise<TransportResponse> {
    const request = await signedRequest(service, call, env, new Date(now() + skewMs));
    const limit = new TimeLimit(limits.tryTimeoutMs, deadline);
    try {
      const answer = await transport({ ...request, maxAnswerBytes: limits.maxAnswerBytes, signal: limit.signal });
      const served = Date.parse(answer.headers.date ?? "");
      const skewed = Math.abs(served - (now() + skewMs)) > TOLERATED_SKEW_MS;
      if (answer.status === 200) return answer;
      if (skewed) skewMs = served - now();
      throw errorIn(answer, skewed);
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      throw new AwsServiceError("NoAnswer", error.message, "transient", { cause: error });
    } finally {
      limit.dispose();
    }
  }

  return async (call, limits) => {
    const deadline = new TimeLimit(limits.deadlineMs);
    try {
      for (let attempts = 1; ; attempts++) {
        try {
          return await attempt(call, limits, deadline.signal);
        } catch (error) {
          const firstBackoffMs = firstBackoffAfter(error);
          if (firstBackoffMs === undefined || attempts === limits.maxAttempts || deadline.signal.aborted) throw error;
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

/** The most to wait before the second try; undefined if another try would fail alike. */
function firstBackoffAfter(error: unknown): number | undefined {
  if (!(error instanceof AwsServiceError) || error.retry === "never") return undefined;
  return error.retry === "throttled" ? FIRST_THROTTLED_BACKOFF_MS : FIRST_BACKOFF_MS;
}
