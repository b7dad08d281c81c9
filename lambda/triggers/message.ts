import { ruleIdOf } from "../agreements/ruleId";
import type { TriggerFunctionConfig, TriggerSpec } from "../agreements/triggerConfig";
import type { JsonObject } from "../client/types";
import { instantOf, utcSeconds } from "../schedule/instant";
import { isOccurrence } from "./lifecycle/dates";
import { extraOccurrenceKey, occurrenceKey } from "./lifecycle/key";
import type { FailureMessage } from "./telling/failure";

/** An occurrence that a message asks for. */
export interface Occurrence {
  readonly key: string;
  readonly trigger: string;
  readonly ruleId: string;
  readonly scheduledTime?: string;
  readonly occurrence?: string;
  /** What is sent if it is the first try. */
  readonly body: string;
  readonly byHand: boolean;
  /** A person has seen in Sequence that it had not been executed by then. Milliseconds since the epoch. */
  readonly confirmedUntil?: number;
  /** What its age counts from: the scheduled time, or when a person sent it. Milliseconds since the epoch. */
  readonly ageFrom: number;
}

/** Why a message is not carried out. */
export interface Refusal {
  readonly code: "INVALID_MESSAGE" | "UNKNOWN_TRIGGER" | "RULE_CHANGED" | "CONFIRMATION_WITHOUT_TIME";
  readonly reason: string;
}

export type ParsedMessage =
  | { readonly kind: "occurrence"; readonly occurrence: Occurrence; readonly spec: TriggerSpec }
  | { readonly kind: "heartbeat"; readonly scheduledAt: number }
  /** What should lie in the failure queue. Of its fields only the texts `whatHappened` and `whatToDo` are certain. */
  | { readonly kind: "failure"; readonly failure: FailureMessage }
  /** `occurrence` if the message was valid under an earlier deployment, or if it says which one it means. */
  | { readonly kind: "refused"; readonly refusal: Refusal; readonly occurrence: Occurrence }
  | { readonly kind: "refused"; readonly refusal: Refusal; readonly occurrence?: undefined };

/** Clocks differ a little. */
const TOLERATED_FUTURE_MS = 5 * 60_000;

/** Under the ledger's 400 days: of an older occurrence it can't say any more that it wasn't executed. */
const OLDEST_BY_HAND_MS = 365 * 86_400_000;

const LONGEST_OCCURRENCE = 200;

const CONFIRMED_UNTIL = "confirmedNotExecutedUntil";

/** Earlier mails have that form in their command. */
const CONFIRMATION_WITHOUT_TIME: Refusal = {
  code: "CONFIRMATION_WITHOUT_TIME",
  reason:
    `"confirmedNotExecuted" doesn't say until when you have looked, so that it could cover a later try. ` +
    `Send "${CONFIRMED_UNTIL}" with a time instead.`,
};

/** Reads a message against the allow-list. Whatever is not exactly one of the forms of `WorkMessage` is refused, with what is wrong. */
export function parseMessage(
  body: string,
  context: { readonly config: TriggerFunctionConfig; readonly sentAt: number; readonly now: number },
): ParsedMessage {
  try {
    const message = objectFrom(body);
    if ("heartbeat" in message) {
      onlyFields(message, ["heartbeat"]);
      return { kind: "heartbeat", scheduledAt: timeField(message, "heartbeat", context.now) };
    }
    // Before anything else, and in any version of it: a refusal would say that nothing was executed.
    if (typeof message.whatHappened === "string" && typeof message.whatToDo === "string")
      return { kind: "failure", failure: message as unknown as FailureMessage };
    if ("ruleId" in message) return scheduled(message, context);
    return byHand(message, context);
  } catch (error) {
    if (error instanceof Refused) return { kind: "refused", refusal: error.refusal };
    throw error;
  }
}

type Fields = Record<string, unknown>;
type Context = Parameters<typeof parseMessage>[1];

function scheduled(message: Fields, { config, now }: Context): ParsedMessage {
  onlyFields(message, ["trigger", "ruleId", "scheduledTime", "payload"]);
  const trigger = textField(message, "trigger");
  const ruleId = ruleIdOf(textField(message, "ruleId"));
  const ageFrom = timeField(message, "scheduledTime", now);
  const named = specOf(config, trigger);
  const successor =
    named && ruleIdOf(named.ruleId) === ruleId ? undefined : successorOf(config, ruleId, utcSeconds(ageFrom));
  const spec = successor?.spec ?? named;
  const occurrence: Occurrence = {
    key: occurrenceKey({ ruleId, scheduledTime: ageFrom }),
    trigger: successor?.trigger ?? trigger,
    ruleId,
    scheduledTime: utcSeconds(ageFrom),
    body: JSON.stringify(payloadField(message) ?? spec?.payload ?? {}),
    byHand: false,
    ageFrom,
  };
  if (!spec) return { kind: "refused", refusal: unknownTrigger(config, trigger), occurrence };
  const expected = ruleIdOf(spec.ruleId);
  if (ruleId === expected) return { kind: "occurrence", occurrence, spec };
  const reason = `The message says rule ${ruleId}, but trigger "${trigger}" is deployed with rule ${expected}.`;
  return { kind: "refused", refusal: { code: "RULE_CHANGED", reason }, occurrence };
}

function byHand(
  { confirmedNotExecuted: withoutTime, ...message }: Fields,
  { config, sentAt, now }: Context,
): ParsedMessage {
  if ("occurrence" in message && "scheduledTime" in message)
    refuse(`It has both "scheduledTime" (an occurrence once more) and "occurrence" (an extra one); give one of them.`);
  const kind = "occurrence" in message ? "occurrence" : "scheduledTime";
  onlyFields(message, ["trigger", kind, CONFIRMED_UNTIL]);
  const trigger = textField(message, "trigger");
  // Nobody has looked yet at what comes after the message was sent.
  const confirmed =
    CONFIRMED_UNTIL in message
      ? { confirmedUntil: Math.min(timeField(message, CONFIRMED_UNTIL, now), sentAt) }
      : undefined;
  const spec = specOf(config, trigger);
  if (!spec) return { kind: "refused", refusal: unknownTrigger(config, trigger) };
  const ruleId = ruleIdOf(spec.ruleId);
  const common = {
    trigger,
    ruleId,
    body: JSON.stringify(spec.payload ?? {}),
    byHand: true,
    ...confirmed,
    ageFrom: sentAt,
  };
  const asked = (occurrence: Occurrence): ParsedMessage =>
    withoutTime === undefined
      ? { kind: "occurrence", occurrence, spec }
      : { kind: "refused", refusal: CONFIRMATION_WITHOUT_TIME, occurrence };
  if (kind === "occurrence") {
    const occurrence = occurrenceField(message);
    return asked({ ...common, key: extraOccurrenceKey({ ruleId, occurrence }), occurrence });
  }
  const instant = timeField(message, "scheduledTime", now);
  if (now - instant > OLDEST_BY_HAND_MS)
    refuse(
      `${utcSeconds(instant)} is more than a year ago, and the ledger may not know any more whether it was executed. ` +
        `For a deliberate extra one send {"trigger", "occurrence"}.`,
    );
  const scheduledTime = utcSeconds(instant);
  return asked({ ...common, key: occurrenceKey({ ruleId, scheduledTime }), scheduledTime });
}

/**
 * The trigger that a message belongs to which was sent under another name, or before its rule moved: the first with the same rule
 * that is due at the same time. It is the same occurrence, with the same key.
 */
function successorOf(
  config: TriggerFunctionConfig,
  ruleId: string,
  scheduledTime: string,
): { trigger: string; spec: TriggerSpec } | undefined {
  for (const [trigger, spec] of Object.entries(config.triggers))
    if (ruleIdOf(spec.ruleId) === ruleId && isOccurrence(spec.schedule, scheduledTime)) return { trigger, spec };
  return undefined;
}

class Refused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.reason);
  }
}

function refuse(reason: string): never {
  throw new Refused({ code: "INVALID_MESSAGE", reason });
}

function objectFrom(body: string): Fields {
  let message: unknown;
  try {
    message = JSON.parse(body);
  } catch {
    refuse("The message is not JSON.");
  }
  if (typeof message !== "object" || message === null || Array.isArray(message))
    refuse(`The message is ${shown(message)}; it must be a JSON object.`);
  return message as Fields;
}

function onlyFields(message: Fields, allowed: readonly string[]): void {
  const extra = Object.keys(message).filter((field) => !allowed.includes(field));
  if (extra.length > 0)
    refuse(
      `It has the field ${extra.slice(0, 5).map(shown).join(", ")}; beside each other are allowed: ${allowed.join(", ")}.`,
    );
}

function textField(message: Fields, field: string): string {
  const value = message[field];
  if (typeof value !== "string" || value.trim() === "") refuse(`"${field}" is ${shown(value)}; it must be a text.`);
  return value;
}

function timeField(message: Fields, field: string, now: number): number {
  const value = textField(message, field);
  if (value.includes("<aws."))
    refuse(
      `"${field}" is ${shown(value)}: only EventBridge Scheduler fills that in. By hand, write a time such as 2026-12-01T14:00:00Z.`,
    );
  const instant = instantOf(value);
  if (instant === undefined)
    refuse(`"${field}" is ${shown(value)}; write an ISO 8601 time with a zone, such as 2026-12-01T14:00:00Z.`);
  if (instant > now + TOLERATED_FUTURE_MS)
    refuse(`"${field}" is ${shown(value)}, which is still to come (it is ${utcSeconds(now)}).`);
  return instant;
}

function payloadField(message: Fields): JsonObject | undefined {
  const { payload } = message;
  if (payload === undefined) return undefined;
  if (typeof payload !== "object" || payload === null || Array.isArray(payload))
    refuse(`"payload" is ${shown(payload)}; it must be a JSON object, or left out.`);
  return payload as JsonObject;
}

function occurrenceField(message: Fields): string {
  const text = textField(message, "occurrence");
  // The text is the key: one that looks the same must be the same.
  if (text.length > LONGEST_OCCURRENCE || !/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text))
    refuse(
      `"occurrence" is ${shown(text)}; it must be 1 to ${LONGEST_OCCURRENCE} printable ASCII characters without spaces at the ends.`,
    );
  return text;
}

function specOf(config: TriggerFunctionConfig, trigger: string): TriggerSpec | undefined {
  return Object.hasOwn(config.triggers, trigger) ? config.triggers[trigger] : undefined;
}

function unknownTrigger(config: TriggerFunctionConfig, trigger: string): Refusal {
  const names = Object.keys(config.triggers).slice(0, 20).join(", ");
  return {
    code: "UNKNOWN_TRIGGER",
    reason: `There is no trigger ${shown(trigger)}. Deployed are: ${names || "none"}.`,
  };
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "missing";
  return text.length <= 120 ? text : `${text.slice(0, 120)}…`;
}
