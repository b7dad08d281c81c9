import { utcSeconds } from "../../agreements/instant";
import type { TriggerFunctionConfig } from "../../agreements/triggerConfig";
import { changed, type LedgerItem, mayHaveBeenExecuted, settledTime } from "./ledgerItem";
import type { Occurrence } from "./request";

/** Why an occurrence is given up, and whether it may have been executed. */
export interface GivenUp {
  readonly executed: "no" | "unknown";
  readonly code: string;
  readonly reason: string;
  readonly status?: number;
}

/** `item` as given up. */
export function failed(item: LedgerItem, given: GivenUp, now: number): LedgerItem {
  const { code, reason, status } = given;
  const outcome = given.executed === "unknown" ? "unknown" : "not-executed";
  return changed(
    item,
    { state: "failed", outcome, code, reason, told: false, ...(status === undefined ? {} : { status }) },
    now,
  );
}

/** Why a failed item was given up. */
export function givenUpOf(item: LedgerItem): GivenUp {
  const { outcome, code = "UNKNOWN", reason = "", status } = item;
  return {
    executed: outcome === "unknown" ? "unknown" : "no",
    code,
    reason,
    ...(status === undefined ? {} : { status }),
  };
}

/** An earlier try may have been executed, and a further one may be executed too. */
export function forgotten(item: LedgerItem, { confirmedUntil }: Occurrence): GivenUp {
  const confirmation =
    confirmedUntil === undefined
      ? ""
      : ` The confirmation covers the time until ${utcSeconds(confirmedUntil)}; it must be sent after ${settledTime(item)} and cover the time until then.`;
  return {
    ...lastFailure(item, "OUTCOME_UNKNOWN"),
    executed: "unknown",
    reason:
      `An earlier try may have been executed, and Sequence may not remember its key any more. ` +
      `So it is not tried again without a person's word.${confirmation}${lastReason(item)}`,
  };
}

/** The message came too late, or the occurrence was tried for too long. */
export function tooOld(
  item: LedgerItem | undefined,
  occurrence: Occurrence,
  unknown: boolean,
  { config, now }: { readonly config: TriggerFunctionConfig; readonly now: number },
): GivenUp {
  const minutes = Math.floor((now - occurrence.ageFrom) / 60_000);
  const since = occurrence.byHand || occurrence.event !== undefined ? "the message was sent" : "its scheduled time";
  return {
    ...lastFailure(item, "TOO_OLD"),
    executed: unknown ? "unknown" : "no",
    reason: `${minutes} minutes have passed since ${since}; automatic tries end after ${config.maxAgeMinutes}.${lastReason(item)}`,
  };
}

/** The occurrence was still being tried when a dry run began. */
export function endedByDryRun(item: LedgerItem): GivenUp {
  const executed = mayHaveBeenExecuted(item) ? "unknown" : "no";
  return { executed, code: "DRY_RUN", reason: "It was still being tried when dryRun was switched on." };
}

/** `item` as skipped: its time ended while the triggers were paused. */
export function skippedByPause(item: LedgerItem, now: number): LedgerItem {
  const reason = `Triggers were paused when the time for its tries ended.${lastReason(item)}`;
  return changed(item, { state: "skipped", outcome: "not-executed", code: "PAUSED", reason, told: false }, now);
}

/** The ledger couldn't be used for as long as the occurrence could have been tried. */
export function withoutLedger(problem: string): GivenUp {
  const reason = `The ledger can't be read or written, so it is not known whether it was tried before. ${problem}`;
  return { executed: "unknown", code: "LEDGER_UNAVAILABLE", reason };
}

/** The code of an occurrence that the daily check gives up. */
export const MISSED = "OCCURRENCE_MISSED";

/** The ledger doesn't know the occurrence. `isNewLedger`: it was due before the ledger was checked for the first time. */
export function neverSeen(isNewLedger: boolean): GivenUp {
  if (isNewLedger)
    return {
      executed: "unknown",
      code: MISSED,
      reason: "It was due before the ledger was checked for the first time, and the ledger knows nothing of it.",
    };
  return {
    executed: "no",
    code: MISSED,
    reason:
      "It was due, and the ledger knows nothing of it: no message of it has come, or it lay outside the dates that were deployed then.",
  };
}

/** The occurrence was tried, and its message got lost. */
export function lost(item: LedgerItem): GivenUp {
  const at = item.scheduledTime === undefined ? "" : ` as the occurrence of ${item.scheduledTime}`;
  return {
    executed: mayHaveBeenExecuted(item) ? "unknown" : "no",
    code: MISSED,
    reason: `It was ${item.attempts > 0 ? "tried" : "held back"}${at}, but neither was it executed, nor was anybody told.${lastReason(item)}`,
  };
}

function lastFailure(item: LedgerItem | undefined, code: string): { code: string; status?: number } {
  if (!item?.code) return { code };
  return { code: item.code, ...(item.status === undefined ? {} : { status: item.status }) };
}

function lastReason(item: LedgerItem | undefined): string {
  return item?.reason ? ` The last failure: ${item.reason}` : "";
}
