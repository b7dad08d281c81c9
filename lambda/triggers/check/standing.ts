import type { GivenUp } from "../lifecycle/decide";
import { isLeased, type LedgerItem, mayHaveBeenExecuted, msOf } from "../lifecycle/ledgerItem";

/**
 * What the ledger's item of an occurrence that is over says to the daily check.
 * - `accounted`: executed, in test mode, a dry run, or failed and told.
 * - `in-progress`: somebody is still at work on it.
 * - `untold`: an earlier check gave it up and ended before it was through with telling.
 * - `lost`: its message got lost between two tries.
 */
export type Standing = "accounted" | "in-progress" | "untold" | "lost";

/** The code of an occurrence that the daily check gives up. */
export const MISSED = "OCCURRENCE_MISSED";

/** An occurrence tried this recently is still being worked on, by hand for example. */
const IN_PROGRESS_MS = 60 * 60_000;

export function standingOf(item: LedgerItem, now: number): Standing {
  if (item.state === "failed" && item.told) return "accounted";
  if (item.state === "failed" && item.code === MISSED) return "untold";
  if (item.state !== "claimed" && item.state !== "waiting" && item.state !== "failed") return "accounted";
  return isLeased(item, now) || now - msOf(item.updatedAt) < IN_PROGRESS_MS ? "in-progress" : "lost";
}

/** Of an occurrence that the ledger doesn't know. `isNewLedger`: it was due before the ledger was checked for the first time. */
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

/** Of an occurrence whose message got lost. */
export function lost(item: LedgerItem): GivenUp {
  const at = item.scheduledTime === undefined ? "" : ` as the occurrence of ${item.scheduledTime}`;
  const last = item.reason ? ` The last failure: ${item.reason}` : "";
  return {
    executed: mayHaveBeenExecuted(item) ? "unknown" : "no",
    code: MISSED,
    reason: `It was tried${at}, but neither was it executed, nor was anybody told.${last}`,
  };
}
