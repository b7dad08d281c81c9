import { refusedEvent } from "./failureReader";
import type { WorldParts } from "./parts";
import { namedBy, type Said, subjectSaid } from "./subject";

/** How mails name an occurrence or an event: `payday of 2027-01-08T14:00:00Z`, `invoice of the event "invoice-17"`. */
const NAME = String.raw`([\w-]+) of (?:the event "([^"\n]+)"|(\d{4}-\d\d-\d\dT[\d:]+Z))`;

/** Notes for every mail which occurrences it tells of, and what it says of them that isn't in the failure queue. */
export function readMails(world: WorldParts): void {
  const { counter, deployment, story } = world;
  /** Somebody gets an answer to a message by hand. Of events nothing else is mailed that went well. */
  const receipt = (subject: string) => {
    if (namedBy(subject)?.event !== undefined && !counter.wasSentByHand(subject)) counter.happened("needlessMails");
  };
  world.cloud.context.journal.subscribe(({ kind }) => {
    if (kind !== "mail.sent") return;
    const { subject: title = "", message = "" } = world.cloud.topics.mails.at(-1) ?? {};
    const of = (said: Said) => subjectSaid(said, deployment) ?? [];
    const named = (text: string, before: string, after: string) =>
      [...text.matchAll(new RegExp(`${before}${NAME}${after}`, "gm"))].flatMap(([, trigger, event, scheduledTime]) =>
        of({ trigger, event, scheduledTime }),
      );
    const refused = /^message: (".*")$/m.exec(message)?.[1];
    const event = refused === undefined ? undefined : refusedEvent({ message: refused });
    for (const subject of new Set([...named(`${title}\n${message}`, "", ""), ...(event ? [of(event)].flat() : [])]))
      counter.mailed(subject);
    for (const subject of named(title, "", " (?:was executed|had been executed before)$")) receipt(subject);
    if (/skipped during a pause/.test(title))
      for (const subject of named(message, "^", "$")) {
        story.tell(subject, "the daily check's mail says that it was skipped during a pause");
        counter.skipped(subject, Date.now());
      }
    // Of an occurrence that may have been missed only the daily check's mail tells.
    for (const [, trigger = "", times = ""] of message.matchAll(/^Trigger "([^"]+)" did not run at ([\dTZ:, -]+)/gm))
      for (const subject of times.split(", ").flatMap((time) => of({ trigger, scheduledTime: time.trim() }))) {
        story.tell(subject, "the daily check's mail says that it may have been missed");
        counter.mailed(subject);
        counter.told(subject, Date.now(), "unknown");
      }
    // A failure that was put back is told of as the ledger knows it now, unless the ledger can't be read: the mail says so.
    if (!/a failure was put back/.test(title) || /could not be read just now/.test(message)) return;
    for (const subject of named(message, "", String.raw` \(rule [^)]+\) was not executed\.`))
      counter.repeatedNo(subject, Date.now());
  });
}
