import { randomUUID } from "node:crypto";
import { triggerMetrics } from "../agreements/metrics";
import { redeliveryDelayMs } from "../agreements/redelivery";
import type { TriggerSpec } from "../agreements/triggerConfig";
import type { JsonObject } from "../client/types";
import { isOccurrence, liesWithinDates } from "./lifecycle/dates";
import { decide, FIRST_TRY_GRACE_MS, type GivenUp, givenUpOf, lastTryBy, type NextStep } from "./lifecycle/decide";
import type { LedgerItem } from "./lifecycle/ledgerItem";
import { type Conclusion, conclude, type EndedTry } from "./lifecycle/outcome";
import { failureOf, type TryResult } from "./lifecycle/tryResult";
import type { Occurrence, ParsedMessage, Refusal } from "./message";
import { LedgerUnavailable, OccurrenceLedger } from "./occurrenceLedger";
import { type Delivery, DONE, retryIn, type TriggerDeps, type Verdict } from "./ports";
import { occurrenceFailure } from "./telling/failure";
import { reportDryRun, reportDuplicate, reportExecuted, reportRetry, reportTestMode } from "./telling/report";
import { tellFailure } from "./telling/tell";

/** Left at the end of the function's time, to record and report what came of the call. */
const REPORTING_MS = 6_000;
/** With less time than this for the call, it is left to the next delivery. */
const LEAST_CALL_MS = 1_000;
/** With less time than this, the ledger isn't tried again. */
const LEAST_REPORTING_MS = 2_000;
/** Between the function's forced end and the end of its lease: clocks differ a little. */
const LEASE_MARGIN_MS = 15_000;
const MAX_RACES = 5;
const SOON_MS = 5_000;
const MAX_UNRECORDED = 1_000;

/** A message that asks for an occurrence; refused, if the deployed configuration doesn't allow it any more. */
export type Request = Extract<ParsedMessage, { occurrence: Occurrence }>;

/** By key, for as long as the process lives: tries whose result the ledger didn't take. It gets them before anything else. */
export type UnrecordedTries = Map<string, EndedTry>;

/** One delivery of a message that asks for an occurrence: read the ledger, decide, claim, call, record, report. */
export class OccurrenceRun {
  private readonly ledger: OccurrenceLedger;
  private readonly occurrence: Occurrence;
  private readonly logger: TriggerDeps["logger"];

  constructor(
    private readonly deps: TriggerDeps,
    private readonly unrecorded: UnrecordedTries,
    private readonly delivery: Delivery,
    private readonly request: Request,
  ) {
    this.ledger = new OccurrenceLedger(deps.ledger, deps.sleep);
    this.occurrence = request.occurrence;
    this.logger = deps.logger;
  }

  async run(): Promise<Verdict> {
    let done = false;
    try {
      const verdict = await this.settledOrWithoutLedger();
      done = verdict.done;
      return verdict;
    } finally {
      if (!done) this.reportAge();
    }
  }

  /** However it failed, a bug included: the alarm on an occurrence that is late must see it. */
  private reportAge(): void {
    const ageSeconds = Math.max(0, (this.deps.now() - this.occurrence.ageFrom) / 1000);
    this.logger.metric(triggerMetrics.ageSeconds, ageSeconds, "Seconds");
  }

  private async settledOrWithoutLedger(): Promise<Verdict> {
    try {
      return await this.settle();
    } catch (error) {
      if (!(error instanceof LedgerUnavailable)) throw error;
      this.logger.warn("ledger.unavailable", { error });
      return this.withoutLedger(error);
    }
  }

  private async settle(): Promise<Verdict> {
    const left = this.unrecorded.get(this.occurrence.key);
    if (left) return this.finish(left);
    for (let race = 0; race < MAX_RACES; race += 1) {
      const item = await this.ledger.read(this.occurrence.key);
      if (!item && this.liesOutsideDates()) {
        this.logger.info("occurrence.outsideDates");
        return DONE;
      }
      if (!item && race === 0) this.noteUnexpectedTime();
      const now = this.deps.now();
      const decision = decide(item, this.occurrence, this.refusal(item), {
        config: this.deps.config,
        now,
        owner: randomUUID(),
        leaseUntil: now + this.delivery.remainingMs() + LEASE_MARGIN_MS,
      });
      const verdict = await this.carryOut(decision, item);
      if (verdict) return verdict;
    }
    return retryIn(SOON_MS);
  }

  /** Not yet, or no more. One that is in the ledger has been tried, and is brought to its end. */
  private liesOutsideDates(): boolean {
    if (this.request.kind === "refused" || this.occurrence.byHand) return false;
    return !liesWithinDates(this.request.spec.schedule, this.occurrence.ageFrom);
  }

  /** It runs as Scheduler said. That its time isn't one that we expect is worth knowing: the two may disagree about a time zone. */
  private noteUnexpectedTime(): void {
    if (this.request.kind === "refused" || this.occurrence.byHand) return;
    const { expression, timezone } = this.request.spec.schedule;
    if (isOccurrence(this.request.spec.schedule, this.occurrence.scheduledTime ?? "")) return;
    this.logger.warn("occurrence.unexpectedTime", { expression, timezone });
    this.logger.metric(triggerMetrics.unexpectedTime, 1);
  }

  private refusal(item: LedgerItem | undefined): Refusal | undefined {
    if (this.request.kind === "refused") return this.request.refusal;
    const { byHand, scheduledTime, trigger } = this.occurrence;
    const { schedule } = this.request.spec;
    if (item || !byHand || scheduledTime === undefined || isOccurrence(schedule, scheduledTime)) return undefined;
    // A mistyped time would be a new occurrence, and so a second execution.
    return {
      code: "INVALID_MESSAGE",
      reason:
        `${scheduledTime} is no occurrence of trigger "${trigger}" (${schedule.expression}, ${schedule.timezone}), and the ` +
        `ledger has none of that time. For a deliberate extra one send {"trigger", "occurrence"}.`,
    };
  }

  /** Undefined if another delivery was faster, and the ledger has to be read again. */
  private async carryOut(decision: NextStep, item: LedgerItem | undefined): Promise<Verdict | undefined> {
    switch (decision.do) {
      case "nothing":
        await reportDuplicate(this.deps, this.occurrence, decision.item);
        return DONE;
      case "wait":
        return retryIn(decision.ms + 1_000);
      case "tell":
        return this.tellOfEnd(decision.item);
      case "give-up":
        if (decision.item && !(await this.ledger.commit(decision.item))) return undefined;
        return this.tell(decision.given, decision.item, item);
      case "dry-run":
        if (decision.item && !(await this.ledger.commit(decision.item))) return undefined;
        await reportDryRun(this.deps, this.occurrence);
        return DONE;
      case "call":
        return this.claimAndCall(decision.claim);
    }
  }

  private async claimAndCall(claim: LedgerItem): Promise<Verdict | undefined> {
    if (this.request.kind === "refused") throw new Error("nothing is called for a message that is refused");
    if (this.callTimeMs() < LEAST_CALL_MS) return retryIn(SOON_MS);
    if (!(await this.ledger.commit(claim))) return undefined;
    const startedAt = this.deps.now();
    const result = await this.call(this.request.spec, claim);
    return this.finish({ claim, result, ms: this.deps.now() - startedAt });
  }

  /**
   * One request, but for a closed socket or a rotated secret, which the client repeats. A repetition within seconds could meet the
   * first request still at work in Sequence, which may not tell the two apart; the queue's delays are long enough.
   */
  private async call(spec: TriggerSpec, claim: LedgerItem): Promise<TryResult> {
    const { sequence, secrets } = this.deps;
    try {
      const receipt = await sequence.triggerRule(spec.ruleId.trim(), {
        apiSecret: secrets.credential(spec.apiSecretArn, claim.ruleId),
        idempotencyKey: claim.key,
        payload: JSON.parse(claim.body) as JsonObject,
        maxAttempts: 1,
        deadlineMs: this.callTimeMs(),
        triggerPath: spec.triggerPath,
      });
      return { accepted: true, receipt };
    } catch (error) {
      return { accepted: false, failure: failureOf(error) };
    }
  }

  /** Records what a try came to, and does what follows from it. */
  private async finish(ended: EndedTry): Promise<Verdict> {
    const { key } = this.occurrence;
    const at = { config: this.deps.config, now: this.deps.now(), delayMs: this.backoffMs() };
    let conclusion: Conclusion | undefined;
    if (this.unrecorded.size < MAX_UNRECORDED) this.unrecorded.set(key, ended);
    const item = await this.ledger.persist(
      key,
      (stored) => {
        conclusion = conclude(stored, ended, this.occurrence, at);
        return conclusion.item;
      },
      () => this.delivery.remainingMs() > LEAST_REPORTING_MS,
    );
    this.unrecorded.delete(key);
    if (conclusion?.retryInMs !== undefined) {
      await reportRetry(this.deps, this.occurrence, ended, item, conclusion.retryInMs);
      return retryIn(conclusion.retryInMs);
    }
    if (item.state === "executed") {
      // Another delivery with the same key may have been faster, and has reported it then.
      if (item.owner === ended.claim.owner) await reportExecuted(this.deps, this.occurrence, item, ended.ms);
      return DONE;
    }
    return this.tellOfEnd(item);
  }

  private async tellOfEnd(item: LedgerItem): Promise<Verdict> {
    if (item.state === "failed") return this.tell(givenUpOf(item), item);
    await reportTestMode(this.deps, item);
    return DONE;
  }

  /** `item` was written as failed; `known` is what the ledger knows otherwise. The message is only done with once the queue has it. */
  private async tell(given: GivenUp, item: LedgerItem | undefined, known = item): Promise<Verdict> {
    try {
      const failure = occurrenceFailure(this.deps, this.occurrence, item ?? known, given, this.delivery.body);
      await tellFailure(this.deps, failure, item);
      return DONE;
    } catch (error) {
      this.logger.error("failureQueue.failed", { error });
      return retryIn(this.backoffMs());
    }
  }

  /** Nothing is called without a claim. Past the age limit a person hears of it, and what happened before isn't known. */
  private async withoutLedger(error: LedgerUnavailable): Promise<Verdict> {
    const { ageFrom } = this.occurrence;
    const inTime =
      this.deps.now() < Math.max(lastTryBy(this.occurrence, this.deps.config), ageFrom + FIRST_TRY_GRACE_MS);
    // What is known of an unrecorded try is worth more than telling that nothing is known.
    if (inTime || this.unrecorded.has(this.occurrence.key)) return retryIn(this.backoffMs());
    const reason = `The ledger can't be read or written, so it is not known whether it was tried before. ${error.message}`;
    return this.tell({ executed: "unknown", code: "LEDGER_UNAVAILABLE", reason }, undefined);
  }

  private backoffMs(): number {
    return redeliveryDelayMs(this.delivery.receiveCount, this.deps.random);
  }

  private callTimeMs(): number {
    const left = this.delivery.remainingMs();
    return left - Math.min(REPORTING_MS, left / 3);
  }
}
