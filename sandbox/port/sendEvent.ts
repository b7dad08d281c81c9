import { isScheduled, type TriggerSpec, triggerEnvironment } from "../../lambda/agreements/triggerConfig";
import type { Deployed, Surroundings } from "../deployed";
import type { DeclaredResource } from "../engine";
import { UserError } from "../engine";
import { didYouMean } from "../settings";
import { objectIn } from "./triggersDeclared";

/** A trigger that events set off. */
interface EventTrigger {
  readonly name: string;
  readonly ruleId: string;
  /** URL of the queue that its events are sent to. */
  readonly queueUrl: string;
}

/** Puts an event into the queue of its trigger, as a sender does. Throws `UserError` if no such trigger is set off by events. */
export function sendEvent(
  { cloud, deployment }: Pick<Deployed, "cloud" | "deployment">,
  { journal }: Pick<Surroundings, "journal">,
  name: string,
  event: string,
  payload: object | undefined,
): void {
  const triggers = deployment.resources.flatMap(eventTriggersOf);
  const trigger = triggers.find((each) => each.name === name);
  if (!trigger) {
    const names = triggers.map((each) => each.name);
    throw new UserError(
      `events set off no trigger "${name}". They set off ${names.join(", ") || "none"}; a trigger with a schedule can be fired.${didYouMean(name, names)}`,
    );
  }
  const message = { trigger: name, event, ...(payload === undefined ? {} : { payload }) };
  const messageId = cloud.queues.send(arnOf(deployment.resources, trigger.queueUrl), JSON.stringify(message));
  journal.record("sandbox.fired", { trigger: name, ruleId: trigger.ruleId, ofEvent: event, messageId });
}

/** The names of the triggers that events set off. */
export function eventTriggerNames({ resources }: Deployed["deployment"]): string[] {
  return resources.flatMap(eventTriggersOf).map(({ name }) => name);
}

/** By the function that takes the events: it says where they come from, and for which triggers. */
function eventTriggersOf({ type, inputs, archives }: DeclaredResource): EventTrigger[] {
  if (type !== "aws:lambda/function:Function") return [];
  const { environment } = inputs as { environment?: { variables?: Record<string, unknown> } };
  const queueUrl = environment?.variables?.[triggerEnvironment.eventQueueUrl];
  if (typeof queueUrl !== "string") return [];
  const { triggers = {} } = objectIn(archives.code?.["config.json"]?.toString()) as {
    triggers?: Record<string, TriggerSpec>;
  };
  return Object.entries(triggers)
    .filter(([, spec]) => !isScheduled(spec))
    .map(([name, { ruleId }]) => ({ name, ruleId, queueUrl }));
}

function arnOf(resources: readonly DeclaredResource[], queueUrl: string): string {
  return String(resources.find(({ state }) => state.url === queueUrl)?.state.arn);
}
