import { triggerMetrics } from "../../agreements/metrics";
import { utcSeconds } from "../../schedule/instant";
import { lastTryBy } from "../lifecycle/decide";
import type { LedgerItem } from "../lifecycle/ledgerItem";
import type { EndedTry } from "../lifecycle/outcome";
import type { Occurrence } from "../message";
import type { TriggerDeps } from "../ports";
import { alreadyExecutedMail, dryRunMail, receiptMail, repairMail, testModeMail } from "./mails";
import { markTold, sendMail } from "./tell";

/** A message of an occurrence that has ended. A person who asked gets an answer. */
export async function reportDuplicate(deps: TriggerDeps, occurrence: Occurrence, item: LedgerItem): Promise<void> {
  deps.logger.info("occurrence.duplicate", { state: item.state, sequenceRequestId: item.requestId });
  if (occurrence.byHand && item.state === "executed") await sendMail(deps, alreadyExecutedMail(item));
}

/** A call that would have been made. */
export async function reportDryRun(deps: TriggerDeps, occurrence: Occurrence): Promise<void> {
  deps.logger.info("occurrence.dryRun", { body: occurrence.body });
  deps.logger.metric(triggerMetrics.dryRun, 1);
  if (occurrence.byHand || deps.config.notifyOnSuccess) await sendMail(deps, dryRunMail(occurrence));
}

/** A try after which the message comes back. */
export async function reportRetry(
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

/** An execution. */
export async function reportExecuted(
  deps: TriggerDeps,
  occurrence: Occurrence,
  item: LedgerItem,
  ms: number,
): Promise<void> {
  deps.logger.info("occurrence.executed", { sequenceRequestId: item.requestId, attempts: item.attempts, ms });
  deps.logger.metric(triggerMetrics.executed, 1);
  if (occurrence.byHand || deps.config.notifyOnSuccess) await sendMail(deps, receiptMail(item));
}

/** An acceptance that seems to move no money. `item` is marked afterwards, so that a crash in between tells twice rather than never. */
export async function reportTestMode(deps: TriggerDeps, item: LedgerItem): Promise<void> {
  const { requestId: sequenceRequestId, attempts, answer } = item;
  deps.logger.warn("occurrence.testMode", { sequenceRequestId, attempts, answer });
  deps.logger.metric(triggerMetrics.testMode, 1);
  await sendMail(deps, testModeMail(item));
  await markTold(deps, item);
}
