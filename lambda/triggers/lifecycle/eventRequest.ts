import { parseEventMessage } from "../../agreements/eventMessage";
import { given } from "../../agreements/given";
import { ruleIdOf } from "../../agreements/ruleId";
import { isScheduled } from "../../agreements/triggerConfig";
import { eventKey } from "./key";
import { type Context, invalid, type Request, specOf, unknownTrigger } from "./request";

/**
 * Reads a message of the event queue. Whoever may send there can set off the triggers without a schedule, and nothing else: the messages
 * of schedules, of people and of the daily check are refused.
 */
export function eventRequestFrom(body: string, { config, sentAt }: Context): Request {
  const message = parseEventMessage(body);
  if (message.kind === "invalid") return invalid(message.reason);
  const { trigger, event, payload } = message;
  const spec = specOf(config, trigger);
  if (!spec) return { kind: "refused", refusal: unknownTrigger(config, trigger) };
  if (isScheduled(spec)) {
    const reason = `Trigger "${trigger}" has a schedule; it must have none for events to set it off.`;
    return { kind: "refused", refusal: { code: "UNKNOWN_TRIGGER", reason } };
  }
  const ruleId = ruleIdOf(spec.ruleId);
  const occurrence = {
    key: eventKey({ ruleId, event }),
    trigger,
    ruleId,
    event,
    ...given({ payload }),
    body: JSON.stringify(payload ?? spec.payload ?? {}),
    byHand: false,
    ageFrom: sentAt,
  };
  return { kind: "occurrence", occurrence, spec };
}
