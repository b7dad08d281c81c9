import { randomUUID } from "node:crypto";
import type { JsonObject } from "../client/types";
import { backoffMs } from "./backoff";
import type { TriggerSpec } from "./config";
import { type Decision, decide, type GivenUp, lastTryBy } from "./decide";
import { occurrenceFailure } from "./failure";
import { utcSeconds } from "./instant";
import type { LedgerItem } from "./ledgerItem";
import { alreadyExecutedMail, dryRunMail, receiptMail, repairMail, testModeMail } from "./mails";
import type { Occurrence, Refusal } from "./message";
import { LedgerUnavailable, OccurrenceLedger } from "./occurrenceLedger";
import { conclude, type EndedTry } from "./outcome";
import { type Delivery, DONE, retryIn, type TriggerDeps, type Verdict } from "./ports";
import { isScheduled } from "./scheduled";
import { sendMail, tellFailure } from "./tell";
import { failureOf, type TryResult } from "./tryResult";

/** Left at the end of the function's time, to record and report what came of the call. */
const REPORTING_MS = 6_000;
/** With less time than this for the call, it is left to the next delivery. */
const LEAST_CALL_MS = 1_000;
/** Between the function's forced end and the end of its lease: clocks differ a little. */
const LEASE_MARGIN_MS = 15_000;
const LEAST_REPORTING_MS = 2_000;
const MAX_RACES = 5;
const RACE_DELAY_MS = 5_000;
const MAX_UNRECORDED = 1_000;

/** What a message asks for, and whether the deployed configuration allows it. */
export type Request =
  | { readonly occurrence: Occurrence; readonly spec: TriggerSpec; readonly refusal?: undefined }
  | { readonly occurrence: Occurrence; readonly spec?: undefined; readonly refusal: Refusal };

/** By key, for as long as the process lives: tries whose result the ledger didn't take. It gets them before anything else. */
export type UnrecordedTries = Map<string, EndedTry>;

/** Carries out occurrences: reads the ledger, decides, claims, calls, records, tells. */
export class OccurrenceHandler {
  private readonly ledger: OccurrenceLedger;

  constructor(
    private readonly deps: TriggerDeps,
    private readonly unrecorded: UnrecordedTries,
  ) {
    this.ledger = new OccurrenceLedger(deps.ledger, deps.sleep);
  }

  async handle(delivery: Delivery, request: Request): Promise<Verdict> {
    try {
      return await this.settle(delivery, request);
    } catch (error) {
      if (!(error instanceof LedgerUnavailable)) throw error;
      this.deps.logger.warn("ledger.unavailable", { key: request.occurrence.key, error });
      return this.withoutLedger(delivery, request.occurrence, error);
    }
  }

  private async settle(delivery: Delivery, request: Request): Promise<Verdict> {
    const { occurrence, refusal } = request;
    const left = this.unrecorded.get(occurrence.key);
    if (left) return this.finish(delivery, occurrence, left);
    for (let race = 0; race < MAX_RACES; race += 1) {
      const item = await this.ledger.read(occurrence.key);
      const stranger = item === undefined && refusal === undefined ? this.unscheduled(request) : undefined;
      const now = this.deps.now();
      const decision = decide(item, occurrence, refusal ?? stranger, {
        config: this.deps.config,
        now,
        owner: randomUUID(),
        leaseUntil: now + delivery.remainingMs() + LEASE_MARGIN_MS,
      });
      const verdict = await this.carryOut(decision, delivery, request, item);
      if (verdict) return verdict;
    }
    return retryIn(RACE_DELAY_MS);
  }

  /** A mistyped time would be a new occurrence, and so a second execution. */
  private unscheduled({ occurrence, spec }: Request): Refusal | undefined {
    const { byHand, scheduledTime, trigger } = occurrence;
    if (!byHand || !spec || scheduledTime === undefined || isScheduled(spec.schedule, scheduledTime)) return undefined;
    return {
      code: "INVALID_MESSAGE",
      reason:
        `${scheduledTime} is no occurrence of trigger "${trigger}" (${spec.schedule.expression}, ${spec.schedule.timezone}), and the ` +
        `ledger has none of that time. For a deliberate extra one send {"trigger", "occurrence"}.`,
    };
  }

  /** Undefined if another delivery was faster, and the ledger has to be read again. */
  private async carryOut(
    decision: Decision,
    delivery: Delivery,
    request: Request,
    item: LedgerItem | undefined,
  ): Promise<Verdict | undefined> {
    const { occurrence } = request;
    switch (decision.do) {
      case "nothing":
        return this.hasEnded(occurrence, decision.item);
      case "wait":
        return retryIn(decision.ms + 1_000);
      case "tell": {
        const { outcome, code = "UNKNOWN", reason = "", status } = decision.item;
        const executed = outcome === "unknown" ? "unknown" : "no";
        return this.tell(
          delivery,
          occurrence,
          { executed, code, reason, ...(status === undefined ? {} : { status }) },
          decision.item,
        );
      }
      case "give-up":
        if (decision.item && !(await this.ledger.commit(decision.item))) return undefined;
        return this.tell(delivery, occurrence, decision.given, decision.item ?? item, decision.item !== undefined);
      case "dry-run":
        if (decision.item && !(await this.ledger.commit(decision.item))) return undefined;
        return this.dryRun(occurrence, item);
      case "call":
        return this.claimAndCall(delivery, request, decision.claim);
    }
  }

  private async hasEnded(occurrence: Occurrence, item: LedgerItem): Promise<Verdict> {
    this.deps.logger.info("occurrence.duplicate", { state: item.state, key: item.key });
    if (occurrence.byHand && item.state === "executed") await sendMail(this.deps, alreadyExecutedMail(item));
    return DONE;
  }

  private async dryRun(occurrence: Occurrence, item: LedgerItem | undefined): Promise<Verdict> {
    const { ruleId, key, body } = occurrence;
    this.deps.logger.info("occurrence.dryRun", { ruleId, key, body, state: item?.state });
    this.deps.logger.metric("TriggerDryRun", 1);
    if (occurrence.byHand || this.deps.config.notifyOnSuccess) await sendMail(this.deps, dryRunMail(occurrence));
    return DONE;
  }

  private async claimAndCall(delivery: Delivery, request: Request, claim: LedgerItem): Promise<Verdict | undefined> {
    const { spec, occurrence } = request;
    if (!spec) throw new Error("a refused message is never called for");
    if (callTimeMs(delivery) < LEAST_CALL_MS) return retryIn(RACE_DELAY_MS);
    if (!(await this.ledger.commit(claim))) return undefined;
    const result = await this.call(spec, claim, callTimeMs(delivery));
    return this.finish(delivery, occurrence, { claim, result });
  }

  /**
   * One request, but for a closed socket or a rotated secret, which the client repeats. A repetition within seconds could meet the
   * first request still at work in Sequence, which may not tell the two apart; the queue's delays are long enough.
   */
  private async call(spec: TriggerSpec, claim: LedgerItem, deadlineMs: number): Promise<TryResult> {
    const { sequence, secrets } = this.deps;
    try {
      const receipt = await sequence.triggerRule(spec.ruleId.trim(), {
        apiSecret: secrets.credential(spec.apiSecretArn, claim.ruleId),
        idempotencyKey: claim.key,
        payload: JSON.parse(claim.body) as JsonObject,
        maxAttempts: 1,
        deadlineMs,
      });
      return { accepted: true, receipt };
    } catch (error) {
      return { accepted: false, failure: failureOf(error) };
    }
  }

  /** Records what a try came to, and does what follows from it. */
  private async finish(delivery: Delivery, occurrence: Occurrence, ended: EndedTry): Promise<Verdict> {
    const delayMs = backoffMs(delivery.receiveCount, this.deps.random);
    const at = { config: this.deps.config, now: this.deps.now(), delayMs };
    let retryInMs: number | undefined;
    const merge = (stored: LedgerItem | undefined) => {
      const conclusion = conclude(stored, ended, occurrence, at);
      retryInMs = conclusion.retryInMs;
      return conclusion.item;
    };
    this.keep(occurrence.key, ended);
    const item = await this.ledger.persist(occurrence.key, merge, () => delivery.remainingMs() > LEAST_REPORTING_MS);
    this.unrecorded.delete(occurrence.key);
    return this.report(delivery, occurrence, ended, item, retryInMs);
  }

  private keep(key: string, ended: EndedTry): void {
    if (this.unrecorded.size < MAX_UNRECORDED) this.unrecorded.set(key, ended);
  }

  private async report(
    delivery: Delivery,
    occurrence: Occurrence,
    { claim, result }: EndedTry,
    item: LedgerItem,
    retryInMs: number | undefined,
  ): Promise<Verdict> {
    const { logger, now } = this.deps;
    const fields = { key: item.key, ruleId: item.ruleId, requestId: item.requestId, attempts: item.attempts };
    if (item.state === "executed") {
      // Another delivery with the same key was faster, and has reported it.
      if (item.owner !== claim.owner) return DONE;
      logger.info("occurrence.executed", fields);
      logger.metric("TriggerExecuted", 1);
      if (occurrence.byHand || this.deps.config.notifyOnSuccess) await sendMail(this.deps, receiptMail(item));
      return DONE;
    }
    if (retryInMs === undefined && item.state === "test-mode") {
      logger.warn("occurrence.testMode", { ...fields, answer: item.answer });
      logger.metric("TriggerTestMode", 1);
      await sendMail(this.deps, testModeMail(item));
      return DONE;
    }
    if (retryInMs === undefined && item.state === "failed") {
      const { code = "UNKNOWN", reason = "", status = 0 } = item;
      const executed = item.outcome === "unknown" ? "unknown" : "no";
      return this.tell(delivery, occurrence, { executed, code, reason, status }, item);
    }
    if (retryInMs === undefined) return DONE;
    const failure = result.accepted ? undefined : result.failure;
    logger.warn("occurrence.retried", { ...fields, ...failure, retryInMs, outcome: item.outcome });
    logger.metric("TriggerRetried", 1);
    logger.metric("OccurrenceAgeSeconds", Math.max(0, (now() - occurrence.ageFrom) / 1000), "Seconds");
    if (failure && item.state === "waiting" && item.warned && !claim.warned)
      await sendMail(this.deps, repairMail(item, failure, utcSeconds(lastTryBy(occurrence, this.deps.config))));
    return retryIn(retryInMs);
  }

  /** The message is only acknowledged once the failure queue has it. */
  private async tell(
    delivery: Delivery,
    occurrence: Occurrence,
    given: GivenUp,
    item: LedgerItem | undefined,
    mark = true,
  ): Promise<Verdict> {
    try {
      const failure = occurrenceFailure(this.deps, occurrence, item, given, delivery.body);
      await tellFailure(this.deps, failure, mark ? item : undefined);
      return DONE;
    } catch (error) {
      this.deps.logger.error("failureQueue.failed", { key: occurrence.key, error });
      return retryIn(backoffMs(delivery.receiveCount, this.deps.random));
    }
  }

  /** Nothing is called without a claim. Past the age limit a person hears of it, and what happened before isn't known. */
  private async withoutLedger(delivery: Delivery, occurrence: Occurrence, error: LedgerUnavailable): Promise<Verdict> {
    const delayMs = backoffMs(delivery.receiveCount, this.deps.random);
    const leftMs = lastTryBy(occurrence, this.deps.config) - this.deps.now();
    // A try whose result could not be recorded: when its lease has ended, a later delivery does what can be done.
    if (leftMs > 0 || this.unrecorded.has(occurrence.key)) return retryIn(delayMs);
    const reason = `The ledger can't be read or written, so it is not known whether it was tried before. ${error.message}`;
    return this.tell(delivery, occurrence, { executed: "unknown", code: "LEDGER_UNAVAILABLE", reason }, undefined);
  }
}

function callTimeMs(delivery: Delivery): number {
  const left = delivery.remainingMs();
  return left - Math.min(REPORTING_MS, left / 3);
}
