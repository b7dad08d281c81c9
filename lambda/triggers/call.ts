import type { TriggerSpec } from "../agreements/triggerConfig";
import type { JsonObject } from "../client/types";
import { failureOf, type TryResult } from "./lifecycle/afterTry";
import type { LedgerItem } from "./lifecycle/ledgerItem";
import type { TriggerDeps } from "./ports";

/**
 * Makes the one request of a try, with the key and the body of `claim`. The client repeats it only after a closed socket or for a rotated
 * secret. Any other repetition is left to the queue, whose delays are long enough: within seconds the first request could still be at
 * work in Sequence, which may not tell the two apart.
 */
export async function callSequence(
  { sequence, secrets }: TriggerDeps,
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
    return { accepted: false, failure: failureOf(error) };
  }
}
