import type { Deployed, Surroundings } from "../deployed";
import { UserError } from "../engine";
import { didYouMean } from "../settings";
import { instantOf } from "./time";
import { triggersOf } from "./triggersDeclared";
import type { Time } from "./types";

/** Delivers an occurrence of the trigger now. Throws `UserError` if there is no such trigger. */
export function fire(
  { cloud, deployment }: Pick<Deployed, "cloud" | "deployment">,
  { journal, clock }: Pick<Surroundings, "journal" | "clock">,
  name: string,
  { scheduledTime, times = 1 }: { readonly scheduledTime?: Time; readonly times?: number },
): void {
  const triggers = triggersOf(deployment.resources);
  const trigger = triggers.find((each) => each.name === name);
  if (!trigger) {
    const names = triggers.map((each) => each.name);
    throw new UserError(
      `there is no trigger "${name}". The program's triggers are ${names.join(", ") || "none"}.${didYouMean(name, names)}`,
    );
  }
  if (scheduledTime !== undefined) {
    cloud.scheduler.fire(trigger.schedule, instantOf(scheduledTime), { times });
    return;
  }
  // Every one is another, as somebody at the laptop means it.
  const occurrence = `sandbox-${new Date(clock.now()).toISOString()}-${journal.entries.length}`;
  for (let time = 0; time < times; time++)
    cloud.queues.send(trigger.target, JSON.stringify({ trigger: name, occurrence }));
  journal.record("sandbox.fired", { trigger: name, ruleId: trigger.ruleId, occurrence });
}
