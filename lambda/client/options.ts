import { DEFAULT_ACCOUNTS_PATH, DEFAULT_BASE_URL, DEFAULT_TRIGGER_PATH } from "../agreements/sequenceUrls";
import { checkNumber, checkOptionNames, invalidArgument } from "./arguments";
import type { AttemptSettings } from "./attempt";
import type { Operation } from "./call";
import { checkCredential, usableCredential } from "./credentials";
import { Endpoint } from "./endpoint";
import type { SequenceErrorCode } from "./errors";
import { nodeTransport } from "./nodeTransport";
import type { Transport } from "./transport";
import type { Credential } from "./types";
import { LONGEST_TIMEOUT_MS, type Sleep, sleep } from "./waiting";

/** What `onAttempt` is told after every try. Carries no credential. */
export interface AttemptReport {
  readonly operation: Operation;
  /** 1 for the first try. */
  readonly attempt: number;
  /** 0 if no answer came. */
  readonly status: number;
  /** Absent after a success. */
  readonly code?: SequenceErrorCode;
  readonly requestId?: string | undefined;
  readonly durationMs: number;
  /** The wait until the next try, in milliseconds; absent if there is none. */
  readonly retryInMs?: number;
}

/** How calls are made, the same for all calls of a client. */
export interface RetrySettings extends AttemptSettings {
  readonly timeoutMs: number;
  readonly sleep: Sleep;
  readonly random: () => number;
  readonly onAttempt?: ((report: AttemptReport) => void) | undefined;
}

/** Options of a `SequenceClient`. */
export interface SequenceClientOptions {
  /** Access token for `getAccounts` and `account`. Triggering needs none. */
  readonly accessToken?: Credential;
  /** Defaults to `https://api.getsequence.io`. `http:` is refused except for loopback. */
  readonly baseUrl?: string;
  /** Path of the trigger call. Defaults to `/remote-api/rules/{ruleId}/trigger`. */
  readonly triggerPath?: string;
  /** Path of the accounts call. Defaults to `/accounts`. */
  readonly accountsPath?: string;
  /** How many tries a call makes at most. Defaults to 4. */
  readonly maxAttempts?: number;
  /** Time for one try, the answer's body included, in milliseconds. Defaults to 10,000. */
  readonly timeoutMs?: number;
  /** Time for all tries and waits of a call, in milliseconds. Defaults to 30,000. */
  readonly deadlineMs?: number;
  /** A larger answer is cut off, in bytes. Defaults to 5,000,000. */
  readonly maxAnswerBytes?: number;
  /** Sends the requests. Defaults to `nodeTransport`. */
  readonly transport?: Transport;
  /** Waits between tries. Defaults to a timer. */
  readonly sleep?: Sleep;
  /** A number from 0 to 1, for the jitter. Defaults to `Math.random`. */
  readonly random?: () => number;
  /** The time in milliseconds since the epoch, for deadlines and `Retry-After` dates. Defaults to `Date.now`. */
  readonly now?: () => number;
  /** Called after every try. What it throws is ignored. */
  readonly onAttempt?: (report: AttemptReport) => void;
}

/** The options with their defaults, checked. */
export interface ClientSettings extends RetrySettings {
  readonly accessToken: Credential | undefined;
  readonly endpoint: Endpoint;
  readonly maxAttempts: number;
  readonly deadlineMs: number;
}

const OPTION_NAMES = [
  "accessToken",
  "baseUrl",
  "triggerPath",
  "accountsPath",
  "maxAttempts",
  "timeoutMs",
  "deadlineMs",
  "maxAnswerBytes",
  "transport",
  "sleep",
  "random",
  "now",
  "onAttempt",
] as const satisfies readonly (keyof SequenceClientOptions)[];

export const MOST_ATTEMPTS = 100;

export function checkedOptions(options: SequenceClientOptions): ClientSettings {
  checkOptionNames("SequenceClient", options, OPTION_NAMES);
  for (const name of ["transport", "sleep", "random", "now", "onAttempt"] as const)
    if (options[name] !== undefined && typeof options[name] !== "function")
      throw invalidArgument(`SequenceClient: ${name} is no function; it must be one, or left out`);
  return {
    accessToken: options.accessToken === undefined ? undefined : checkedAccessToken(options.accessToken),
    endpoint: new Endpoint(
      options.baseUrl ?? DEFAULT_BASE_URL,
      options.triggerPath ?? DEFAULT_TRIGGER_PATH,
      options.accountsPath ?? DEFAULT_ACCOUNTS_PATH,
    ),
    maxAttempts: checkNumber("SequenceClient: maxAttempts", options.maxAttempts ?? 4, MOST_ATTEMPTS, "tries"),
    timeoutMs: checkNumber(
      "SequenceClient: timeoutMs",
      options.timeoutMs ?? 10_000,
      LONGEST_TIMEOUT_MS,
      "milliseconds",
    ),
    deadlineMs: checkNumber(
      "SequenceClient: deadlineMs",
      options.deadlineMs ?? 30_000,
      LONGEST_TIMEOUT_MS,
      "milliseconds",
    ),
    maxAnswerBytes: checkNumber(
      "SequenceClient: maxAnswerBytes",
      options.maxAnswerBytes ?? 5_000_000,
      2 ** 29,
      "bytes",
    ),
    transport: options.transport ?? nodeTransport,
    sleep: options.sleep ?? sleep,
    random: options.random ?? Math.random,
    now: options.now ?? Date.now,
    onAttempt: options.onAttempt,
  };
}

/** A token given as text is looked at now, not at the first call. */
function checkedAccessToken(accessToken: unknown): Credential {
  const credential = checkCredential("accessToken", accessToken);
  if (typeof credential !== "string") return credential;
  try {
    usableCredential("accessToken", credential);
  } catch (error) {
    throw invalidArgument(`SequenceClient: ${(error as Error).message}`);
  }
  return credential;
}
