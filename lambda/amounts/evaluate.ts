import type { AmountSpec } from "../agreements/amountKinds";
import { type AmountLimits, applyLimits, type LimitedAmount } from "../agreements/amountLimits";
import { AmountError } from "./error";
import { computeAmount } from "./kinds";
import type { AmountScope } from "./kinds/kind";

/** An amount and how it came about. */
export interface Evaluation extends LimitedAmount {
  /** Before the limits. */
  readonly computedCents: number;
}

/**
 * The amount that `spec` stands for, with its limits applied. Rejects with whatever it needs and can't have, if it is paused, and with
 * `OVER_CEILING`: an amount above the ceiling is a mistake somewhere, and no other amount would be the right one.
 */
export async function evaluate(
  spec: AmountSpec,
  scope: AmountScope,
  ceilingCents: number | undefined,
): Promise<Evaluation> {
  if (spec.paused)
    throw new AmountError("AMOUNT_PAUSED", "the amount has paused: true; take that out and deploy again");
  const computedCents = await computeAmount(spec, scope);
  if (!Number.isSafeInteger(computedCents))
    throw new AmountError("INTERNAL", `the kind ${spec.kind} computed ${computedCents}, which is no whole number`);
  const limited = applyLimits(computedCents, spec as AmountLimits);
  if (ceilingCents !== undefined && limited.cents > ceilingCents)
    throw new AmountError("OVER_CEILING", `the amount ${limited.cents} is above ceilingCents ${ceilingCents}`);
  return { ...limited, computedCents };
}
