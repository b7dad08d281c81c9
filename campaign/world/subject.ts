import { utcSeconds } from "../../lambda/agreements/instant";
import type { Deployment } from "./deployment";
import type { Asked } from "./process";

/** The name of an occurrence: its rule and its time, whatever its trigger is called. */
export function subjectOf(ruleId: string, scheduledTime: string): string {
  return `${ruleId}@${utcSeconds(Date.parse(scheduledTime))}`;
}

/** What the message in a queue's event asks for. */
export function askedOf(event: unknown, deployment: Pick<Deployment, "ruleOf">): Asked {
  const { Records } = event as { Records: { body: string; attributes: { SentTimestamp: string } }[] };
  const [record] = Records;
  if (!record) throw new Error("an event without a message");
  const sentAt = Number(record.attributes.SentTimestamp);
  const message = JSON.parse(record.body) as { trigger?: string; ruleId?: string; scheduledTime?: string };
  const { trigger = "", ruleId, scheduledTime } = message;
  const rule = ruleId ?? deployment.ruleOf(trigger);
  const byHand = ruleId === undefined;
  if (rule === undefined || scheduledTime === undefined) return { subject: "daily check", byHand, sentAt };
  return { subject: subjectOf(rule, scheduledTime), byHand, sentAt };
}
