import { queueText } from "./json";

/** A message of the failure queue, for people and for tools. Times are ISO 8601, UTC. */
export interface FailureMessage {
  readonly version: 1;
  readonly trigger?: string;
  readonly ruleId?: string;
  readonly scheduledTime?: string;
  /** The text of a deliberate extra occurrence. */
  readonly occurrence?: string;
  /** The text of an event. */
  readonly event?: string;
  readonly idempotencyKey?: string;
  /** `no`: certainly not. `unknown`: look it up in Sequence before running it again. */
  readonly executed: "no" | "unknown";
  readonly reason: string;
  readonly code: string;
  /** HTTP status of the last answer, 0 if there was none. */
  readonly status?: number;
  /** Sequence's, for its support. */
  readonly requestId?: string;
  /** How many deliveries called Sequence. */
  readonly attempts: number;
  readonly firstTriedAt?: string;
  readonly lastTriedAt?: string;
  readonly whatHappened: string;
  readonly whatToDo: string;
  /** Runs the occurrence again, where that makes sense. */
  readonly command?: string;
  /** The message as it came, cut if it is long. */
  readonly message?: string;
}

/** A failure of any version of this program: only its two texts are certain. */
export interface ReturnedFailure {
  readonly whatHappened: string;
  readonly whatToDo: string;
  readonly [field: string]: unknown;
}

/** The body of the message. Indented, because people read it in AWS's console. */
export function failureBody(failure: FailureMessage | ReturnedFailure): string {
  return queueText(failure, 2);
}

/** Whether a message of the work queue is a failure that somebody moved there. */
export function isFailure(message: Record<string, unknown>): message is Record<string, unknown> & ReturnedFailure {
  return typeof message.whatHappened === "string" && typeof message.whatToDo === "string";
}
