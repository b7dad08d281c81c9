import type { CheckedAmounts } from "../agreements/amountCheck";
import { SMALLEST_TRANSFER_CENTS } from "../agreements/amountLimits";
import { type AmountMetric, amountMetrics } from "../agreements/metrics";
import type { AccountList } from "../client/types";
import type { Logger as AnyLogger } from "../log";
import type { Refused } from "./authenticate";
import type { AmountError } from "./error";
import type { Evaluation } from "./evaluate";

type Logger = AnyLogger<AmountMetric>;

/** What every last line of a request says. */
interface Details {
  /** Of the accounts call, if there was one. */
  readonly sequenceRequestId: string | undefined;
  readonly ms: number;
}

/** Counts a refusal only if it may come from a rule, because an alarm fires at the first one. Scanners of the internet are noise. */
export function logRefused({ amount, wellFormed }: Refused, log: Logger): void {
  log.warn("amount.refused", { amount, wellFormed });
  if (amount !== undefined || wellFormed) log.metric(amountMetrics.refused, 1);
}

/** A rule still uses a URL of an old label. The line names the label, never the token. */
export function logOldUrl(log: Logger): void {
  log.warn("amount.oldUrl", { advice: "replace the URL in Sequence by the current one, then take this label out" });
  log.metric(amountMetrics.oldUrlUsed, 1);
}

/** Sequence couldn't read some accounts. The others are good. */
export function logIncomplete({ errors, malformed, requestId }: AccountList, log: Logger): void {
  if (errors.length === 0 && malformed.length === 0) return;
  log.warn("accounts.incomplete", { errors, malformed, sequenceRequestId: requestId });
}

export function logAnswer(evaluation: Evaluation, log: Logger, details: Details): void {
  log.info("amount.answered", { ...evaluation, ...noteOn(evaluation), ...details });
  log.metric(amountMetrics.answered, 1);
}

/** Somebody who sees 0 should not look for a mistake. */
function noteOn({ cents, computedCents }: Evaluation): { note?: string } {
  if (cents > 0 || computedCents <= 0 || computedCents >= SMALLEST_TRANSFER_CENTS) return {};
  return { note: `${computedCents} cents were computed: Sequence makes no transfer under $1.00, so it is 0` };
}

export function logError(error: AmountError, log: Logger, details: Details): void {
  log.error("amount.failed", { code: error.code, status: error.status, error, ...details });
  log.metric(amountMetrics.failed, 1);
  if (error.code === "OVER_CEILING") log.metric(amountMetrics.overCeiling, 1);
}

/** No metric: an amount that was only checked counts neither as answered nor as failed. */
export function logChecked(amounts: CheckedAmounts, log: Logger, details: Details): void {
  log.info("amount.checked", { amounts, ...details });
}

/** For custom amounts in a check, whose metrics would count answers that nobody got. */
export function withoutMetrics(log: AnyLogger): AnyLogger {
  return { ...log, metric: () => {}, with: (fields) => withoutMetrics(log.with(fields)) };
}
