/** Sequence makes no transfer under a dollar (contract section 2). */
export const SMALLEST_TRANSFER_CENTS = 100;

/** Options that every computed amount takes. All in cents; applied in the order maximum, rounding, minimum. */
export interface AmountLimits {
  /** A larger amount becomes this. */
  readonly maxCents?: number;
  /** The amount is rounded down to a multiple of this. Defaults to 1. */
  readonly roundToCents?: number;
  /** A smaller amount becomes 0, never raised. Defaults to 100, the smallest transfer Sequence makes. */
  readonly minCents?: number;
}

/** A computed amount after its limits. */
export interface LimitedAmount {
  readonly cents: number;
  /** What changed it, in the order of application. */
  readonly reducedBy: readonly ("negative" | "maximum" | "rounding" | "minimum")[];
}

/**
 * Maximum, then rounding down, then the minimum, below which the amount becomes 0. Nothing is ever raised, but for a negative
 * result, which means that there is nothing to move.
 */
export function applyLimits(computedCents: number, limits: AmountLimits): LimitedAmount {
  if (computedCents < 0) return { cents: 0, reducedBy: ["negative"] };
  const reducedBy: LimitedAmount["reducedBy"][number][] = [];
  const clamped = Math.min(computedCents, limits.maxCents ?? computedCents);
  if (clamped < computedCents) reducedBy.push("maximum");
  const rounded = clamped - (clamped % (limits.roundToCents ?? 1));
  if (rounded < clamped) reducedBy.push("rounding");
  const tooSmall = rounded < (limits.minCents ?? SMALLEST_TRANSFER_CENTS);
  if (tooSmall && rounded > 0) reducedBy.push("minimum");
  return { cents: tooSmall ? 0 : rounded, reducedBy };
}
