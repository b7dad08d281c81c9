import { type AttemptResult, attempt } from "./attempt";
import type { Call } from "./call";
import { CredentialReader } from "./credentials";
import { type Outcome, SequenceError } from "./errors";
import { explain, type Failure } from "./failure";
import type { AttemptReport, RetrySettings } from "./options";
import { backoffMs, orAborted, TimeLimitError, withinTime } from "./waiting";

/** A value and how many tries it took. */
export interface Delivered<T> {
  readonly value: T;
  readonly attempts: number;
}

/** Makes the call, as often as is allowed and makes sense. Rejects with `SequenceError` and nothing else. */
export function deliver<T>(call: Call<T>, settings: RetrySettings): Promise<Delivered<T>> {
  return new Delivery(call, settings).run();
}

/** The next try comes after `waitMs`; or, with `instead`, there is none and that is why. */
type Decision = { readonly waitMs: number } | { readonly instead: Failure };

class Delivery<T> {
  private readonly reader: CredentialReader;
  private readonly endsAt: number;
  private credential = "";
  private attempts = 0;
  /** A stale socket and a rotated credential each allow one more try, because neither says anything about Sequence. */
  private allowedAttempts: number;
  private staleSocketSeen = false;
  /** By any try, not only the last one. */
  private mayHaveExecuted = false;
  /** The last error made here: every other error comes from a bug, or from a function given to the client. */
  private ownError: SequenceError | undefined;

  constructor(
    private readonly call: Call<T>,
    private readonly settings: RetrySettings,
  ) {
    this.reader = new CredentialReader(call.credentialName, call.credential, (value) => call.redactor.add(value));
    this.endsAt = settings.now() + call.deadlineMs;
    this.allowedAttempts = call.maxAttempts;
  }

  async run(): Promise<Delivered<T>> {
    try {
      this.checkTime();
      await this.readCredential();
      for (;;) {
        const result = await this.tryOnce();
        if (result.ok) return { value: result.value, attempts: this.attempts };
      }
    } catch (error) {
      throw error === this.ownError ? error : this.bug(error);
    }
  }

  /** Ends with a success, or after the wait before the next try. Throws when there is to be none. */
  private async tryOnce(): Promise<AttemptResult<T>> {
    const { call, settings } = this;
    this.checkTime();
    this.attempts++;
    const startedAt = settings.now();
    const result = await attempt(call, this.credential, Math.min(settings.timeoutMs, this.remainingMs()), settings);
    const durationMs = settings.now() - startedAt;
    if (result.ok) {
      this.report({ status: result.status, durationMs });
      return result;
    }
    const { failure } = result;
    this.mayHaveExecuted ||= failure.mayHaveExecuted;
    const decision = await this.decide(failure);
    const { status, code, requestId } = failure;
    const next = "waitMs" in decision ? { retryInMs: decision.waitMs } : {};
    this.report({ status, code, requestId: requestId && call.redactor.redact(requestId), durationMs, ...next });
    if ("instead" in decision) throw this.error(decision.instead);
    if (decision.waitMs > 0) await this.wait(decision.waitMs);
    return result;
  }

  private async decide(failure: Failure): Promise<Decision> {
    if (failure.status === 401) return this.decideAfterRejection(failure);
    if (failure.staleSocket && !this.staleSocketSeen) {
      // After Lambda has frozen a function, its idle connections are usually closed.
      this.staleSocketSeen = true;
      this.allowedAttempts++;
      return this.inTime(failure, 0);
    }
    if (!failure.retryable || this.attempts >= this.allowedAttempts) return { instead: failure };
    return this.inTime(failure, Math.max(failure.retryAfterMs ?? 0, backoffMs(this.attempts, this.settings.random)));
  }

  /** A credential may have been rotated since it was read. */
  private async decideAfterRejection(failure: Failure): Promise<Decision> {
    try {
      const another = await withinTime(this.remainingMs(), this.call.signal, () =>
        this.reader.readAnother(this.credential),
      );
      if (another === undefined) return { instead: failure };
      this.credential = another;
      this.allowedAttempts++;
      return this.inTime(failure, 0);
    } catch (cause) {
      if (this.call.signal?.aborted) return { instead: this.aborted() };
      const problem = `${failure.problem}, and the ${this.call.credentialName} could not be read afresh`;
      return { instead: { ...failure, problem, retryable: true, cause } };
    }
  }

  private inTime(failure: Failure, waitMs: number): Decision {
    if (waitMs < this.remainingMs()) return { waitMs };
    const problem = `${failure.problem}, and no time was left for another try`;
    return { instead: { ...failure, problem } };
  }

  private async wait(ms: number): Promise<void> {
    try {
      await orAborted(this.settings.sleep(ms, this.call.signal), this.call.signal);
    } catch (error) {
      throw this.call.signal?.aborted ? this.error(this.aborted()) : error;
    }
  }

  private async readCredential(): Promise<void> {
    try {
      this.credential = await withinTime(this.remainingMs(), this.call.signal, () => this.reader.read());
    } catch (cause) {
      if (this.call.signal?.aborted) throw this.error(this.aborted());
      if (cause instanceof TimeLimitError)
        throw this.error(this.outOfTime(`the ${this.call.credentialName} was not read in time`));
      const problem = cause instanceof Error ? cause.message : `the source of the ${this.call.credentialName} failed`;
      // A source may have a value later; what was given as text stays as it is.
      const retryable = typeof this.call.credential !== "string";
      throw this.error({ code: "NO_CREDENTIAL", status: 0, problem, retryable, mayHaveExecuted: false, cause });
    }
  }

  private checkTime(): void {
    if (this.call.signal?.aborted) throw this.error(this.aborted());
    if (this.remainingMs() <= 0) throw this.error(this.outOfTime("no time was left for a try"));
  }

  private remainingMs(): number {
    return this.endsAt - this.settings.now();
  }

  private report(what: Omit<AttemptReport, "operation" | "attempt">): void {
    try {
      this.settings.onAttempt?.({ operation: this.call.operation, attempt: this.attempts, ...what });
    } catch {
      // An error in onAttempt must not turn an accepted trigger into a failed one.
    }
  }

  private aborted(): Failure {
    const cause = this.call.signal?.reason;
    const problem = "the call was ended by its signal";
    return { code: "ABORTED", status: 0, problem, retryable: false, mayHaveExecuted: false, cause };
  }

  private outOfTime(problem: string): Failure {
    return { code: "TIMEOUT", status: 0, problem, retryable: true, mayHaveExecuted: false };
  }

  private bug(cause: unknown): SequenceError {
    // The bug may have struck while a request was under way.
    this.mayHaveExecuted ||= this.attempts > 0;
    const reason = cause instanceof Error ? cause.message : "not an Error";
    const problem = `a bug in the client, its transport or another function given to it (${reason})`;
    const { mayHaveExecuted } = this;
    return this.error({ code: "INTERNAL_ERROR", status: 0, problem, retryable: false, mayHaveExecuted, cause });
  }

  private error(failure: Failure): SequenceError {
    const { call, attempts } = this;
    const { code, status, requestId, retryable, retryAfterMs, cause } = failure;
    const outcome: Outcome = call.movesMoney && this.mayHaveExecuted ? "unknown" : "not-executed";
    this.ownError = new SequenceError(explain(call, failure, attempts, outcome), {
      code,
      status,
      requestId,
      attempts,
      retryable,
      retryAfterMs,
      outcome,
      idempotencyKey: call.idempotencyKey,
      cause,
      redact: call.redactor.redact,
    });
    return this.ownError;
  }
}
