import type { LedgerItem } from "../lifecycle/ledgerItem";
import type { TryFailure } from "../lifecycle/tryResult";
import type { MailText } from "../ports";
import type { FailureMessage } from "./failure";
import { titleOf } from "./failure";

/** SNS documents less than 100 characters of UTF-8. It used to document ASCII, and a refused subject loses the mail: so ASCII. */
const LONGEST_SUBJECT = 99;
/** SNS takes 256 KB. */
const LONGEST_TEXT = 100_000;

export function mail(subject: string, paragraphs: readonly string[]): MailText {
  const plain = `Sequence: ${subject}`.replace(/[^\x20-\x7e]+/g, "?");
  return {
    subject: plain.slice(0, LONGEST_SUBJECT).trimEnd(),
    text: `${paragraphs.join("\n\n").slice(0, LONGEST_TEXT)}\n`,
  };
}

export function failureMail(failure: FailureMessage): MailText {
  const { trigger, scheduledTime, occurrence } = failure;
  const title = trigger === undefined ? "a message was refused" : titleOf({ trigger, scheduledTime, occurrence });
  const ending = trigger === undefined ? "" : failure.executed === "no" ? " was not executed" : " - execution unknown";
  return mail(`${title}${ending}`, [
    failure.whatHappened,
    `Executed: ${failure.executed}`,
    `What to do: ${failure.whatToDo}`,
    ...(failure.command ? [`The command:\n${failure.command}`] : []),
    detailsOf(failure),
    "The same is in the failure queue. Delete its message there when it is dealt with.",
  ]);
}

/** A failure that came into the work queue. */
export function returnedMail({ whatHappened, whatToDo, command }: FailureMessage): MailText {
  return mail("a failure was put back, nothing was run", [
    'A message of the failure queue was moved into the work queue, as "Start DLQ redrive" in the console of AWS does. That runs nothing: the ' +
      "message lies in the failure queue again, as it was. To run its occurrence, do what it says.",
    `What happened: ${whatHappened}`,
    `What to do: ${whatToDo}`,
    ...(typeof command === "string" ? [`The command:\n${command}`] : []),
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

/** Somebody has to repair something, and still can. */
export function repairMail(item: LedgerItem, failure: TryFailure, until: string): MailText {
  return mail(`${titleOf(item)} waits for you`, [
    `${titleOf(item)} (rule ${item.ruleId}) can't be executed until something is repaired: ${failure.reason}`,
    `It is tried again by itself until ${until}. After that, another mail says how to run it by hand.`,
    `code: ${failure.code}\nidempotencyKey: ${item.key}`,
  ]);
}

export function receiptMail(item: LedgerItem): MailText {
  return mail(`${titleOf(item)} was executed`, [
    `Sequence accepted ${titleOf(item)} (rule ${item.ruleId}). Accepted does not mean that the money has moved yet.`,
    `Sequence's answer: ${item.answer ?? "-"}\nrequestId: ${item.requestId ?? "-"}\nidempotencyKey: ${item.key}\ntries: ${item.attempts}`,
  ]);
}

export function testModeMail(item: LedgerItem): MailText {
  const earlier =
    item.attempts > 1 ? ` It was tried ${item.attempts} times; an earlier try may have been executed.` : "";
  return mail(`${titleOf(item)} - the rule seems to be in test mode`, [
    `Sequence accepted ${titleOf(item)}, but its answer reads as if rule ${item.ruleId} were in test mode. If it is, nothing is transferred. ` +
      "This is a guess from the words of the answer. It is not tried again by itself.",
    `First look in Sequence whether the rule is in test mode, and whether it ran: its activity shows the transfers.${earlier}`,
    "If the money has moved, there is nothing to do. Only if it has not and should, take the rule out of test mode and trigger it in Sequence by hand, or send " +
      `{"trigger": ${JSON.stringify(item.trigger)}, "occurrence": "<a text of your own>"} to the work queue; running it twice moves the money twice. ` +
      "Sequence may remember the occurrence's own key as done.",
    `Sequence's answer: ${item.answer ?? "-"}\nrequestId: ${item.requestId ?? "-"}\nidempotencyKey: ${item.key}`,
  ]);
}

/** The answer to a person who asked for what has been done. */
export function alreadyExecutedMail(item: LedgerItem): MailText {
  return mail(`${titleOf(item)} had been executed before`, [
    `${titleOf(item)} (rule ${item.ruleId}) was executed already, last tried at ${item.lastTriedAt ?? "-"}. Nothing was done now.`,
    'For a deliberate extra one send {"trigger": "<name>", "occurrence": "<a text of your own>"} to the work queue.',
    `requestId: ${item.requestId ?? "-"}\nidempotencyKey: ${item.key}`,
  ]);
}

export function dryRunMail(occurrence: {
  trigger: string;
  ruleId: string;
  scheduledTime?: string;
  occurrence?: string;
}): MailText {
  return mail(`${titleOf(occurrence)} was a dry run`, [
    `dryRun is switched on: rule ${occurrence.ruleId} was not triggered for ${titleOf(occurrence)}.`,
  ]);
}
