import type { AttemptSettings } from "./attempt";
import type { Operation } from "./call";
import type { SequenceErrorCode } from "./errors";
import type { Sleep } from "./waiting";

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
