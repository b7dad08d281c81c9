import { isFailure, type ReturnedFailure } from "./failureMessage";
import { instantOf, utcSeconds } from "./instant";
import type { JsonObject } from "./json";
import { being, shown } from "./shown";

/** What lies in the work queue as JSON: messages of schedules, and those that people send. */
export type WorkMessage =
  /** From a schedule. Scheduler puts the time that was scheduled into `scheduledTime`, such as `2026-12-01T14:00:00Z`. */
  | { trigger: string; ruleId: string; scheduledTime: string; payload?: JsonObject }
  /**
   * By hand: the occurrence of that time once more, under its own key. `confirmedNotExecutedUntil` says that the sender has seen in
   * Sequence that the occurrence had not been executed by then. `unchecked` says not to look whether the rule's amounts can be answered.
   */
  | { trigger: string; scheduledTime: string; confirmedNotExecutedUntil?: string; unchecked?: true }
  /** By hand: a deliberate extra occurrence. The same text is the same occurrence. */
  | { trigger: string; occurrence: string; confirmedNotExecutedUntil?: string; unchecked?: true }
  /** The daily check. */
  | { heartbeat: string };

/** Scheduler replaces this by the time that was scheduled. */
export const SCHEDULED_TIME = "<aws.scheduler.scheduled-time>";

/** The message that a trigger's schedule sends. */
export function scheduledMessage(trigger: string, ruleId: string, payload: object | undefined): string {
  return JSON.stringify({ trigger, ruleId, scheduledTime: SCHEDULED_TIME, ...(payload ? { payload } : {}) });
}

/** The message that the daily check's schedule sends. */
export function heartbeatMessage(): string {
  return JSON.stringify({ heartbeat: SCHEDULED_TIME });
}

/** A message that was read. Times are milliseconds since the epoch. */
export type ParsedMessage =
  | {
      readonly kind: "scheduled";
      readonly trigger: string;
      readonly ruleId: string;
      readonly scheduledAt: number;
      readonly payload: JsonObject | undefined;
    }
  | (ByHand & { readonly kind: "again"; readonly scheduledAt: number })
  | (ByHand & { readonly kind: "extra"; readonly occurrence: string })
  | { readonly kind: "heartbeat" }
  | { readonly kind: "failure"; readonly failure: ReturnedFailure }
  /** It has none of the forms. */
  | { readonly kind: "invalid"; readonly reason: string };

interface ByHand {
  readonly trigger: string;
  readonly confirmedUntil: number | undefined;
  /** The sender used `confirmedNotExecuted`, the form of earlier mails, which names no time. */
  readonly confirmedWithoutTime: boolean;
  /** The rule is triggered whether or not its amounts can be answered. */
  readonly unchecked: boolean;
}

/** The clocks of the sender and of the function differ a little. */
const TOLERATED_FUTURE_MS = 5 * 60_000;

const LONGEST_OCCURRENCE = 200;

type Fields = Record<string, unknown>;

/** Reads a message of the work queue. Whatever is not exactly one of its forms is invalid, because each message may move money. */
export function parseWorkMessage(body: string, now: number): ParsedMessage {
  try {
    return parsed(objectFrom(body), now);
  } catch (error) {
    if (error instanceof InvalidMessage) return { kind: "invalid", reason: error.message };
    throw error;
  }
}

function parsed(message: Fields, now: number): ParsedMessage {
  if ("heartbeat" in message) {
    onlyFields(message, ["heartbeat"]);
    timeField(message, "heartbeat", now);
    return { kind: "heartbeat" };
  }
  // Whatever else it holds: refusing a failure would say that nothing was executed.
  if (isFailure(message)) return { kind: "failure", failure: message };
  return "ruleId" in message ? fromSchedule(message, now) : byHand(message, now);
}

function fromSchedule(message: Fields, now: number): ParsedMessage {
  onlyFields(message, ["trigger", "ruleId", "scheduledTime", "payload"]);
  return {
    kind: "scheduled",
    trigger: textField(message, "trigger"),
    ruleId: textField(message, "ruleId"),
    scheduledAt: timeField(message, "scheduledTime", now),
    payload: payloadField(message),
  };
}

function byHand({ confirmedNotExecuted, ...message }: Fields, now: number): ParsedMessage {
  if ("occurrence" in message && "scheduledTime" in message)
    refuse(
      `It has both "scheduledTime" (an occurrence once more) and "occurrence" (an extra one); it must have one of them.`,
    );
  const isExtra = "occurrence" in message;
  onlyFields(message, ["trigger", isExtra ? "occurrence" : "scheduledTime", "confirmedNotExecutedUntil", "unchecked"]);
  const common = {
    trigger: textField(message, "trigger"),
    confirmedUntil:
      "confirmedNotExecutedUntil" in message ? timeField(message, "confirmedNotExecutedUntil", now) : undefined,
    confirmedWithoutTime: confirmedNotExecuted !== undefined,
    unchecked: uncheckedField(message),
  };
  return isExtra
    ? { kind: "extra", ...common, occurrence: occurrenceField(message) }
    : { kind: "again", ...common, scheduledAt: timeField(message, "scheduledTime", now) };
}

class InvalidMessage extends Error {}

function refuse(reason: string): never {
  throw new InvalidMessage(reason);
}

function objectFrom(body: string): Fields {
  let message: unknown;
  try {
    message = JSON.parse(body);
  } catch {
    refuse("The message is not JSON; it must be a JSON object.");
  }
  if (typeof message !== "object" || message === null || Array.isArray(message))
    refuse(`The message ${being(message)}; it must be a JSON object.`);
  return message as Fields;
}

function onlyFields(message: Fields, allowed: readonly string[]): void {
  const extra = Object.keys(message).filter((field) => !allowed.includes(field));
  if (extra.length === 0) return;
  const names = extra.slice(0, 5).map((field) => shown(field));
  refuse(`It has the field ${names.join(", ")}; it must have only ${allowed.join(", ")}.`);
}

function textField(message: Fields, field: string): string {
  const value = message[field];
  if (typeof value !== "string" || value.trim() === "") refuse(`"${field}" ${being(value)}; it must be text.`);
  return value;
}

function timeField(message: Fields, field: string, now: number): number {
  const value = textField(message, field);
  if (value.includes("<aws."))
    refuse(
      `"${field}" is ${shown(value)}, which only EventBridge Scheduler fills in; by hand it must be a time such as 2026-12-01T14:00:00Z.`,
    );
  const instant = instantOf(value);
  if (instant === undefined)
    refuse(`"${field}" is ${shown(value)}; it must be an ISO 8601 time with a zone, such as 2026-12-01T14:00:00Z.`);
  if (instant > now + TOLERATED_FUTURE_MS)
    refuse(`"${field}" is ${shown(value)}, which is still to come; it must be past (it is ${utcSeconds(now)}).`);
  return instant;
}

function payloadField(message: Fields): JsonObject | undefined {
  const { payload } = message;
  if (payload === undefined) return undefined;
  if (typeof payload !== "object" || payload === null || Array.isArray(payload))
    refuse(`"payload" ${being(payload)}; it must be a JSON object, or left out.`);
  return payload as JsonObject;
}

function uncheckedField({ unchecked }: Fields): boolean {
  if (unchecked !== undefined && unchecked !== true)
    refuse(`"unchecked" ${being(unchecked)}; it must be true, or left out.`);
  return unchecked === true;
}

function occurrenceField(message: Fields): string {
  const text = textField(message, "occurrence");
  // The key is made of the text, so two texts that look the same must be the same.
  if (text.length > LONGEST_OCCURRENCE || !/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text))
    refuse(
      `"occurrence" is ${shown(text)}; it must be 1 to ${LONGEST_OCCURRENCE} printable ASCII characters without spaces at the ends.`,
    );
  return text;
}
