import type { Stream } from "./random";

/** A trigger that the campaign deploys and that events set off. */
export interface PlannedEventTrigger {
  readonly name: string;
  readonly ruleId: string;
  /** The amounts that its rule asks for, and those of them without which it isn't triggered. */
  readonly asks?: readonly string[];
  readonly holdUntilKnown?: readonly string[];
}

/** An event of a system of the user's own. */
export interface PlannedEvent {
  readonly ruleId: string;
  /** The text that names it. */
  readonly event: string;
  readonly payload?: { readonly cents: number };
  /** When it is sent first, milliseconds since the epoch. */
  readonly at: number;
}

/** How near to a payday of their rule many events come: the two then meet at Sequence. */
const NEAR_MS = 3 * 60_000;

/** Events at any time, in bursts, and around the scheduled times of the rule that has both. */
export function plannedEvents(
  random: Stream,
  plan: {
    readonly count: number;
    readonly eventTriggers: readonly PlannedEventTrigger[];
    readonly paydays: readonly number[];
    readonly from: number;
    readonly to: number;
  },
): PlannedEvent[] {
  const { paydays, from, to } = plan;
  const anyTime = () => from + Math.floor(random.unit() * (to - from));
  const nearPayday = () => (paydays.length > 0 ? random.pick(paydays) + random.between(-NEAR_MS, NEAR_MS) : anyTime());
  let last = from;
  const events = Array.from({ length: plan.count }, (_, number): PlannedEvent => {
    const { ruleId } = random.pick(plan.eventTriggers);
    const at = { burst: () => last + random.between(0, 2_000), payday: nearPayday, other: anyTime }[
      random.pick(["burst", "payday", "other"] as const)
    ]();
    last = Math.min(Math.max(at, from + 1), to);
    const payload = random.chance(0.7) ? { payload: { cents: random.between(100, 500_000) } } : {};
    return { ruleId, event: `invoice-${number + 1}`, ...payload, at: last };
  });
  return events.sort((a, b) => a.at - b.at);
}
