import type { ReturnedFailure } from "../../agreements/failureMessage";
import { utcSeconds } from "../../agreements/instant";
import type { JsonObject } from "../../agreements/json";
import { ruleIdOf } from "../../agreements/ruleId";
import { shown } from "../../agreements/shown";
import {
  isScheduled,
  scheduledTriggers,
  type TriggerFunctionConfig,
  type TriggerSpec,
} from "../../agreements/triggerConfig";
import { type ParsedMessage, parseWorkMessage } from "../../agreements/workMessage";
import { isOccurrence } from "../../schedule";
import { eventKey, extraOccurrenceKey, occurrenceKey } from "./key";

/** An occurrence that a message asks for. */
export interface Occurrence {
  readonly key: string;
  readonly trigger: string;
  readonly ruleId: string;
  readonly scheduledTime?: string;
  readonly occurrence?: string;
  /** The text of an event of the user's own. */
  readonly event?: string;
  /** What an event's message brings itself. An event that the ledger knows with another body is a conflict. */
  readonly payload?: JsonObject;
  /** What is sent if it is the first try. */
  readonly body: string;
  readonly byHand: boolean;
  /** A person has seen in Sequence that it had not been executed by then. Milliseconds since the epoch. */
  readonly confirmedUntil?: number;
  /** A person wants it whether or not its amounts can be answered. */
  readonly unchecked?: boolean;
  /** What its age counts from: the scheduled time, or when a person sent the message. Milliseconds since the epoch. */
  readonly ageFrom: number;
}

/** Why a message is not carried out. */
export interface Refusal {
  readonly code: "INVALID_MESSAGE" | "UNKNOWN_TRIGGER" | "RULE_CHANGED" | "CONFIRMATION_WITHOUT_TIME";
  readonly reason: string;
}

/** A message that asks for an occurrence. */
export type OccurrenceRequest =
  | { readonly kind: "occurrence"; readonly occurrence: Occurrence; readonly spec: TriggerSpec }
  /** The deployed configuration doesn't allow it, but the message says which occurrence it means. */
  | { readonly kind: "refused"; readonly refusal: Refusal; readonly occurrence: Occurrence };

/** What a message of the work queue asks for. */
export type Request =
  | OccurrenceRequest
  | { readonly kind: "heartbeat" }
  | { readonly kind: "failure"; readonly failure: ReturnedFailure }
  | { readonly kind: "refused"; readonly refusal: Refusal; readonly occurrence?: undefined };

/** What is known of a message beside its body. */
export interface Context {
  readonly config: TriggerFunctionConfig;
  readonly sentAt: number;
  readonly now: number;
}

/** Less than the ledger's 400 days: an older occurrence may have been executed without the ledger still knowing. */
const OLDEST_BY_HAND_MS = 365 * 86_400_000;

const CONFIRMATION_WITHOUT_TIME: Refusal = {
  code: "CONFIRMATION_WITHOUT_TIME",
  reason:
    `"confirmedNotExecuted" doesn't say until when you have looked, so that it could cover a later try. ` +
    `Send "confirmedNotExecutedUntil" with a time instead.`,
};

/** Reads a message against the deployed triggers, which are the list of what is allowed. */
export function requestFrom(body: string, context: Context): Request {
  const message = parseWorkMessage(body, context.now);
  switch (message.kind) {
    case "heartbeat":
    case "failure":
      return message;
    case "invalid":
      return invalid(message.reason);
    case "scheduled":
      return fromSchedule(message, context.config);
    default:
      return byHand(message, context);
  }
}

export function invalid(reason: string): Request {
  return { kind: "refused", refusal: { code: "INVALID_MESSAGE", reason } };
}

function fromSchedule(
  { trigger, scheduledAt, payload, ...message }: Extract<ParsedMessage, { kind: "scheduled" }>,
  config: TriggerFunctionConfig,
): Request {
  const ruleId = ruleIdOf(message.ruleId);
  const scheduledTime = utcSeconds(scheduledAt);
  const named = specOf(config, trigger);
  const isNamed = named !== undefined && ruleIdOf(named.ruleId) === ruleId && isScheduled(named);
  const successor = isNamed ? undefined : successorOf(config, ruleId, scheduledTime);
  const spec = successor?.spec ?? named;
  const occurrence: Occurrence = {
    key: occurrenceKey({ ruleId, scheduledTime: scheduledAt }),
    trigger: successor?.trigger ?? trigger,
    ruleId,
    scheduledTime,
    body: JSON.stringify(payload ?? spec?.payload ?? {}),
    byHand: false,
    ageFrom: scheduledAt,
  };
  if (!spec) return { kind: "refused", refusal: unknownTrigger(config, trigger), occurrence };
  if (!isScheduled(spec))
    return { kind: "refused", refusal: { code: "UNKNOWN_TRIGGER", reason: withoutSchedule(trigger) }, occurrence };
  const expected = ruleIdOf(spec.ruleId);
  if (ruleId === expected) return { kind: "occurrence", occurrence, spec };
  const reason = `The message says rule ${ruleId}, but trigger "${trigger}" is deployed with rule ${expected}.`;
  return { kind: "refused", refusal: { code: "RULE_CHANGED", reason }, occurrence };
}

function withoutSchedule(trigger: string): string {
  return `Trigger "${trigger}" has no schedule: events set it off.`;
}

type ByHandMessage = Extract<ParsedMessage, { kind: "again" | "extra" | "eventAgain" }>;

function byHand(message: ByHandMessage, { config, sentAt, now }: Context): Request {
  const { trigger, confirmedUntil } = message;
  const spec = specOf(config, trigger);
  if (!spec) return { kind: "refused", refusal: unknownTrigger(config, trigger) };
  if (message.kind === "again" && now - message.scheduledAt > OLDEST_BY_HAND_MS)
    return invalid(
      `${utcSeconds(message.scheduledAt)} is more than a year ago, and the ledger may not know any more whether it was executed. ` +
        `For a deliberate extra one send {"trigger", "occurrence"}.`,
    );
  const ruleId = ruleIdOf(spec.ruleId);
  const occurrence: Occurrence = {
    ...identityOf(message, ruleId),
    trigger,
    ruleId,
    body: JSON.stringify(spec.payload ?? {}),
    byHand: true,
    // The sender can't have looked at what came after the message was sent.
    ...(confirmedUntil === undefined ? {} : { confirmedUntil: Math.min(confirmedUntil, sentAt) }),
    ...(message.unchecked ? { unchecked: true } : {}),
    ageFrom: sentAt,
  };
  return message.confirmedWithoutTime
    ? { kind: "refused", refusal: CONFIRMATION_WITHOUT_TIME, occurrence }
    : { kind: "occurrence", occurrence, spec };
}

function identityOf(message: ByHandMessage, ruleId: string) {
  if (message.kind === "extra") {
    const { occurrence } = message;
    return { key: extraOccurrenceKey({ ruleId, occurrence }), occurrence };
  }
  if (message.kind === "eventAgain") {
    const { event } = message;
    return { key: eventKey({ ruleId, event }), event };
  }
  const scheduledTime = utcSeconds(message.scheduledAt);
  return { key: occurrenceKey({ ruleId, scheduledTime }), scheduledTime };
}

/**
 * The trigger that a message belongs to if it was sent under another name, or before its rule moved: the first trigger with the same
 * rule that is due at the same time. It is the same occurrence, with the same key.
 */
function successorOf(
  config: TriggerFunctionConfig,
  ruleId: string,
  scheduledTime: string,
): { trigger: string; spec: TriggerSpec } | undefined {
  for (const [trigger, spec] of scheduledTriggers(config))
    if (ruleIdOf(spec.ruleId) === ruleId && isOccurrence(spec.schedule, scheduledTime)) return { trigger, spec };
  return undefined;
}

/** The deployed trigger of that name. */
export function specOf(config: TriggerFunctionConfig, trigger: string): TriggerSpec | undefined {
  return Object.hasOwn(config.triggers, trigger) ? config.triggers[trigger] : undefined;
}

export function unknownTrigger(config: TriggerFunctionConfig, trigger: string): Refusal {
  const names = Object.keys(config.triggers).slice(0, 20).join(", ");
  return {
    code: "UNKNOWN_TRIGGER",
    reason: `There is no trigger ${shown(trigger)}. Deployed are: ${names || "none"}.`,
  };
}
