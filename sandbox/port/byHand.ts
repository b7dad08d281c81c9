import { given } from "../../lambda/agreements/given";
import { utcSeconds } from "../../lambda/agreements/instant";
import type { Journal } from "../aws/types";
import type { Deployed } from "../deployed";
import { UserError } from "../engine";
import { didYouMean } from "../settings";
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

/** Puts the message that a person would send into the work queue (docs/triggers.md, "By hand"). */
export function runAgain(
  deployed: Pick<Deployed, "cloud" | "deployment">,
  journal: Journal,
  name: string,
  which: RunAgain,
): void {
  const { scheduledTime, occurrence, confirmedNotExecutedUntil } = which;
  const message = given({
    trigger: name,
    scheduledTime: scheduledTime === undefined ? undefined : utcSeconds(instantOf(scheduledTime)),
    occurrence,
    confirmedNotExecutedUntil:
      confirmedNotExecutedUntil === undefined ? undefined : utcSeconds(instantOf(confirmedNotExecutedUntil)),
  });
  const { ruleId, target } = triggerNamed(deployed, name);
  const messageId = deployed.cloud.queues.send(target, JSON.stringify(message));
  const detail = { trigger: name, ruleId, scheduledTime: message.scheduledTime, occurrence, messageId };
  journal.record("sandbox.runAgain", detail);
}
