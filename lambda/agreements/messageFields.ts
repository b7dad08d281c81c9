import { instantOf, utcSeconds } from "./instant";
import type { JsonObject } from "./json";
import { being, shown } from "./shown";

/** The fields of a message, which may be of any type. */
export type Fields = Record<string, unknown>;

/** The clocks of the sender and of the function differ a little. */
const TOLERATED_FUTURE_MS = 5 * 60_000;

const LONGEST_NAME = 200;

/** A message that has none of the forms of its queue. */
class InvalidMessage extends Error {}

/** What `read` makes of a message that is a JSON object, or why the message is invalid. */
export function readMessage<T>(body: string, read: (message: Fields) => T): T | { kind: "invalid"; reason: string } {
  try {
    return read(objectFrom(body));
  } catch (error) {
    if (error instanceof InvalidMessage) return { kind: "invalid", reason: error.message };
    throw error;
  }
}

export function refuse(reason: string): never {
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

export function onlyFields(message: Fields, allowed: readonly string[]): void {
  const extra = Object.keys(message).filter((field) => !allowed.includes(field));
  if (extra.length === 0) return;
  const names = extra.slice(0, 5).map((field) => shown(field));
  refuse(`It has the field ${names.join(", ")}; it must have only ${allowed.join(", ")}.`);
}

export function textField(message: Fields, field: string): string {
  const value = message[field];
  if (typeof value !== "string" || value.trim() === "") refuse(`"${field}" ${being(value)}; it must be text.`);
  return value;
}

export function timeField(message: Fields, field: string, now: number): number {
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

export function payloadField(message: Fields): JsonObject | undefined {
  const { payload } = message;
  if (payload === undefined) return undefined;
  if (typeof payload !== "object" || payload === null || Array.isArray(payload))
    refuse(`"payload" ${being(payload)}; it must be a JSON object, or left out.`);
  return payload as JsonObject;
}

/** The text that names an extra occurrence or an event. */
export function nameField(message: Fields, field: "occurrence" | "event"): string {
  const text = textField(message, field);
  // The key is made of the text, so two texts that look the same must be the same.
  if (text.length > LONGEST_NAME || !/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text))
    refuse(
      `"${field}" is ${shown(text)}; it must be 1 to ${LONGEST_NAME} printable ASCII characters without spaces at the ends.`,
    );
  return text;
}
