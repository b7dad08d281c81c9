import { randomUUID } from "node:crypto";
import { triggerMetrics } from "../agreements/metrics";
import { redeliveryDelayMs } from "../agreements/redelivery";
import { callSequence, callTimeMs } from "./call";
import { type Conclusion, conclude, type EndedTry } from "./lifecycle/afterTry";
import { decide, decideWithoutLedger, isUnexpected, type NextStep } from "./lifecycle/decide";
import type { LedgerItem } from "./lifecycle/ledgerItem";
import type { Occurrence, OccurrenceRequest } from "./lifecycle/request";
import { available, LedgerUnavailable, OccurrenceLedger } from "./occurrenceLedger";
import { RulePace } from "./pace";
import { isPaused } from "./pause";
import { type Delivery, DONE, retryIn, type TriggerDeps, type Verdict } from "./ports";
import { preflight } from "./preflight";
import { End } from "./telling/end";
import { tellConflict, tellDryRun, tellDuplicate, tellExecuted, tellRetry, tellUnexpectedTime } from "./telling/tell";

/** With less time than this for the call, it is left to the next delivery. */
const LEAST_CALL_MS = 1_000;
/** With less time than this, the ledger isn't tried again. */
const LEAST_RECORDING_MS = 2_000;
/** The lease ends this long after Lambda stops the function, because clocks differ a little. */
const LEASE_MARGIN_MS = 15_000;
const MAX_RACES = 5;
const SOON_MS = 5_000;
const MAX_UNSAVED = 1_000;

/** Results we could not save, by key. The next delivery saves them first, unless the process has ended by then. */
export type UnsavedResults = Map<string, EndedTry>;

/** One delivery of a message that asks for an occurrence: read the ledger, decide, claim, call, record, tell. */
export class OccurrenceRun {
  private readonly ledger: OccurrenceLedger;
  private readonly occurrence: Occurrence;
  private readonly end: End;
  private readonly pace: RulePace;
  /** Whether the stop switch was on when it was last read. */
  private paused = false;

  constructor(
    private readonly deps: TriggerDeps,
    private readonly unsaved: UnsavedResults,
    private readonly delivery: Delivery,
    private readonly request: OccurrenceRequest,
  ) {
    this.ledger = new OccurrenceLedger(deps.ledger, deps.sleep);
    this.occurrence = request.occurrence;
    this.pace = new RulePace(deps, request.occurrence);
    this.end = new End(deps, delivery, request.occurrence);
  }

  async run(): Promise<Verdict> {
    let done = false;
    try {
      const verdict = await this.settle().catch((error) => this.withoutLedger(error));
      done = verdict.done;
      return verdict;
    } finally {
      // After a bug too: the alarm on a late occurrence must see every one that isn't done, but for those that a person holds.
      if (!done && !this.paused) {
        const ageSeconds = Math.max(0, (this.deps.now() - this.occurrence.ageFrom) / 1000);
        this.deps.logger.metric(triggerMetrics.ageSeconds, ageSeconds, "Seconds");
      }
    }
  }

  /**
   * Never earlier than the message, even if the function's clock is behind. Otherwise the result of a manual retry would look older than
   * its message, and a second delivery of the message would pass for a new retry.
   */
  private now(): number {
    return Math.max(this.deps.now(), this.delivery.sentAt);
  }

  private async settle(): Promise<Verdict> {
    const unsaved = this.unsaved.get(this.occurrence.key);
    if (unsaved) return this.record(unsaved);
    for (let race = 0; race < MAX_RACES; race += 1) {
      const [item, paused, notBefore] = await Promise.all([
        this.ledger.read(this.occurrence.key),
        this.readPaused(),
        this.pace.notBefore(),
      ]);
      const now = this.now();
      const decided = decide(item, this.request, {
        config: this.deps.config,
        now,
        paused,
        notBefore,
        owner: (this.deps.newId ?? randomUUID)(),
        leaseUntil: now + this.delivery.remainingMs() + LEASE_MARGIN_MS,
      });
      const step = await preflight(this.deps, this.delivery, this.request, decided, item, {
        now,
        delayMs: this.delayMs(),
      });
      const isFirstLook = race === 0 && !item && step.do !== "skip";
      if (isFirstLook && isUnexpected(this.request)) tellUnexpectedTime(this.deps, this.request.spec);
      const verdict = await this.carryOut(step, item);
      if (verdict) return verdict;
    }
    return retryIn(SOON_MS);
  }

  private async readPaused(): Promise<boolean> {
    this.paused = await available(() => isPaused(this.deps.ledger));
    return this.paused;
  }

  /** Undefined if another delivery was faster, and the ledger has to be read again. */
  private async carryOut(step: NextStep, item: LedgerItem | undefined): Promise<Verdict | undefined> {
    switch (step.do) {
      case "skip":
        this.deps.logger.info("occurrence.outsideDates");
        return DONE;
      case "nothing":
        await tellDuplicate(this.deps, this.occurrence, step.item);
        return DONE;
      case "conflict":
        tellConflict(this.deps, step.item);
        return DONE;
      case "wait":
        return retryIn(step.ms + 1_000);
      case "hold":
        this.deps.logger.info("occurrence.held");
        this.deps.logger.metric(triggerMetrics.paused, 1);
        return retryIn(this.delayMs());
      case "pace":
        // At least the usual delay, so that a message that waits for hours stays far from the queue's limit of receives.
        return retryIn(await this.pace.waits(Math.max(step.ms + 1_000, this.delayMs())));
      case "skip-paused":
        if (step.item && !(await this.ledger.commit(step.item))) return undefined;
        return this.end.tellSkipped(step.item);
      case "tell":
        return this.end.tell(step.item);
      case "give-up":
        if (step.item && !(await this.ledger.commit(step.item))) return undefined;
        return this.end.tellGivenUp(step.given, step.item, item);
      case "dry-run":
        if (step.item && !(await this.ledger.commit(step.item))) return undefined;
        await tellDryRun(this.deps, this.occurrence);
        return DONE;
      case "await-amounts":
        return (await this.ledger.commit(step.item)) ? retryIn(step.ms) : undefined;
      case "call":
        return this.claimAndCall(step.claim);
    }
  }

  private async claimAndCall(claim: LedgerItem): Promise<Verdict | undefined> {
    if (this.request.kind === "refused") throw new Error("nothing is called for a message that is refused");
    if (callTimeMs(this.delivery) < LEAST_CALL_MS) return retryIn(SOON_MS);
    if (!(await this.ledger.commit(claim))) return undefined;
    const startedAt = this.deps.now();
    const result = await callSequence(this.deps, this.request.spec, claim, callTimeMs(this.delivery));
    return this.record({ claim, result, ms: this.deps.now() - startedAt });
  }

  private async record(ended: EndedTry): Promise<Verdict> {
    const { key } = this.occurrence;
    const at = { config: this.deps.config, now: this.now(), delayMs: this.delayMs() };
    let conclusion: Conclusion | undefined;
    if (this.unsaved.size < MAX_UNSAVED) this.unsaved.set(key, ended);
    const item = await this.ledger.persist(
      key,
      (stored) => {
        conclusion = conclude(stored, ended, this.occurrence, at);
        return conclusion.item;
      },
      () => this.delivery.remainingMs() > LEAST_RECORDING_MS,
    );
    this.unsaved.delete(key);
    await this.pace.after(ended.result, at.now, conclusion?.retryInMs);
    if (conclusion?.retryInMs !== undefined) {
      await tellRetry(this.deps, this.occurrence, ended, item, conclusion.retryInMs);
      return retryIn(conclusion.retryInMs);
    }
    if (item.state !== "executed") return this.end.tell(item);
    // If another delivery recorded the execution first, it has told of it.
    if (item.owner === ended.claim.owner) await tellExecuted(this.deps, this.occurrence, item, ended.ms);
    return DONE;
  }

  private async withoutLedger(error: unknown): Promise<Verdict> {
    if (!(error instanceof LedgerUnavailable)) throw error;
    this.deps.logger.warn("ledger.unavailable", { error });
    const given = decideWithoutLedger(this.request, error.message, {
      config: this.deps.config,
      now: this.deps.now(),
    });
    // An unsaved result is worth waiting for: telling now would say that nothing is known.
    if (!given || this.unsaved.has(this.occurrence.key)) return retryIn(this.delayMs());
    return this.end.tellGivenUp(given, undefined);
  }

  private delayMs(): number {
    return redeliveryDelayMs(this.delivery.receiveCount, this.deps.random);
  }
}
