import { being } from "../../lambda/agreements/shown";
import type { Deployed, Surroundings } from "../deployed";
import { UserError } from "../engine";
import { triggerNamed } from "./byHand";
import { instantOf } from "./time";
import type { Time } from "./types";

/** Delivers an occurrence of the trigger now. Throws `UserError` if there is no such trigger. */
export function fire(
  { cloud, deployment }: Pick<Deployed, "cloud" | "deployment">,
  { journal, clock }: Pick<Surroundings, "journal" | "clock">,
  name: string,
  { scheduledTime, times = 1 }: { readonly scheduledTime?: Time; readonly times?: number },
): void {
  const trigger = triggerNamed({ deployment }, name);
  if (!Number.isInteger(times) || times < 1)
    throw new UserError(`times of fire ${being(times)}; it must be a whole number from 1.`);
  if (scheduledTime !== undefined) {
    cloud.scheduler.fire(trigger.schedule, instantOf(scheduledTime), { times });
    return;
  }
  // Every one is another, as somebody at the laptop means it.
  const occurrence = `sandbox-${new Date(clock.now()).toISOString()}-${journal.entries.length}`;
  for (let time = 0; time < times; time++) {
    const messageId = cloud.queues.send(trigger.target, JSON.stringify({ trigger: name, occurrence }));
    journal.record("sandbox.fired", { trigger: name, ruleId: trigger.ruleId, occurrence, messageId });
  }
}
