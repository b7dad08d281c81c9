import type { WorldParts } from "./parts";
import { subjectOf } from "./subject";

/** Notes for every mail which occurrences it tells of. */
export function readMails(world: WorldParts): void {
  world.cloud.context.journal.subscribe(({ kind }) => {
    if (kind !== "mail.sent") return;
    const { subject = "", message = "" } = world.cloud.topics.mails.at(-1) ?? {};
    const named = `${subject}\n${message}`.matchAll(/([\w-]+) of (\d{4}-\d\d-\d\dT[\d:]+Z)/g);
    const subjects = new Set<string>();
    for (const [, trigger = "", time = ""] of named) {
      const rule = world.deployment.ruleOf(trigger);
      if (rule) subjects.add(subjectOf(rule, time));
    }
    for (const each of subjects) world.counter.mailed(each);
  });
}
