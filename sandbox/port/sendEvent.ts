import { given } from "../../lambda/agreements/given";
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
  /** ARN of the queue that its events are sent to. */
  readonly queue: string;
  /** ARN of the work queue of its function. */
  readonly target: string;
}

/** Puts an event into the queue of its trigger, as a sender does. Throws `UserError` if no such trigger is set off by events. */
export function sendEvent(
  { cloud, deployment }: Pick<Deployed, "cloud" | "deployment">,
  { journal }: Pick<Surroundings, "journal">,
  name: string,
  event: string,
  payload: object | undefined,
): void {
  const { ruleId, queue } = eventTriggerNamed({ deployment }, name);
  const message = { trigger: name, event, ...given({ payload }) };
  const messageId = cloud.queues.send(queue, JSON.stringify(message));
  journal.record("sandbox.fired", { trigger: name, ruleId, ofEvent: event, ...given({ payload }), messageId });
}

/** The trigger of this name that events set off. Throws `UserError` if there is none. */
export function eventTriggerNamed({ deployment }: Pick<Deployed, "deployment">, name: string): EventTrigger {
  const triggers = eventTriggersOf(deployment.resources);
  const trigger = triggers.find((each) => each.name === name);
  if (trigger) return trigger;
  const names = triggers.map((each) => each.name);
  throw new UserError(
    `events set off no trigger "${name}". They set off ${names.join(", ") || "none"}; a trigger with a schedule can be fired.${didYouMean(name, names)}`,
  );
}

/** The names of the triggers that events set off. */
export function eventTriggerNames({ resources }: Deployed["deployment"]): string[] {
  return eventTriggersOf(resources).map(({ name }) => name);
}

/** By the function that takes the events: it says where they come from, and for which triggers. */
function eventTriggersOf(resources: readonly DeclaredResource[]): EventTrigger[] {
  return resources.flatMap(({ type, inputs, archives }) => {
    if (type !== "aws:lambda/function:Function") return [];
    const { environment } = inputs as { environment?: { variables?: Record<string, unknown> } };
    const { [triggerEnvironment.eventQueueUrl]: eventQueueUrl, [triggerEnvironment.workQueueUrl]: workQueueUrl } =
      environment?.variables ?? {};
    if (typeof eventQueueUrl !== "string") return [];
    const { triggers = {} } = objectIn(archives.code?.["config.json"]?.toString()) as {
      triggers?: Record<string, TriggerSpec>;
    };
    const [queue, target] = [arnOf(resources, eventQueueUrl), arnOf(resources, workQueueUrl)];
    return Object.entries(triggers)
      .filter(([, spec]) => !isScheduled(spec))
      .map(([name, { ruleId }]) => ({ name, ruleId, queue, target }));
  });
}

function arnOf(resources: readonly DeclaredResource[], queueUrl: unknown): string {
  return String(
    resources.find(({ type, state }) => type === "aws:sqs/queue:Queue" && state.url === queueUrl)?.state.arn,
  );
}
