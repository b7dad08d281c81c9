import { utcSeconds } from "../../lambda/agreements/instant";
import { eventKey, occurrenceKey } from "../../lambda/triggers/lifecycle/key";
import type { Asked } from "./process";

/** A rule's occurrence of a time, or its event of a text. */
export interface Named {
  readonly ruleId: string;
  readonly scheduledTime?: string;
  readonly event?: string;
}

/** Whose trigger has a name, or had it. */
interface RuleNames {
  ruleOf(triggerName: string): string | undefined;
}

/** What a message, a failure or a mail says of an occurrence. */
export interface Said {
  readonly trigger?: string | undefined;
  readonly ruleId?: string | undefined;
  readonly scheduledTime?: string | undefined;
  readonly event?: string | undefined;
}

/** The name of an occurrence or an event: its rule and its time or text, whatever its trigger is called. */
export function subjectOf({ ruleId, scheduledTime = "", event }: Named): string {
  return `${ruleId}@${event ?? utcSeconds(Date.parse(scheduledTime))}`;
}

/** What `subjectOf` was given; undefined if it is no occurrence's name. */
export function namedBy(subject: string): Named | undefined {
  const [ruleId = "", rest] = subject.split("@");
  if (rest === undefined) return undefined;
  return Number.isFinite(Date.parse(rest)) && rest.endsWith("Z")
    ? { ruleId, scheduledTime: rest }
    : { ruleId, event: rest };
}

export function keyOf({ ruleId, scheduledTime = "", event }: Named): string {
  return event === undefined ? occurrenceKey({ ruleId, scheduledTime }) : eventKey({ ruleId, event });
}

/** The name of the occurrence that this speaks of, if it does. */
export function subjectSaid(
  { trigger = "", ruleId, scheduledTime, event }: Said,
  deployment: RuleNames,
): string | undefined {
  const rule = ruleId ?? deployment.ruleOf(trigger);
  if (rule === undefined) return undefined;
  if (event !== undefined) return subjectOf({ ruleId: rule, event });
  return Number.isFinite(Date.parse(scheduledTime ?? "")) ? subjectOf({ ruleId: rule, scheduledTime }) : undefined;
}

/** Who sends an event once more, to SQS. */
export const PERSON = "person";

/** What the message in a queue's event asks for. Only a message of the queue `eventsArn` is a sender's. */
export function askedOf(event: unknown, deployment: RuleNames, eventsArn: string): Asked {
  const { Records } = event as {
    Records: { body: string; eventSourceARN: string; attributes: { SentTimestamp: string; SenderId: string } }[];
  };
  const [record] = Records;
  if (!record) throw new Error("an event without a message");
  const sentAt = Number(record.attributes.SentTimestamp);
  const isSent = record.eventSourceARN === eventsArn;
  const said = saidIn(record.body);
  const byHand = said.ruleId === undefined && !isSent;
  const sentAgain = record.attributes.SenderId === PERSON;
  return { subject: subjectSaid(said, deployment) ?? (isSent ? "no event" : "daily check"), byHand, sentAgain, sentAt };
}

/** The fields of a message, which may be no JSON at all. */
export function saidIn(body: string): Said {
  try {
    const said: unknown = JSON.parse(body);
    return typeof said === "object" && said !== null ? said : {};
  } catch {
    return {};
  }
}
