import { parseEventMessage } from "../../../lambda/agreements/eventMessage";
import { type FailureMessage, isFailure, type ReturnedFailure } from "../../../lambda/agreements/failureMessage";
import { utcSeconds } from "../../../lambda/agreements/instant";
import { ruleIdOf } from "../../../lambda/agreements/ruleId";
import type { TriggerFunctionConfig } from "../../../lambda/agreements/triggerConfig";
import { parseWorkMessage } from "../../../lambda/agreements/workMessage";
import { eventKey, extraOccurrenceKey, occurrenceKey } from "../../../lambda/triggers/lifecycle/key";
import { titleOf } from "../../../lambda/triggers/telling/failure";
import type { HeldMessage } from "./queues";

/** Which occurrence a message is about. */
interface FailedOccurrence {
  readonly key: string;
  /** The trigger's name now; undefined if no trigger of its rule is deployed. */
  readonly trigger: string | undefined;
  readonly ruleId: string;
  readonly scheduledTime?: string;
  readonly occurrence?: string;
  readonly event?: string;
}

/** A message that waits for a person, as far as it can be understood. */
export interface Failed {
  readonly message: HeldMessage;
  /** What a person types: the beginning of SQS's id. */
  readonly id: string;
  readonly title: string;
  /** What the function wrote; absent if AWS put the message there as it was. */
  readonly failure?: ReturnedFailure & Partial<Omit<FailureMessage, "whatHappened" | "whatToDo">>;
  /** Absent for a message that names none. */
  readonly occurrence?: FailedOccurrence;
}

const ID_LENGTH = 8;

export function failedOf(message: HeldMessage, config: TriggerFunctionConfig, now: number): Failed {
  const base = { message, id: message.messageId.slice(0, ID_LENGTH) };
  const failure = message.isDeadEvent ? undefined : failureIn(message.body);
  const occurrence = failure ? told(failure, config) : untold(message, config, now);
  const named = { ...occurrence, trigger: occurrence?.trigger ?? failure?.trigger ?? "" };
  const title = occurrence
    ? titleOf(named)
    : failure
      ? "a message that was refused"
      : "a message that nobody understood";
  return { ...base, title, ...(failure ? { failure } : {}), ...(occurrence ? { occurrence } : {}) };
}

function failureIn(body: string): Failed["failure"] {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === "object" && parsed !== null && isFailure(parsed as Record<string, unknown>)
      ? (parsed as Failed["failure"])
      : undefined;
  } catch {
    return undefined;
  }
}

function told(failure: NonNullable<Failed["failure"]>, config: TriggerFunctionConfig): FailedOccurrence | undefined {
  const { idempotencyKey: key, ruleId, trigger, scheduledTime, occurrence, event } = failure;
  const texts = [key, ruleId, scheduledTime ?? occurrence ?? event];
  if (!texts.every((text) => typeof text === "string")) return undefined;
  const which = event === undefined ? (occurrence === undefined ? { scheduledTime } : { occurrence }) : { event };
  const occurrenceOf = { key, ruleId, trigger: nameNow(config, String(ruleId), trigger), ...which };
  return occurrenceOf as FailedOccurrence;
}

/** A message of the work queue or the event queue that AWS moved as it was, because the function or Scheduler could not be reached. */
function untold({ body, isDeadEvent }: HeldMessage, config: TriggerFunctionConfig, now: number) {
  if (isDeadEvent) {
    const parsed = parseEventMessage(body);
    const ruleId = parsed.kind === "event" ? ruleOf(config, parsed.trigger) : undefined;
    if (parsed.kind !== "event" || ruleId === undefined) return undefined;
    const { trigger, event } = parsed;
    return { key: eventKey({ ruleId, event }), trigger, ruleId, event };
  }
  const parsed = parseWorkMessage(body, now);
  if (parsed.kind === "scheduled") {
    const ruleId = ruleIdOf(parsed.ruleId);
    const scheduledTime = utcSeconds(parsed.scheduledAt);
    const trigger = nameNow(config, ruleId, parsed.trigger);
    return { key: occurrenceKey({ ruleId, scheduledTime }), trigger, ruleId, scheduledTime };
  }
  if (parsed.kind !== "again" && parsed.kind !== "extra" && parsed.kind !== "eventAgain") return undefined;
  const { trigger } = parsed;
  const ruleId = ruleOf(config, trigger);
  if (ruleId === undefined) return undefined;
  if (parsed.kind === "extra") {
    const { occurrence } = parsed;
    return { key: extraOccurrenceKey({ ruleId, occurrence }), trigger, ruleId, occurrence };
  }
  if (parsed.kind === "eventAgain") {
    const { event } = parsed;
    return { key: eventKey({ ruleId, event }), trigger, ruleId, event };
  }
  const scheduledTime = utcSeconds(parsed.scheduledAt);
  return { key: occurrenceKey({ ruleId, scheduledTime }), trigger, ruleId, scheduledTime };
}

function ruleOf({ triggers }: TriggerFunctionConfig, trigger: string): string | undefined {
  return Object.hasOwn(triggers, trigger) ? ruleIdOf(String(triggers[trigger]?.ruleId)) : undefined;
}

/** The trigger of the rule: the one of this name, if it still has it. */
function nameNow(config: TriggerFunctionConfig, ruleId: string, trigger: string | undefined): string | undefined {
  if (trigger !== undefined && ruleOf(config, trigger) === ruleId) return trigger;
  return Object.keys(config.triggers).find((name) => ruleOf(config, name) === ruleId);
}
