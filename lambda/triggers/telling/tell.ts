import { triggerMetrics } from "../../agreements/metrics";
import { changed, type LedgerItem } from "../lifecycle/ledgerItem";
import { OccurrenceLedger } from "../occurrenceLedger";
import type { MailText, TriggerDeps } from "../ports";
import type { FailureMessage } from "./failure";
import { failureMail, returnedMail } from "./mails";

/**
 * Puts a failure where a person finds it: the failure queue, then a mail. Rejects if the queue doesn't take it. `item` is the
 * occurrence's failed item, if it has one; it is marked afterwards, so that a crash in between tells twice rather than never.
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
 * Somebody moved a failure into the work queue, as "Start DLQ redrive" in AWS's console does. It goes back as it was, and nothing is
 * called. Rejects if the failure queue doesn't take it.
 */
export async function returnFailure(deps: TriggerDeps, failure: FailureMessage): Promise<void> {
  await deps.failureQueue.send(failure);
  const { trigger, idempotencyKey, executed } = failure;
  deps.logger.warn("failure.returned", { trigger, key: idempotencyKey, executed });
  await sendMail(deps, returnedMail(failure));
}

/** Sends a mail if there is somebody to send it to. Never rejects: a mail is not worth a second try of anything else. */
export async function sendMail(deps: TriggerDeps, mail: MailText): Promise<void> {
  if (!deps.mail) return;
  try {
    await deps.mail.send(mail);
  } catch (error) {
    deps.logger.error("mail.failed", { subject: mail.subject, error });
    deps.logger.metric(triggerMetrics.mailFailed, 1);
  }
}

/** Notes that people know of an occurrence's end. If that fails, they may be told again. */
export async function markTold(deps: TriggerDeps, item: LedgerItem): Promise<void> {
  try {
    const ledger = new OccurrenceLedger(deps.ledger, deps.sleep);
    await ledger.commit(changed(item, { told: true, updatedAt: item.updatedAt }, deps.now()));
  } catch (error) {
    deps.logger.warn("ledger.unavailable", { key: item.key, error });
  }
}
