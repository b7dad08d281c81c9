import type { FailureMessage } from "../../agreements/failureMessage";
import { utcSeconds } from "../../agreements/instant";
import type { SkippedNote } from "../pause";
import type { MailText, TriggerDeps } from "../ports";
import { sendCommand } from "./failure";
import { mail } from "./mails";

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
  /** The text of its event, if one set it off. */
  readonly event: string | undefined;
  readonly timezone: string;
  /** When it was due, or when the event was executed, milliseconds since the epoch. */
  readonly due: number;
  readonly amounts: readonly string[];
}

/** Rules that Sequence accepted, and that haven't asked for their amounts. */
export function unaskedMail(unasked: readonly Unasked[]): MailText {
  const texts = unasked.map(({ trigger, event, timezone, due, amounts }) => {
    const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", timeZone: timezone }).format(due);
    return (
      `Sequence accepted ${trigger}${event === undefined ? "" : ` of the event "${event}"`} on ${day} and has not asked for ${amounts.join(" and ")}. That is normal if the rule's condition ` +
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
    ...(stillPaused ? ["npx sequence-remote-api resume ends the pause."] : []),
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
