import type { WorldParts } from "./parts";
import { subjectOf } from "./subject";

/** Notes for every mail which occurrences it tells of, and what it says of them that isn't in the failure queue. */
export function readMails(world: WorldParts): void {
  const { counter, deployment, story } = world;
  world.cloud.context.journal.subscribe(({ kind }) => {
    if (kind !== "mail.sent") return;
    const { subject: title = "", message = "" } = world.cloud.topics.mails.at(-1) ?? {};
    const of = (trigger: string, time: string) => {
      const rule = deployment.ruleOf(trigger);
      return rule === undefined ? [] : [subjectOf(rule, time)];
    };
    const named = `${title}\n${message}`.matchAll(/([\w-]+) of (\d{4}-\d\d-\d\dT[\d:]+Z)/g);
    for (const subject of new Set([...named].flatMap(([, trigger = "", time = ""]) => of(trigger, time))))
      counter.mailed(subject);
    if (/skipped during a pause/.test(title))
      for (const [, trigger = "", time = ""] of message.matchAll(/^([\w-]+) of (\d{4}-\d\d-\d\dT[\d:]+Z)$/gm))
        for (const subject of of(trigger, time)) {
          story.tell(subject, "the daily check's mail says that it was skipped during a pause");
          counter.skipped(subject, Date.now());
        }
    // Of an occurrence that may have been missed only the daily check's mail tells.
    for (const [, trigger = "", times = ""] of message.matchAll(/^Trigger "([^"]+)" did not run at ([\dTZ:, -]+)/gm))
      for (const subject of times.split(", ").flatMap((time) => of(trigger, time.trim()))) {
        story.tell(subject, "the daily check's mail says that it may have been missed");
        counter.mailed(subject);
        counter.told(subject, Date.now(), "unknown");
      }
    // A failure that was put back is told of as the ledger knows it now, unless the ledger can't be read: the mail says so.
    if (!/a failure was put back/.test(title) || /could not be read just now/.test(message)) return;
    for (const [, trigger = "", time = ""] of message.matchAll(/([\w-]+) of (\S+) \(rule [^)]+\) was not executed\./g))
      for (const subject of of(trigger, time)) counter.repeatedNo(subject, Date.now());
  });
}
