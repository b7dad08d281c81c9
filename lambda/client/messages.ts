import type { Call } from "./call";
import type { Outcome, SequenceErrorCode } from "./errors";
import type { Failure } from "./failure";

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
