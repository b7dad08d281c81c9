import { isScheduled, type TriggerFunctionConfig } from "../../../lambda/agreements/triggerConfig";
import { givenUpOf } from "../../../lambda/triggers/lifecycle/givenUp";
import { isLeased, type LedgerItem, msOf } from "../../../lambda/triggers/lifecycle/ledgerItem";
import { timeIn } from "../../format";

/** The zone in which a trigger's times are shown: its schedule's, or UTC for one that events set off or that is deployed no more. */
export function zoneOf({ triggers }: Pick<TriggerFunctionConfig, "triggers">, trigger: string): string {
  const spec = Object.hasOwn(triggers, trigger) ? triggers[trigger] : undefined;
  return isScheduled(spec) ? spec.schedule.timezone : "UTC";
}

/** `Tue, Dec 1, 2026, 09:00 EST`, `extra "bonus"` or `event "invoice-4711"`. */
export function occurrenceText(
  { scheduledTime, occurrence, event }: Pick<LedgerItem, "scheduledTime" | "occurrence" | "event">,
  zone: string,
): string {
  if (event !== undefined) return `event "${event}"`;
  return scheduledTime === undefined ? `extra "${occurrence}"` : timeIn(msOf(scheduledTime), zone);
}

/** The state of an occurrence in words, with whether it was executed where the state alone doesn't say so. */
export function stateText(item: LedgerItem, now: number): string {
  switch (item.state) {
    case "failed":
      return givenUpOf(item).executed === "unknown" ? "failed, execution unknown" : "failed, not executed";
    case "claimed":
      return isLeased(item, now) ? "being tried" : "being tried, execution unknown";
    case "waiting":
      return item.outcome === "unknown" ? "tried again later, execution unknown" : "tried again later";
    case "skipped":
      return "skipped, not executed";
    case "test-mode":
      return "seemingly in test mode";
    case "dry-run":
      return "dry run";
    case "executed":
      return "executed";
  }
}

/** Why it isn't executed, on one line; undefined for what is. */
export function whyText({ state, code, reason }: LedgerItem): string | undefined {
  if (state === "executed" || state === "dry-run" || (code === undefined && reason === undefined)) return undefined;
  return [code, reason?.replace(/\s+/g, " ")].filter(Boolean).join(": ");
}
