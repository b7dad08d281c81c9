import type { TriggerSpec } from "../agreements/triggerConfig";
import type { JsonObject } from "../client/types";
import { failureOf, TOO_MANY_REQUESTS, type TryResult } from "./lifecycle/afterTry";
import type { LedgerItem } from "./lifecycle/ledgerItem";
import { pauseMs } from "./pace";
import type { Delivery, TriggerDeps } from "./ports";

/** Left at the end of the function's time, to record the call's result and to tell of it. */
const RECORDING_MS = 6_000;

/** How long a call may take that begins now. */
export function callTimeMs(delivery: Delivery): number {
  const left = delivery.remainingMs();
  return left - Math.min(RECORDING_MS, left / 3);
}

/**
 * Makes the one request of a try, with the key and the body of `claim`. The client repeats it only after a closed socket or for a rotated
 * secret. Any other repetition is left to the queue, whose delays are long enough: within seconds the first request could still be at
 * work in Sequence, which may not tell the two apart.
 */
export async function callSequence(
  { sequence, secrets, random }: TriggerDeps,
  spec: TriggerSpec,
  claim: LedgerItem,
  deadlineMs: number,
): Promise<TryResult> {
  try {
    const receipt = await sequence.triggerRule(spec.ruleId.trim(), {
      apiSecret: secrets.credential(spec.apiSecretArn, claim.ruleId),
      idempotencyKey: claim.key,
      payload: JSON.parse(claim.body) as JsonObject,
      maxAttempts: 1,
      deadlineMs,
      triggerPath: spec.triggerPath,
    });
    return { accepted: true, receipt };
  } catch (error) {
    const failure = failureOf(error);
    if (failure.code !== TOO_MANY_REQUESTS) return { accepted: false, failure };
    return { accepted: false, failure: { ...failure, retryAfterMs: pauseMs(failure.retryAfterMs, random) } };
  }
}
