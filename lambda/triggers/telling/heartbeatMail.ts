import { utcSeconds } from "../../schedule/instant";
import type { Unclear } from "../check/findings";
import type { MissedReport } from "../check/missed";
import type { MailText, TriggerDeps } from "../ports";
import { sendCommand } from "./command";
import { mail } from "./mails";

const MOST_IN_MAIL = 20;
const MOST_TIMES = 5;

/** What the daily check has to say. */
export function heartbeatMail(
  deps: Pick<TriggerDeps, "workQueue" | "region">,
  problems: readonly string[],
  { missed, unclear }: Pick<MissedReport, "missed" | "unclear">,
): MailText {
  return mail(`the daily check found ${subjectOf(problems, missed)}`, [
    ...(missed.length > 0
      ? [
          `These occurrences were due and have not run. They are not run late by themselves: whether they still should is for you to say.`,
        ]
      : []),
    ...missed
      .slice(0, MOST_IN_MAIL)
      .map(({ failure }) => [failure.whatHappened, failure.whatToDo, failure.command].filter(Boolean).join("\n")),
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

function subjectOf(problems: readonly string[], missed: MissedReport["missed"]): string {
  if (missed.length > 0) return "missed occurrences";
  return problems.length > 0 ? "problems with secrets or schedules" : "occurrences that may have been missed";
}

function unclearText(deps: Pick<TriggerDeps, "workQueue" | "region">, { trigger, changedAt, times }: Unclear): string {
  const more = times.length > MOST_TIMES ? ` and ${times.length - MOST_TIMES} times more` : "";
  const queue = { url: deps.workQueue.url, region: deps.region };
  return [
    `Trigger "${trigger}" did not run at ${times.slice(0, MOST_TIMES).join(", ")}${more}. Its schedule was made or changed at ` +
      `${utcSeconds(changedAt)}, and may have been switched off or missing until then. If so, there is nothing to do. If it was ` +
      `switched on, these were missed; one that should still happen is run by its time:`,
    sendCommand(queue, { trigger, scheduledTime: times.at(-1) }),
  ].join("\n");
}
