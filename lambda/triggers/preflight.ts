import type { CheckedAmounts } from "../agreements/amountCheck";
import { utcSeconds } from "../agreements/instant";
import { callTimeMs } from "./call";
import { lastTryBy, type NextStep } from "./lifecycle/decide";
import { expectedOf, held, troublesOf } from "./lifecycle/expected";
import type { LedgerItem } from "./lifecycle/ledgerItem";
import type { OccurrenceRequest } from "./lifecycle/request";
import type { Delivery, TriggerDeps } from "./ports";
import { amountsMail } from "./telling/mails";
import { sendMail } from "./telling/tell";

/** The most that a check may take: a little more than the amount function's own timeout. */
const LONGEST_CHECK_MS = 16_000;
/** What a check leaves for the call. */
const LEAST_CALL_MS = 30_000;
/** A shorter check would only find that there was no time for it. */
const LEAST_CHECK_MS = 1_000;

/**
 * Before the first try of an occurrence: asks the amount function whether the amounts that its rule will ask for can be answered. It
 * happens before the claim, so an occurrence that is held back has no attempt. Once a request may have been sent there is no check: it
 * could only delay the try that settles what became of the request.
 */
export async function preflight(
  deps: TriggerDeps,
  delivery: Delivery,
  request: OccurrenceRequest,
  step: NextStep,
  item: LedgerItem | undefined,
  at: { readonly now: number; readonly delayMs: number },
): Promise<NextStep> {
  if (step.do !== "call" || step.claim.attempts > 1 || request.kind === "refused") return step;
  const { occurrence, spec } = request;
  const { asks = [], holdUntilKnown = [] } = spec;
  if (asks.length === 0 || !deps.amounts || occurrence.unchecked) return step;

  const limitMs = Math.min(LONGEST_CHECK_MS, callTimeMs(delivery) - LEAST_CALL_MS);
  const amounts = await answered(deps, asks, limitMs);
  const troubles = troublesOf(amounts, asks, holdUntilKnown);
  const expected = expectedOf(amounts, asks);
  const next = held(step.claim, occurrence, troubles, { ...at, config: deps.config, expected });
  const waits = next.do === "await-amounts";
  const repairs = troubles.filter(({ repair }) => repair);
  deps.logger.info("occurrence.checked", { expected, troubles, held: next.do !== "call" });
  if (repairs.length > 0 && item?.warned !== true && (waits || next.do === "call"))
    await sendMail(
      deps,
      amountsMail(step.claim, repairs, waits ? utcSeconds(lastTryBy(occurrence, deps.config)) : undefined),
    );
  return next;
}

/** What the amount function answers, or why it can't be asked. */
async function answered(deps: TriggerDeps, asks: readonly string[], limitMs: number): Promise<CheckedAmounts | Error> {
  if (limitMs < LEAST_CHECK_MS) return new Error("there was no time left to ask the amount function");
  try {
    return (await deps.amounts?.check(asks, limitMs)) ?? {};
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
