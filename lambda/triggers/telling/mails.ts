import type { FailureMessage } from "../../agreements/failureMessage";
import { wellFormed } from "../../agreements/shown";
import type { TryFailure } from "../lifecycle/afterTry";
import { type Trouble, troublesText } from "../lifecycle/expected";
import type { LedgerItem } from "../lifecycle/ledgerItem";
import type { Occurrence } from "../lifecycle/request";
import type { MailText } from "../ports";
import { titleOf } from "./failure";

/** SNS allows fewer than 100 characters. Only ASCII, because SNS once allowed nothing else, and a refused subject loses the mail. */
const LONGEST_SUBJECT = 99;
/** SNS takes 262,144. */
const LARGEST_TEXT_BYTES = 200_000;

export function mail(subject: string, paragraphs: readonly string[]): MailText {
  const plain = `Sequence: ${subject}`.replace(/[^\x20-\x7e]+/g, "?");
  const text = fitting(paragraphs.map(wellFormed)).join("\n\n");
  return { subject: plain.slice(0, LONGEST_SUBJECT).trimEnd(), text: `${text}\n` };
}

/** The first paragraphs, as many as fit. A command that is cut in the middle must not be run, so each is whole or left out. */
function fitting(paragraphs: readonly string[]): string[] {
  let bytes = 0;
  const first = paragraphs.findIndex((text) => {
    bytes += Buffer.byteLength(text) + 2;
    return bytes > LARGEST_TEXT_BYTES;
  });
  if (first < 0) return [...paragraphs];
  const left = paragraphs.length - first;
  return [
    ...paragraphs.slice(0, first),
    `${left} more paragraphs don't fit into a mail. The function's log of this time has what they are about.`,
  ];
}

export function failureMail(failure: FailureMessage): MailText {
  const { trigger } = failure;
  const title = trigger === undefined ? "a message was refused" : titleOf({ ...failure, trigger });
  const ending = trigger === undefined ? "" : failure.executed === "no" ? " was not executed" : " - execution unknown";
  return mail(`${title}${ending}`, [
    failure.whatHappened,
    `Executed: ${failure.executed}`,
    `What to do: ${failure.whatToDo}`,
    ...(failure.command ? [`The command:\n${failure.command}`] : []),
    detailsOf(failure),
    `The same is in the failure queue. npx sequence-remote-api failures lists it, looks into the ledger before it runs it, and deletes it.${failure.command ? " Whoever runs the command above instead" : " Whoever can't run that"} deletes its message there when it is dealt with.`,
  ]);
}

function detailsOf(failure: FailureMessage): string {
  const { code, status, requestId, idempotencyKey, attempts, firstTriedAt, lastTriedAt, message } = failure;
  const rows = { code, status, requestId, idempotencyKey, attempts, firstTriedAt, lastTriedAt, message };
  return Object.entries(rows)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${value}`)
    .join("\n");
}

/** An occurrence waits until somebody has repaired something. */
export function repairMail(item: LedgerItem, failure: TryFailure, until: string): MailText {
  return mail(`${titleOf(item)} waits for you`, [
    `${titleOf(item)} (rule ${item.ruleId}) can't be executed until something is repaired: ${failure.reason}`,
    `It is tried again by itself until ${until}. After that, another mail says how to run it by hand.`,
    `code: ${failure.code}\nidempotencyKey: ${item.key}`,
  ]);
}

/**
 * A check found amounts that can't be answered until somebody mends something. `until`: the rule waits for them until then; undefined
 * if it is triggered all the same.
 */
export function amountsMail(item: LedgerItem, troubles: readonly Trouble[], until: string | undefined): MailText {
  const title = titleOf(item);
  return mail(until === undefined ? `${title} - an amount can't be answered` : `${title} waits for you`, [
    `Before ${title} (rule ${item.ruleId}) was triggered, the amounts that the rule asks for were computed: ${troublesText(troubles)}.`,
    until === undefined
      ? "The rule is triggered all the same, and Sequence gets an error for that amount. Look in Sequence whether something is left to transfer by hand."
      : `The rule waits for what is in holdUntilKnown, and looks again by itself until ${until}. After that, another mail says how to run it by hand.`,
    `idempotencyKey: ${item.key}`,
  ]);
}

export function receiptMail(item: LedgerItem): MailText {
  return mail(`${titleOf(item)} was executed`, [
    `Sequence accepted ${titleOf(item)} (rule ${item.ruleId}). Accepted does not mean that the money has moved yet.`,
    `Sequence's answer: ${item.answer ?? "-"}\nrequestId: ${item.requestId ?? "-"}\nidempotencyKey: ${item.key}\ntries: ${item.attempts}${item.expected === undefined ? "" : `\nexpected before the first try: ${item.expected}`}`,
  ]);
}

export function testModeMail(item: LedgerItem): MailText {
  const earlier =
    item.attempts > 1 ? ` It was tried ${item.attempts} times; an earlier try may have been executed.` : "";
  return mail(`${titleOf(item)} - the rule seems to be in test mode`, [
    `Sequence accepted ${titleOf(item)}, but its answer reads as if rule ${item.ruleId} were in test mode. If it is, nothing is transferred. ` +
      "This is a guess from the words of the answer. It is not tried again by itself.",
    `First look in Sequence whether the rule is in test mode, and whether it ran: its activity shows the transfers.${earlier}`,
    "If the money has moved, there is nothing to do. Only if it has not and should, take the rule out of test mode and trigger it in Sequence by hand, or " +
      `${extraOf(item)}; running it twice moves the money twice. Sequence may remember the occurrence's own key as done.`,
    `Sequence's answer: ${item.answer ?? "-"}\nrequestId: ${item.requestId ?? "-"}\nidempotencyKey: ${item.key}`,
  ]);
}

/** The answer to a person who asked for an occurrence that was executed before. */
export function alreadyExecutedMail(item: LedgerItem): MailText {
  return mail(`${titleOf(item)} had been executed before`, [
    `${titleOf(item)} (rule ${item.ruleId}) was executed already, last tried at ${item.lastTriedAt ?? "-"}. Nothing was done now.`,
    `For a deliberate extra one ${extraOf(item)}.`,
    `requestId: ${item.requestId ?? "-"}\nidempotencyKey: ${item.key}`,
  ]);
}

/** How to run it once more under another key. An extra occurrence has the trigger's payload, so it can't stand for an event, which has its own. */
function extraOf({ trigger, event }: LedgerItem): string {
  return event === undefined
    ? `run npx sequence-remote-api trigger ${trigger} --occurrence "<a text of your own>", or send {"trigger": ${JSON.stringify(trigger)}, "occurrence": "<a text of your own>"} to the work queue`
    : "have its sender send it to the event queue under another text, with the same payload";
}

export function dryRunMail(occurrence: Occurrence): MailText {
  return mail(`${titleOf(occurrence)} was a dry run`, [
    `dryRun is switched on: rule ${occurrence.ruleId} was not triggered for ${titleOf(occurrence)}.`,
  ]);
}
