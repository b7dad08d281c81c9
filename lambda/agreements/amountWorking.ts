import type { AmountSpec } from "./amountKinds";
import type { AmountLimits } from "./amountLimits";
import { formatCents } from "./dollars";

/** One step of how an amount came about, and what the amount is after it. */
export interface WorkingStep {
  readonly text: string;
  readonly cents: number;
}

/** What is known of a computed amount. */
interface Computed {
  readonly computedCents: number;
  /** In the order of application (lambda/agreements/amountLimits.ts). */
  readonly reducedBy: readonly string[];
  /** Of the account that it depends on, as Sequence told it. */
  readonly balanceCents: number | undefined;
}

/** How an amount came about, a step a sentence, each with what the amount is after it. */
export function workingOf(spec: AmountSpec, { computedCents, reducedBy, balanceCents }: Computed): WorkingStep[] {
  const steps: WorkingStep[] = [{ text: rule(spec, balanceCents), cents: computedCents }];
  const limits = spec as AmountLimits;
  let cents = computedCents;
  for (const reduction of reducedBy) {
    const step = reduce(reduction, cents, limits);
    cents = step.cents;
    steps.push(step);
  }
  return steps;
}

function rule(spec: AmountSpec, balanceCents: number | undefined): string {
  const has = (account: string) =>
    balanceCents === undefined ? `of the balance of ${account}` : `${account} has ${formatCents(balanceCents)}`;
  switch (spec.kind) {
    case "Fixed":
      return "the same every time";
    case "Percent":
      return `${has(spec.account)}; ${spec.percent} % of it`;
    case "TopUp":
      return `${has(spec.account)}; what it lacks to ${formatCents(spec.targetCents)}`;
    case "Sweep":
      return `${has(spec.account)}; what is above ${formatCents(spec.floorCents)}`;
    case "Custom":
      return "computed by your own function";
  }
}

function reduce(reduction: string, cents: number, limits: AmountLimits): WorkingStep {
  switch (reduction) {
    case "negative":
      return { text: "below 0, so nothing", cents: 0 };
    case "maximum":
      return { text: `at most ${formatCents(limits.maxCents ?? 0)} at once`, cents: limits.maxCents ?? cents };
    case "rounding": {
      const unit = limits.roundToCents ?? 1;
      return { text: `rounded down to whole ${formatCents(unit)}`, cents: cents - (cents % unit) };
    }
    case "minimum":
      return { text: `below the minimum of ${formatCents(limits.minCents ?? 100)}, so nothing`, cents: 0 };
    default:
      return { text: reduction, cents };
  }
}

/** What an amount is, in one sentence. */
export function sentenceOf(spec: AmountSpec): string {
  const { maxCents, roundToCents, minCents } = spec as AmountLimits;
  const limits = [
    maxCents === undefined ? "" : `at most ${formatCents(maxCents)} at once`,
    roundToCents === undefined ? "" : `in whole ${formatCents(roundToCents)}`,
    minCents === undefined ? "" : `nothing below ${formatCents(minCents)}`,
  ].filter((text) => text !== "");
  return [basis(spec), ...limits].join(", ") + (spec.paused ? " (paused)" : "");
}

function basis(spec: AmountSpec): string {
  switch (spec.kind) {
    case "Fixed":
      return `${formatCents(spec.cents)}, the same every time`;
    case "Percent":
      return `${spec.percent} % of ${spec.account}`;
    case "TopUp":
      return `what ${spec.account} lacks to ${formatCents(spec.targetCents)}`;
    case "Sweep":
      return `what ${spec.account} has above ${formatCents(spec.floorCents)}`;
    case "Custom":
      return "computed by your own function";
  }
}
