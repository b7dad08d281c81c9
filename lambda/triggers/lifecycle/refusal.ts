import type { TriggerSchedule } from "../../agreements/triggerConfig";
import { isOccurrence } from "../../schedule";
import type { LedgerItem } from "./ledgerItem";
import type { OccurrenceRequest, Refusal } from "./request";

/** Why a message isn't carried out, if it isn't. `item` is what the ledger knows of its occurrence. */
export function refusalOf(item: LedgerItem | undefined, request: OccurrenceRequest): Refusal | undefined {
  if (request.kind === "refused") return request.refusal;
  const { byHand, scheduledTime, event, trigger } = request.occurrence;
  const { schedule } = request.spec;
  if (item || !byHand) return undefined;
  const invalid = (reason: string): Refusal => ({ code: "INVALID_MESSAGE", reason });
  // An event by hand brings no payload, and a mistyped one would be a new event.
  if (event !== undefined)
    return invalid(
      `The ledger knows no event "${event}" of trigger "${trigger}". Events are sent to the event queue, by hand too.`,
    );
  if (scheduledTime === undefined || (schedule && isOccurrence(schedule, scheduledTime))) return undefined;
  // A mistyped time would be a new occurrence, and so a second execution.
  return invalid(
    `${scheduledTime} is no occurrence of trigger "${trigger}" (${schedule ? inWords(schedule) : "it has no schedule"}), and the ` +
      `ledger has none of that time. For a deliberate extra one send {"trigger", "occurrence"}.`,
  );
}

function inWords({ expression, timezone, everyWeeks, from, skipDates }: TriggerSchedule): string {
  const weeks = everyWeeks === undefined ? "" : `, every ${everyWeeks} weeks from ${from}`;
  return `${expression}, ${timezone}${weeks}${skipDates === undefined ? "" : ", without its skipDates"}`;
}
