import { inexactNumber, type JsonObject } from "./json";
import { type Fields, nameField, onlyFields, payloadField, readMessage, refuse, textField } from "./messageFields";

/** What lies in the event queue as JSON: an event of the user's own, which sets off a trigger that has no schedule. */
interface EventMessage {
  readonly trigger: string;
  /** Names the event: the same text is the same event. */
  readonly event: string;
  /** What is sent to the rule. Defaults to the trigger's payload. */
  readonly payload?: JsonObject;
}

/** A message of the event queue that was read. */
export type ParsedEvent =
  | ({ readonly kind: "event" } & EventMessage)
  /** It isn't of the one form. */
  | { readonly kind: "invalid"; readonly reason: string };

/** As much as a trigger's own payload may have. The ledger keeps it, and an item there takes 400 KB. */
const LARGEST_PAYLOAD_BYTES = 65_536;
const DEEPEST_PAYLOAD = 100;

/** Reads a message of the event queue. It takes no other form, so that whoever may send events can neither confirm nor repeat anything. */
export function parseEventMessage(body: string): ParsedEvent {
  return readMessage(body, event);
}

function event(message: Fields): ParsedEvent {
  onlyFields(message, ["trigger", "event", "payload"]);
  const payload = payloadField(message);
  return {
    kind: "event",
    trigger: textField(message, "trigger"),
    event: nameField(message, "event"),
    ...(payload === undefined ? {} : { payload: asSent(payload) }),
  };
}

/** The payload as it is sent. A redelivery is compared with that: -0, which JSON writes as 0, must not make it another payload. */
function asSent(payload: JsonObject): JsonObject {
  if (isDeeperThan(payload, DEEPEST_PAYLOAD))
    refuse(`"payload" is nested more than ${DEEPEST_PAYLOAD} levels deep; it must not be: flatten it.`);
  const number = inexactNumber(payload);
  if (number !== undefined)
    refuse(
      `"payload" has the number ${number}, of which digits were lost already; it must have none above ${Number.MAX_SAFE_INTEGER}: write it as text.`,
    );
  const text = JSON.stringify(payload);
  const bytes = Buffer.byteLength(text);
  if (bytes > LARGEST_PAYLOAD_BYTES)
    refuse(`"payload" has ${bytes} bytes as JSON; it must have at most ${LARGEST_PAYLOAD_BYTES}: leave something out.`);
  return JSON.parse(text) as JsonObject;
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((part) => isDeeperThan(part, levels - 1));
}
