import { utcSeconds } from "../../../lambda/agreements/instant";
import {
  type LedgerItem,
  mayHaveBeenExecuted,
  msOf,
  SETTLING_MS,
  settledTime,
} from "../../../lambda/triggers/lifecycle/ledgerItem";
import type { Failed } from "./failed";

/** What can be done about a failure, by what the ledger knows of its occurrence now. */
export type Course =
  /** It was certainly not executed: it may be run. */
  | { readonly can: "run" }
  /** Nobody knows whether it was executed. A person who sees in Sequence, not before `until`, that it was not may confirm that. */
  | { readonly can: "confirm"; readonly until: string }
  /** Nothing is to be run. `why` is a sentence, and says what to do. */
  | { readonly can: "nothing"; readonly why: string };

export function courseOf({ failure, occurrence, message, id }: Failed, item: LedgerItem | undefined): Course {
  const discard = `discard it when it is dealt with: failures discard ${id}`;
  if (!occurrence)
    return {
      can: "nothing",
      why: `It names no occurrence that could be run. If something should still happen, run "trigger NAME", or send the corrected event again; ${discard}.`,
    };
  if (occurrence.trigger === undefined)
    return {
      can: "nothing",
      why: `No trigger of rule ${occurrence.ruleId} is deployed any more. If it should still happen, trigger the rule in Sequence by hand; ${discard}.`,
    };
  // By hand only an event can be run that the ledger knows, and its payload is its sender's.
  if (occurrence.event !== undefined && !item && !message.isDeadEvent)
    return {
      can: "nothing",
      why: `The ledger doesn't know this event. If it should still happen, have its sender send it to the event queue again, where one that ran already runs nothing; ${discard}.`,
    };
  const last = item?.lastTriedAt ?? item?.updatedAt;
  switch (item?.state) {
    case "executed":
      return {
        can: "nothing",
        why: `It was executed since, last tried at ${last}. There is nothing to do: ${discard}.`,
      };
    case "test-mode":
      return {
        can: "nothing",
        why: `Sequence accepted it since, at ${last}, but seemingly in test mode; a mail said what to do then. Look in Sequence, and ${discard}.`,
      };
    case "claimed":
    case "waiting":
      return {
        can: "nothing",
        why: `It is being tried, last at ${last}. Wait for its end, which is mailed; the daily check finds it if nobody tries it any more.`,
      };
  }
  const isUnknown = item ? mayHaveBeenExecuted(item) : failure?.executed === "unknown";
  if (!isUnknown) return { can: "run" };
  const told = msOf(failure?.lastTriedAt);
  if (item?.lastTriedAt !== undefined && told > 0 && msOf(item.lastTriedAt) > told)
    return {
      can: "nothing",
      why: `It was tried again at ${item.lastTriedAt}, after this message was written. Another message tells of that one; ${discard}.`,
    };
  const until = item?.lastTriedAt ? settledTime(item) : utcSeconds(Math.max(message.sentAt, told + SETTLING_MS) + 999);
  return { can: "confirm", until };
}
