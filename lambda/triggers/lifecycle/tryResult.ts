import { type Outcome, SequenceError } from "../../client/errors";
import type { TriggerReceipt } from "../../client/types";

/** What one call to Sequence came to. */
export type TryResult =
  | { readonly accepted: true; readonly receipt: TriggerReceipt }
  | { readonly accepted: false; readonly failure: TryFailure };

/** A call that was not accepted. */
export interface TryFailure {
  readonly code: string;
  /** HTTP status, 0 if there was no answer. */
  readonly status: number;
  readonly requestId: string | undefined;
  readonly reason: string;
  /** Whether this call can have been executed. */
  readonly outcome: Outcome;
  readonly retryAfterMs: number | undefined;
  readonly course: Course;
}

/**
 * What is done about a failure.
 * - `retry`: it may go away by itself.
 * - `repair`: as `retry`, and a mail at once: somebody has to repair something, and until the age limit still can.
 * - `final`: the same call can't succeed; it is told at once.
 */
export type Course = "retry" | "repair" | "final";

/** By error code; docs/triggers.md has the same table with the reasons. For the others, the client's `retryable` decides. */
const COURSES: Readonly<Record<string, Course>> = {
  INVALID_REQUEST: "final",
  INVALID_API_SECRET: "repair",
  NO_CREDENTIAL: "repair",
  SECRET_UNFILLED: "repair",
  SECRET_FIELD_MISSING: "repair",
  SECRET_MALFORMED: "repair",
  SECRET_UNREADABLE: "retry",
  REDIRECTED: "repair",
  UNEXPECTED_STATUS: "repair",
};

/** Reads what the client threw. */
export function failureOf(error: unknown): TryFailure {
  if (!(error instanceof SequenceError)) return bug(error);
  const { status, requestId, outcome, retryAfterMs, message, retryable } = error;
  const { code, reason } = secretProblem(error) ?? { code: error.code, reason: message };
  const course = COURSES[code] ?? (retryable ? "retry" : "final");
  return { code, status, requestId, reason, outcome, retryAfterMs, course };
}

/** An error that nobody foresaw may have come after the request was sent. */
function bug(error: unknown): TryFailure {
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    code: "INTERNAL_ERROR",
    status: 0,
    requestId: undefined,
    reason,
    outcome: "unknown",
    retryAfterMs: undefined,
    course: "final",
  };
}

/** The client wraps a copy of what the secret's source threw; that one says how to fill the secret. */
function secretProblem(error: SequenceError): { code: string; reason: string } | undefined {
  const { cause } = error;
  if (error.code !== "NO_CREDENTIAL" || !(cause instanceof Error) || !("code" in cause)) return undefined;
  return typeof cause.code === "string" && cause.code.startsWith("SECRET_")
    ? { code: cause.code, reason: cause.message }
    : undefined;
}
