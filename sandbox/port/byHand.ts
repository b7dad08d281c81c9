import { given } from "../../lambda/agreements/given";
import { utcSeconds } from "../../lambda/agreements/instant";
import type { Journal } from "../aws/types";
import type { Deployed } from "../deployed";
import { UserError } from "../engine";
import { didYouMean } from "../settings";
import { eventTriggerNamed } from "./sendEvent";
import { instantOf } from "./time";
import { type DeclaredTrigger, triggersOf } from "./triggersDeclared";
import type { RunAgain } from "./types";

/** The trigger of this name. Throws `UserError` if there is none. */
export function triggerNamed({ deployment }: Pick<Deployed, "deployment">, name: string): DeclaredTrigger {
  const triggers = triggersOf(deployment.resources);
  const trigger = triggers.find((each) => each.name === name);
  if (trigger) return trigger;
  const names = triggers.map((each) => each.name);
  throw new UserError(
    `there is no trigger "${name}". The program's triggers are ${names.join(", ") || "none"}.${didYouMean(name, names)}`,
  );
}

/** The trigger and the work queue of its function. Throws `UserError` if there is no such trigger. */
export function triggerByHand(
  deployed: Pick<Deployed, "deployment">,
  name: string,
  { scheduledTime, occurrence, event }: RunAgain,
): Pick<DeclaredTrigger, "ruleId" | "target"> {
  if ([scheduledTime, occurrence, event].filter((which) => which !== undefined).length !== 1)
    throw new UserError("runAgain takes one of scheduledTime, occurrence and event, to know what is to run again.");
  return event === undefined ? triggerNamed(deployed, name) : eventTriggerNamed(deployed, name);
}

/** Puts the message that a person would send into the work queue (docs/triggers.md, "By hand"). */
export function runAgain(
  deployed: Pick<Deployed, "cloud" | "deployment">,
  journal: Journal,
  name: string,
  which: RunAgain,
): void {
  const { scheduledTime, occurrence, event, confirmedNotExecutedUntil } = which;
  const message = given({
    trigger: name,
    scheduledTime: scheduledTime === undefined ? undefined : utcSeconds(instantOf(scheduledTime)),
    occurrence,
    event,
    confirmedNotExecutedUntil:
      confirmedNotExecutedUntil === undefined ? undefined : utcSeconds(instantOf(confirmedNotExecutedUntil)),
  });
  const { ruleId, target } = triggerByHand(deployed, name, which);
  const messageId = deployed.cloud.queues.send(target, JSON.stringify(message));
  const detail = { trigger: name, ruleId, scheduledTime: message.scheduledTime, occurrence, messageId };
  // An entry's own event is called otherwise.
  journal.record("sandbox.runAgain", { ...detail, ...given({ ofEvent: event }) });
}
