import type { FailureMessage } from "../../agreements/failureMessage";
import { utcSeconds } from "../../agreements/instant";
import { ruleIdOf } from "../../agreements/ruleId";
import { shown } from "../../agreements/shown";
import type { WorkMessage } from "../../agreements/workMessage";
import type { GivenUp } from "../lifecycle/givenUp";
import { type LedgerItem, settledTime } from "../lifecycle/ledgerItem";
import { type Occurrence, specOf } from "../lifecycle/request";
import type { TriggerDeps } from "../ports";

const LONGEST_MESSAGE = 4_000;
/** Of a message of the event queue. */
const LONGEST_EVENT = 300;

/** The failure of an occurrence. `item` is what the ledger knows of it. */
export function occurrenceFailure(
  deps: Pick<TriggerDeps, "workQueue" | "region" | "config" | "now">,
  occurrence: Pick<Occurrence, "key" | "trigger" | "ruleId" | "scheduledTime" | "occurrence" | "event">,
  item: LedgerItem | undefined,
  given: GivenUp,
  message?: string,
): FailureMessage {
  const { trigger, ruleId, scheduledTime, occurrence: extra, event } = occurrence;
  const spec = specOf(deps.config, trigger);
  // By hand only an event can be run that the ledger knows. Any other has a place where it can be sent again.
  const isUnknownEvent = event !== undefined && item === undefined;
  const isDeployed = spec !== undefined && ruleIdOf(spec.ruleId) === ruleId;
  const runnable = given.code !== "INVALID_MESSAGE" && isDeployed && !isUnknownEvent;
  const again = isUnknownEvent
    ? "have its sender send it to the event queue again, where one that ran already runs nothing"
    : runnable
      ? "run the command"
      : "trigger the rule in Sequence by hand";
  const queue = { url: deps.workQueue.url, region: deps.region };
  // The command names the time that this failure tells of, so sending it again later doesn't confirm later tries.
  const lookAt = item?.lastTriedAt ? settledTime(item) : utcSeconds(deps.now());
  const confirmed = given.executed === "unknown" ? { confirmedNotExecutedUntil: lookAt } : {};
  const command = sendCommand(queue, { ...messageByHand(occurrence), ...confirmed });
  return {
    version: 1,
    trigger,
    ruleId,
    ...(scheduledTime === undefined ? {} : { scheduledTime }),
    ...(extra === undefined ? {} : { occurrence: extra }),
    ...(event === undefined ? {} : { event }),
    idempotencyKey: occurrence.key,
    executed: given.executed,
    reason: given.reason,
    code: given.code,
    ...(given.status === undefined ? {} : { status: given.status }),
    ...(item?.requestId ? { requestId: item.requestId } : {}),
    attempts: item?.attempts ?? 0,
    ...(item?.firstTriedAt ? { firstTriedAt: item.firstTriedAt } : {}),
    ...(item?.lastTriedAt ? { lastTriedAt: item.lastTriedAt } : {}),
    whatHappened: whatHappened(occurrence, given, item?.attempts ?? 0),
    whatToDo: whatToDo(given, item, lookAt, again),
    ...(runnable ? { command } : {}),
    // What a sender of events wrote stays out of mails: it could look like one of our commands.
    ...(message === undefined || event !== undefined ? {} : { message: message.slice(0, LONGEST_MESSAGE) }),
  };
}

/** The message that runs an occurrence by hand, under its own key. */
export function messageByHand({
  trigger,
  scheduledTime,
  occurrence,
  event,
}: Pick<Occurrence, "trigger" | "scheduledTime" | "occurrence" | "event">): WorkMessage {
  if (event !== undefined) return { trigger, event };
  return occurrence === undefined ? { trigger, scheduledTime: scheduledTime as string } : { trigger, occurrence };
}

/** The failure of a message that names no occurrence. Nothing was called for it. */
export function messageFailure(given: { code: string; reason: string }, message: string): FailureMessage {
  return {
    version: 1,
    executed: "no",
    reason: given.reason,
    code: given.code,
    attempts: 0,
    whatHappened: `A message in the work queue was not understood, and no rule was triggered: ${given.reason}`,
    whatToDo:
      "If a schedule sent it, deploy again, so that the schedule says what the function expects. If you sent it, send it as " +
      '{"trigger": "<name>", "scheduledTime": "<time>"} or {"trigger": "<name>", "occurrence": "<text>"}.',
    message: message.slice(0, LONGEST_MESSAGE),
  };
}

/**
 * The same for a message of the event queue. `wasDelivered`: it was taken before, and may have been tried then. An event whose trigger
 * isn't there may have been sent under another name, too: only its rule would say what the ledger knows of it.
 */
export function eventFailure(
  given: { code: string; reason: string },
  message: string,
  wasDelivered: boolean,
): FailureMessage {
  const isEvent = given.code === "UNKNOWN_TRIGGER";
  const tried = wasDelivered
    ? "It is not known whether its rule ran: it was delivered before, when the triggers may have been others."
    : isEvent
      ? "No rule was triggered for it. It is not known whether the same event runs under another trigger's name."
      : "No rule was triggered.";
  return {
    version: 1,
    executed: wasDelivered || isEvent ? "unknown" : "no",
    reason: given.reason,
    code: given.code,
    attempts: 0,
    whatHappened: `A message in the event queue was refused. ${tried} ${given.reason}`,
    whatToDo: `${wasDelivered ? "First look in Sequence and in the function's log whether it ran. " : ""}If it should still happen, correct its sender, and send {"trigger": "<name>", "event": "<text>"} to the event queue${isEvent ? ": an event that ran for its rule already runs nothing again" : ""}.`,
    // Quoted and on one line, so that what its sender wrote can't pass for the words of this program.
    message: shown(message, LONGEST_EVENT),
  };
}

/** `payday of 2026-12-01T14:00:00Z`, or of the text of an extra occurrence or an event. */
export function titleOf({
  trigger,
  scheduledTime,
  occurrence,
  event,
}: Pick<Occurrence, "trigger" | "scheduledTime" | "occurrence" | "event">): string {
  if (event !== undefined) return `${trigger} of the event "${event}"`;
  return `${trigger} of ${scheduledTime ?? `"${occurrence}"`}`;
}

function whatHappened(
  occurrence: Parameters<typeof titleOf>[0] & { ruleId: string },
  given: GivenUp,
  attempts: number,
): string {
  const what = `${titleOf(occurrence)} (rule ${occurrence.ruleId})`;
  if (given.code === "CONFIRMATION_WITHOUT_TIME" || given.code === "INVALID_MESSAGE")
    return `A message by hand for ${what} was refused, and nothing was called for it: ${given.reason}`;
  const tries = attempts === 1 ? "1 try" : `${attempts} tries`;
  if (given.executed === "unknown")
    return `It is not known whether ${what} was executed. It was given up after ${tries}. ${given.reason}`;
  return `${what} was not executed. It was given up after ${tries}. ${given.reason}`;
}

const REPAIRS: Readonly<Record<string, string>> = {
  INVALID_REQUEST:
    "Check in Sequence that the rule exists, is switched on and is set to be triggered by the Remote API, and that its id is the one deployed.",
  INVALID_API_SECRET:
    "Copy the rule's API secret from Sequence into its secret: npx sequence-remote-api fill-secret with the trigger's name asks for it.",
  SECRET_UNFILLED: "Fill the secret as said above.",
  SECRET_FIELD_MISSING: "Fill the secret as said above.",
  SECRET_MALFORMED: "Fill the secret as said above.",
  AMOUNT_NOT_KNOWN:
    'Look at the account that the amount depends on. With "unchecked":true added to the command\'s message, the rule is triggered whatever its amounts are.',
  OCCURRENCE_MISSED: "Look at the schedule, the work queue and the function's log for why it did not run.",
  RULE_CHANGED: "The deployed rule is another one than at the scheduled time.",
  UNKNOWN_TRIGGER: "The trigger was taken out or renamed while the message was on its way.",
};

/** `lookAt`: from when on a look into Sequence shows what became of the last try. */
function whatToDo(given: GivenUp, item: LedgerItem | undefined, lookAt: string, again: string): string {
  const repair = REPAIRS[given.code] ? `${REPAIRS[given.code]} ` : "";
  if (given.executed === "no") return `${repair}If it should still happen, ${again}. If not, there is nothing to do.`;
  const look = item?.firstTriedAt
    ? `First look in Sequence, not before ${lookAt}, whether the rule ran between ${item.firstTriedAt} and then: a request may be executed after it was given up.`
    : "First look in Sequence whether the rule ran.";
  const request = item?.requestId ? ` Sequence's support can look up request ${item.requestId}.` : "";
  return (
    `${repair}${look} Its activity shows the transfers.${request} ` +
    `If it ran, there is nothing to do. Only if it did not run and should, ${again}; running it twice moves the money twice.`
  );
}

/** The shell command that puts `message` into the queue. */
export function sendCommand(queue: { url: string; region?: string | undefined }, message: WorkMessage): string {
  const words = ["aws", "sqs", "send-message", "--queue-url", quoted(queue.url)];
  if (queue.region) words.push("--region", quoted(queue.region));
  return [...words, "--message-body", quoted(JSON.stringify(message))].join(" ");
}

/** POSIX shells take everything inside single quotes literally, except the single quote. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
