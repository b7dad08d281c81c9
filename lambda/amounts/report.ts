import type { AccountList } from "../client/types";
import type { Logger } from "../log";
import type { AmountError } from "./error";
import type { Evaluation } from "./evaluate";

/** The metrics of the amount function. Alarms watch some of them. */
export const amountMetrics = {
  answered: "AmountAnswered",
  failed: "AmountFailed",
  overCeiling: "AmountOverCeiling",
  oldUrlUsed: "OldUrlUsed",
} as const;

/** What every last line of a request says. */
interface Details {
  /** Of the accounts call, if there was one. */
  readonly sequenceRequestId: string | undefined;
  readonly ms: number;
}

/** Someone asks with a URL that is to be replaced: the label says which one, the token is never shown. */
export function reportOldUrl(log: Logger): void {
  log.warn("amount.oldUrl", { advice: "replace the URL in Sequence by the current one, then take this label out" });
  log.metric(amountMetrics.oldUrlUsed, 1);
}

/** Sequence couldn't read some accounts. The others are good. */
export function reportIncomplete({ errors, malformed, requestId }: AccountList, log: Logger): void {
  if (errors.length === 0 && malformed.length === 0) return;
  log.warn("accounts.incomplete", { errors, malformed, sequenceRequestId: requestId });
}

export function reportAnswer(evaluation: Evaluation, log: Logger, details: Details): void {
  log.info("amount.answered", { ...evaluation, ...details });
  log.metric(amountMetrics.answered, 1);
}

export function reportError(error: AmountError, log: Logger, details: Details): void {
  log.error("amount.failed", { code: error.code, status: error.status, error, ...details });
  log.metric(amountMetrics.failed, 1);
  if (error.code === "OVER_CEILING") log.metric(amountMetrics.overCeiling, 1);
}
