import { utcSeconds } from "../../agreements/instant";
import { ruleIdOf } from "../../agreements/ruleId";
import { scheduledTriggers, type TriggerFunctionConfig } from "../../agreements/triggerConfig";
import { isOccurrence, type Schedule, SHIFT_MS } from "../../schedule";
import { occurrenceKey } from "../lifecycle/key";
import type { LedgerItem } from "../lifecycle/ledgerItem";
import type { OccurrenceLedger } from "../occurrenceLedger";

/** Today's changes of clocks are multiples of this. */
const STEP_MS = 15 * 60_000;

/**
 * The item of an occurrence that Scheduler ran up to two hours away from the expected time `due`, at a time that nothing expects.
 *
 * AWS's time zone data and Node's are updated separately, so that the two can disagree by an hour after a country has changed its
 * rules. An item that stands for another expected time isn't found, because each excuses only one.
 *
 * @param since When the schedule was last changed. What ran before that belongs to the schedule before.
 */
export async function ranInstead(
  ledger: OccurrenceLedger,
  config: TriggerFunctionConfig,
  target: {
    readonly trigger: string;
    readonly formerly?: string;
    readonly ruleId: string;
    readonly schedule: Schedule;
  },
  { due, since }: { readonly due: number; readonly since: number },
): Promise<LedgerItem | undefined> {
  const { trigger, formerly, ruleId, schedule } = target;
  // The nearest first.
  const times = Array.from({ length: SHIFT_MS / STEP_MS }, (_, i) => (i + 1) * STEP_MS)
    .flatMap((shift) => [due - shift, due + shift])
    .filter((time) => time >= since);
  const items = await Promise.all(times.map((time) => ledger.read(occurrenceKey({ ruleId, scheduledTime: time }))));
  const own = items.filter((item) => item && (item.trigger === trigger || item.trigger === formerly));
  return (
    own.find((item) => item?.standsFor === utcSeconds(due)) ??
    own.find(
      (item) =>
        item &&
        !item.standsFor &&
        !isOccurrence(schedule, item.scheduledTime ?? "") &&
        !isExpected(config, ruleId, item),
    )
  );
}

/** Whether any trigger of the rule is due at the item's time. */
function isExpected(config: TriggerFunctionConfig, ruleId: string, { scheduledTime = "" }: LedgerItem): boolean {
  return scheduledTriggers(config).some(
    ([, spec]) => ruleIdOf(spec.ruleId) === ruleId && isOccurrence(spec.schedule, scheduledTime),
  );
}
