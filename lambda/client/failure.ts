import { asObject, asText, type Call, requestIdOf } from "./call";
import type { Outcome, SequenceErrorCode } from "./errors";
import type { ResponseHead } from "./transport";
import { retryAfterMs } from "./waiting";

/** How one try failed. */
export interface Failure {
  readonly code: SequenceErrorCode;
  /** 0 if no answer came. */
  readonly status: number;
  /** What happened, as part of a sentence. */
  readonly problem: string;
  readonly requestId?: string | undefined;
  /** The same request may succeed later. */
  readonly retryable: boolean;
  /** Sequence may have acted on this try. */
  readonly mayHaveExecuted: boolean;
  readonly retryAfterMs?: number | undefined;
  readonly staleSocket?: boolean;
  readonly cause?: unknown;
}

const EXCERPT_LENGTH = 200;

/** Contract section 1: Sequence says with these that it did nothing. All other answers leave it open. */
export function isRefusal(status: number): boolean {
  return status === 400 || status === 401 || status === 429;
}

export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** An answer that is no success. `body` is absent if it did not arrive whole. */
export function failureOfStatus(
  call: Call<unknown>,
  head: ResponseHead,
  body: string | undefined,
  now: number,
): Failure {
  const { status, headers } = head;
  const json = parsed(body);
  return {
    code: codeOf(call, status),
    status,
    problem: `Sequence answered ${status}${redirectTarget(call, head)}${saying(call, json, body)}`,
    requestId: requestIdOf(json),
    retryable: status === 429 || status === 500 || status === 502 || status === 503 || status === 504,
    mayHaveExecuted: !isRefusal(status),
    retryAfterMs: retryAfterMs(headers["retry-after"], now),
  };
}

/**
 * A success that isn't the contract's answer. If it is JSON, the API itself has answered something else: asking again would
 * bring the same, and for a trigger it is likely that the rule was executed, so it is not tried again. If it isn't, or it was
 * cut off, it is the work of something in between, and the same key makes another try safe.
 */
export function malformedAnswer(call: Call<unknown>, status: number, problem: string, body?: string): Failure {
  const json = parsed(body);
  return {
    code: "MALFORMED_ANSWER",
    status,
    problem: `Sequence answered ${status}, but ${problem}${saying(call, json, body)}`,
    requestId: requestIdOf(json),
    retryable: json === undefined,
    mayHaveExecuted: true,
  };
}

function codeOf(call: Call<unknown>, status: number): SequenceErrorCode {
  if (status === 400) return "INVALID_REQUEST";
  if (status === 401) return call.unauthorizedCode;
  if (status === 429) return "TOO_MANY_REQUESTS";
  if (status >= 500) return "UNEXPECTED_ERROR";
  return status >= 300 && status < 400 ? "REDIRECTED" : "UNEXPECTED_STATUS";
}

/** Where a redirect points to, without a query, which may hold what was sent. */
function redirectTarget(call: Call<unknown>, { status, headers }: ResponseHead): string {
  if (status < 300 || status >= 400 || headers.location === undefined) return "";
  const target = headers.location.split(/[?#]/, 1)[0] ?? "";
  return `, a redirect to ${call.redactor.excerpt(target, EXCERPT_LENGTH)} that is not followed`;
}

/** Sequence's own code and message, or else the beginning of what came instead. */
function saying(call: Call<unknown>, json: unknown, body: string | undefined): string {
  const { code, message } = asObject(json);
  const words = [asText(code), asText(message)].filter((part) => part !== undefined).join(": ");
  const excerpt = call.redactor.excerpt(words || (body ?? ""), EXCERPT_LENGTH);
  return excerpt === "" ? "" : ` (${excerpt})`;
}

/** The JSON value, or undefined if it is none. */
export function parsed(body: string | undefined): unknown {
  if (body === undefined) return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** What to do about each code, where the problem itself doesn't say it. */
const ADVICE: Partial<Record<SequenceErrorCode, string>> = {
  INVALID_API_SECRET: "Check that the API secret is the one of this rule and has not been replaced in Sequence.",
  INVALID_ACCESS_TOKEN: "Check that the access token is right, not expired and not revoked.",
  INVALID_REQUEST: "Check the rule's id, and that the rule is set to be triggered by the Remote API.",
  TOO_MANY_REQUESTS: "Try again later, and less often.",
  UNEXPECTED_STATUS: "Check baseUrl and the paths.",
  REDIRECTED: "Check baseUrl and the paths.",
};

/** The message of an error: what was tried, what happened, what it means for the money, what to do. */
export function explain(call: Call<unknown>, failure: Failure, attempts: number, outcome: Outcome): string {
  const tries = attempts > 1 ? ` after ${attempts} tries` : "";
  const sentences = [`${call.title}: ${failure.problem}${tries}.`];
  if (call.movesMoney)
    sentences.push(
      outcome === "unknown"
        ? `The rule may have been executed; only the idempotency key ${call.idempotencyKey} makes it safe to repeat.`
        : "The rule was not executed.",
    );
  const advice = ADVICE[failure.code];
  if (advice) sentences.push(advice);
  return sentences.join(" ");
}
