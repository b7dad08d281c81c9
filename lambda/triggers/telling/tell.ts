import type { FailureMessage } from "../../agreements/failureMessage";
import { utcSeconds } from "../../agreements/instant";
import { triggerMetrics } from "../../agreements/metrics";
import type { TriggerSpec } from "../../agreements/triggerConfig";
import { noteAccepted } from "../acceptedEvents";
import type { EndedTry } from "../lifecycle/afterTry";
import { lastTryBy } from "../lifecycle/decide";
import { changed, type LedgerItem } from "../lifecycle/ledgerItem";
import type { Occurrence } from "../lifecycle/request";
import { OccurrenceLedger } from "../occurrenceLedger";
import type { MailText, TriggerDeps } from "../ports";
import { alreadyExecutedMail, dryRunMail, failureMail, receiptMail, repairMail, testModeMail } from "./mails";

/** Scheduler's message is carried out, and somebody should know that its time isn't one that we expect. */
export function tellUnexpectedTime({ logger }: TriggerDeps, { schedule }: TriggerSpec): void {
  logger.warn("occurrence.unexpectedTime", { expression: schedule?.expression, timezone: schedule?.timezone });
  logger.metric(triggerMetrics.unexpectedTime, 1);
}

/** A message came for an occurrence that has ended. A person who sent it gets an answer. */
export async function tellDuplicate(deps: TriggerDeps, occurrence: Occurrence, item: LedgerItem): Promise<void> {
  deps.logger.info("occurrence.duplicate", { state: item.state, sequenceRequestId: item.requestId });
  if (occurrence.byHand && item.state === "executed") await sendMail(deps, alreadyExecutedMail(item));
}

/** An event came that the ledger knows with another payload. Nothing is run for it. */
export function tellConflict({ logger }: TriggerDeps, { state, requestId: sequenceRequestId }: LedgerItem): void {
  logger.error("event.conflict", { state, sequenceRequestId });
  logger.metric(triggerMetrics.eventConflict, 1);
}

/** Whether somebody gets a mail that an occurrence went well. Events are too many for that. */
function isTold({ config }: TriggerDeps, { byHand, event }: Occurrence): boolean {
  return byHand || (config.notifyOnSuccess && event === undefined);
}

/** A dry run left out a call. */
export async function tellDryRun(deps: TriggerDeps, occurrence: Occurrence): Promise<void> {
  deps.logger.info("occurrence.dryRun", { body: occurrence.body });
  deps.logger.metric(triggerMetrics.dryRun, 1);
  if (isTold(deps, occurrence)) await sendMail(deps, dryRunMail(occurrence));
}

/** A try failed, and the message comes back. */
export async function tellRetry(
  deps: TriggerDeps,
  occurrence: Occurrence,
  { claim, result, ms }: EndedTry,
  item: LedgerItem,
  retryInMs: number,
): Promise<void> {
  const failure = result.accepted ? undefined : result.failure;
  const { outcome, attempts } = item;
  const { code, status, reason, requestId: sequenceRequestId } = failure ?? item;
  const fields = { code, status, reason, sequenceRequestId, outcome, attempts, ms, retryInMs };
  deps.logger.warn("occurrence.retried", fields);
  deps.logger.metric(triggerMetrics.retried, 1);
  if (failure && item.state === "waiting" && item.warned && !claim.warned)
    await sendMail(deps, repairMail(item, failure, utcSeconds(lastTryBy(occurrence, deps.config))));
}

/** The time of an occurrence ended during a pause; `item` is absent if the ledger keeps what it knew before. The daily check mails it. */
export function tellSkipped({ logger }: TriggerDeps, item: LedgerItem | undefined): void {
  logger.warn("occurrence.skipped", { reason: item?.reason, attempts: item?.attempts });
  logger.metric(triggerMetrics.paused, 1);
}

/** Sequence accepted an occurrence. */
export async function tellExecuted(
  deps: TriggerDeps,
  occurrence: Occurrence,
  item: LedgerItem,
  ms: number,
): Promise<void> {
  deps.logger.info("occurrence.executed", { sequenceRequestId: item.requestId, attempts: item.attempts, ms });
  deps.logger.metric(triggerMetrics.executed, 1);
  if (isTold(deps, occurrence)) await sendMail(deps, receiptMail(item));
  await noteAccepted(deps, item);
}

/** Sequence accepted an occurrence, but seems to have moved no money. After a crash you may be told twice, but never not at all. */
export async function tellTestMode(deps: TriggerDeps, item: LedgerItem): Promise<void> {
  const { requestId: sequenceRequestId, attempts, answer } = item;
  deps.logger.warn("occurrence.testMode", { sequenceRequestId, attempts, answer });
  deps.logger.metric(triggerMetrics.testMode, 1);
  await sendMail(deps, testModeMail(item));
  await markTold(deps, item);
}

/**
 * Puts a failure into the failure queue, then mails it. Rejects if the queue doesn't take it. `item` is the occurrence's failed item,
 * if it has one. After a crash you may be told twice, but never not at all.
 */
export async function tellFailure(deps: TriggerDeps, failure: FailureMessage, item?: LedgerItem): Promise<void> {
  await deps.failureQueue.send(failure);
  const { executed, code, status, reason, attempts, requestId: sequenceRequestId } = failure;
  deps.logger.error("occurrence.failed", { executed, code, status, reason, attempts, sequenceRequestId });
  deps.logger.metric(triggerMetrics.failed, 1);
  if (item) await markTold(deps, item);
  await sendMail(deps, failureMail(failure));
}

/**
 * Sends a mail if there is somebody to send it to. Never rejects, so that a failed mail makes nothing else run again. Returns whether
 * everybody has it who should.
 */
export async function sendMail(deps: TriggerDeps, mail: MailText): Promise<boolean> {
  if (!deps.mail) return true;
  try {
    await deps.mail.send(mail);
    return true;
  } catch (error) {
    deps.logger.error("mail.failed", { subject: mail.subject, error });
    deps.logger.metric(triggerMetrics.mailFailed, 1);
    return false;
  }
}

/** Records that people know of an occurrence's end. If that fails, they are told again. */
export async function markTold(deps: TriggerDeps, item: LedgerItem): Promise<void> {
  try {
    const ledger = new OccurrenceLedger(deps.ledger, deps.sleep);
    await ledger.commit(changed(item, { told: true, updatedAt: item.updatedAt }, deps.now()));
  } catch (error) {
    deps.logger.warn("ledger.unavailable", { key: item.key, error });
  }
}
