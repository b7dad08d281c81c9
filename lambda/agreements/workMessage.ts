import { isFailure, type ReturnedFailure } from "./failureMessage";
import { type JsonObject, queueText } from "./json";
import {
  type Fields,
  nameField,
  onlyFields,
  payloadField,
  readMessage,
  refuse,
  textField,
  timeField,
} from "./messageFields";
import { being } from "./shown";

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
  /** By hand: an event that the ledger knows once more, under its own key and with its first body. */
  | { trigger: string; event: string; confirmedNotExecutedUntil?: string; unchecked?: true }
  /** The daily check. */
  | { heartbeat: string };

/** Scheduler replaces this by the time that was scheduled. */
export const SCHEDULED_TIME = "<aws.scheduler.scheduled-time>";

/** The message that a trigger's schedule sends. */
export function scheduledMessage(trigger: string, ruleId: string, payload: object | undefined): string {
  return queueText({ trigger, ruleId, scheduledTime: SCHEDULED_TIME, ...(payload ? { payload } : {}) });
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
  | (ByHand & { readonly kind: "eventAgain"; readonly event: string })
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

/** Reads a message of the work queue. Whatever is not exactly one of its forms is invalid, because each message may move money. */
export function parseWorkMessage(body: string, now: number): ParsedMessage {
  return readMessage(body, (message) => parsed(message, now));
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
  const names = (["scheduledTime", "occurrence", "event"] as const).filter((name) => name in message);
  if (names.length > 1)
    refuse(
      `It has ${names.map((name) => `"${name}"`).join(" and ")}; it must have one of "scheduledTime" (an occurrence once more), "occurrence" (an extra one) and "event" (an event once more).`,
    );
  const [name = "scheduledTime"] = names;
  onlyFields(message, ["trigger", name, "confirmedNotExecutedUntil", "unchecked"]);
  const common = {
    trigger: textField(message, "trigger"),
    confirmedUntil:
      "confirmedNotExecutedUntil" in message ? timeField(message, "confirmedNotExecutedUntil", now) : undefined,
    confirmedWithoutTime: confirmedNotExecuted !== undefined,
    unchecked: uncheckedField(message),
  };
  switch (name) {
    case "occurrence":
      return { kind: "extra", ...common, occurrence: nameField(message, name) };
    case "event":
      return { kind: "eventAgain", ...common, event: nameField(message, name) };
    case "scheduledTime":
      return { kind: "again", ...common, scheduledAt: timeField(message, name, now) };
  }
}

function uncheckedField({ unchecked }: Fields): boolean {
  if (unchecked !== undefined && unchecked !== true)
    refuse(`"unchecked" ${being(unchecked)}; it must be true, or left out.`);
  return unchecked === true;
}
