import type { FailureMessage } from "../../agreements/failureMessage";
import { utcSeconds } from "../../agreements/instant";
import type { TryFailure } from "../lifecycle/afterTry";
import { type Trouble, troubleText } from "../lifecycle/expected";
import type { LedgerItem } from "../lifecycle/ledgerItem";
import type { Occurrence } from "../lifecycle/request";
import type { SkippedNote } from "../pause";
import type { MailText, TriggerDeps } from "../ports";
import { sendCommand, titleOf } from "./failure";

/** SNS allows fewer than 100 characters. Only ASCII, because SNS once allowed nothing else, and a refused subject loses the mail. */
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
  const { trigger } = failure;
  const title = trigger === undefined ? "a message was refused" : titleOf({ ...failure, trigger });
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
    `Before ${title} (rule ${item.ruleId}) was triggered, the amounts that the rule asks for were computed: ${troubles.map(troubleText).join("; ")}.`,
    until === undefined
      ? "The rule is triggered all the same, and Sequence gets an error for that amount. Look in Sequence whether something is left to transfer by hand."
      : `The rule waits for what is in holdUntilKnown, and looks again by itself until ${until}. After that, another mail says how to run it by hand.`,
    `idempotencyKey: ${item.key}`,
  ]);
}

export function receiptMail(item: LedgerItem): MailText {
  return mail(`${titleOf(item)} was executed`, [
    `Sequence accepted ${titleOf(item)} (rule ${item.ruleId}). Accepted does not mean that the money has moved yet.`,
    `Sequence's answer: ${item.answer ?? "-"}\nrequestId: ${item.requestId ?? "-"}\nidempotencyKey: ${item.key}\ntries: ${item.attempts}${item.expected === undefined ? "" : `\nexpected: ${item.expected}`}`,
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

/** The answer to a person who asked for an occurrence that was executed before. */
export function alreadyExecutedMail(item: LedgerItem): MailText {
  return mail(`${titleOf(item)} had been executed before`, [
    `${titleOf(item)} (rule ${item.ruleId}) was executed already, last tried at ${item.lastTriedAt ?? "-"}. Nothing was done now.`,
    'For a deliberate extra one send {"trigger": "<name>", "occurrence": "<a text of your own>"} to the work queue.',
    `requestId: ${item.requestId ?? "-"}\nidempotencyKey: ${item.key}`,
  ]);
}

export function dryRunMail(occurrence: Occurrence): MailText {
  return mail(`${titleOf(occurrence)} was a dry run`, [
    `dryRun is switched on: rule ${occurrence.ruleId} was not triggered for ${titleOf(occurrence)}.`,
  ]);
}

/** Occurrences of one trigger that have not run, at times when its schedule may have been switched off. */
export interface Unclear {
  readonly trigger: string;
  /** When the schedule was made or last changed, milliseconds since the epoch. */
  readonly changedAt: number;
  /** Whether a message by hand runs them. Otherwise the deployed schedule doesn't know these times any more. */
  readonly runnable: boolean;
  readonly times: string[];
}

/** A rule that Sequence accepted, and the amounts that it hasn't asked for since. */
export interface Unasked {
  readonly trigger: string;
  readonly timezone: string;
  /** When it was due, milliseconds since the epoch. */
  readonly due: number;
  readonly amounts: readonly string[];
}

/** Rules that Sequence accepted, and that haven't asked for their amounts. */
export function unaskedMail(unasked: readonly Unasked[]): MailText {
  const texts = unasked.map(({ trigger, timezone, due, amounts }) => {
    const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", timeZone: timezone }).format(due);
    return (
      `Sequence accepted ${trigger} on ${day} and has not asked for ${amounts.join(" and ")}. That is normal if the rule's condition ` +
      "wasn't met; else look whether its URL is in the rule and the rule is on."
    );
  });
  return mail(`${unasked.map(({ trigger }) => trigger).join(", ")} - amounts were not asked for`, [
    ...texts,
    "This is said once, until the amount is asked for again. expectAsked: false of a trigger turns it off.",
  ]);
}

/** What was skipped during a pause since the last daily check. */
export function skippedMail(
  deps: Pick<TriggerDeps, "workQueue" | "region">,
  { occurrences, more }: SkippedNote,
  stillPaused: boolean,
): MailText {
  const all = Object.values(occurrences);
  const queue = { url: deps.workQueue.url, region: deps.region };
  const count = all.length + more;
  return mail(`${count} ${count === 1 ? "occurrence was" : "occurrences were"} skipped during a pause`, [
    `The triggers ${stillPaused ? "are" : "were"} paused by the stop switch, and the time for tries of these ended. None of them was executed, and ` +
      `none will be by itself. For one that should still happen, run its command once the pause is over. For the others there is nothing to do.`,
    ...all.map(({ title, message }) => `${title}\n${sendCommand(queue, message)}`),
    ...(more > 0 ? [`And ${more} more: occurrence.skipped in the function's log names each.`] : []),
    ...(stillPaused ? ["docs/operations.md says how to end the pause."] : []),
  ]);
}

const MOST_IN_MAIL = 20;
const MOST_TIMES = 5;

/** What the daily check has to say. */
export function checkMail(
  deps: Pick<TriggerDeps, "workQueue" | "region">,
  problems: readonly string[],
  missed: readonly FailureMessage[],
  unclear: readonly Unclear[],
): MailText {
  return mail(`the daily check found ${subjectOf(problems, missed)}`, [
    ...(missed.length > 0
      ? [
          `These occurrences were due and have not run. They are not run late by themselves: whether they still should is for you to say.`,
        ]
      : []),
    ...missed
      .slice(0, MOST_IN_MAIL)
      .map(({ whatHappened, whatToDo, command }) => [whatHappened, whatToDo, command].filter(Boolean).join("\n")),
    ...(missed.length > MOST_IN_MAIL
      ? [`And ${missed.length - MOST_IN_MAIL} more; each is in the failure queue.`]
      : []),
    ...unclear.map((of) => unclearText(deps, of)),
    ...problems.slice(0, MOST_IN_MAIL),
    ...(problems.length > MOST_IN_MAIL
      ? [`And ${problems.length - MOST_IN_MAIL} more problems; see the function's log.`]
      : []),
  ]);
}

function subjectOf(problems: readonly string[], missed: readonly FailureMessage[]): string {
  if (missed.length > 0) return "missed occurrences";
  return problems.length > 0 ? "problems with secrets or schedules" : "occurrences that may have been missed";
}

function unclearText(
  deps: Pick<TriggerDeps, "workQueue" | "region">,
  { trigger, changedAt, runnable, times }: Unclear,
): string {
  const more = times.length > MOST_TIMES ? ` and ${times.length - MOST_TIMES} times more` : "";
  const queue = { url: deps.workQueue.url, region: deps.region };
  return [
    `Trigger "${trigger}" did not run at ${times.slice(0, MOST_TIMES).join(", ")}${more}. Its schedule was made or changed at ` +
      `${utcSeconds(changedAt)}, and may have been switched off or missing until then. If so, there is nothing to do. If it was ` +
      `switched on, these were missed; one that should still happen is ${runnable ? "run by its time:" : "triggered in Sequence by hand."}`,
    ...(runnable ? [sendCommand(queue, { trigger, scheduledTime: times.at(-1) as string })] : []),
  ].join("\n");
}
