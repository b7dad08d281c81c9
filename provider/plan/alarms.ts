import { given } from "../../lambda/agreements/given";
import { being, shown } from "../../lambda/agreements/shown";
import { trueOrFalse } from "../../lambda/agreements/values";
import type { AlarmArgs } from "../args";
import type { Filled, Gate, Rules } from "./gate";

/** Whom to tell. */
export const alarmRules: Rules<AlarmArgs> = {
  alarmEmail: emailProblem,
  alarmTopicArn: topicArnProblem,
  alarms: { plain: trueOrFalse },
};

/** What a plan says of whom to tell: one place, unless alarms are off. */
export type AlarmPlan = Filled<AlarmArgs, "alarms">;

export function alarmPlan(gate: Gate, { alarms = true, alarmEmail, alarmTopicArn }: AlarmArgs): AlarmPlan {
  const isGiven = alarmEmail !== undefined || alarmTopicArn !== undefined;
  if (alarms === true && !isGiven)
    gate.add(
      "alarmEmail",
      "is missing, and so is alarmTopicArn: give one of them, so that somebody hears of a failed transfer, or set alarms to false",
    );
  if (alarmEmail !== undefined && alarmTopicArn !== undefined)
    gate.add("alarmTopicArn", "is given together with alarmEmail: take one of them out");
  if (!alarms && isGiven)
    gate.add("alarms", "is false, but there is an alarmEmail or alarmTopicArn that would never be used: take one out");
  return { alarms, ...given({ alarmEmail, alarmTopicArn }) };
}

/** The address itself is not shown: it may be configured as a secret. */
export function emailProblem(value: unknown): string | undefined {
  const instead = "it must be one plain address such as payday-alarms@example.com";
  if (typeof value !== "string" || value === "") return `is empty; ${instead}`;
  if (/[\s<>,;"]/.test(value)) return `has spaces or one of < > , ; " in it; ${instead}`;
  if (!/^[^@]{1,64}@[^@]+$/.test(value)) return `has not exactly one @ with a name before it; ${instead}`;
  const labels = value.slice(value.indexOf("@") + 1).split(".");
  const isDomain =
    labels.length > 1 && labels.every((label) => /^[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?$/u.test(label));
  return isDomain && value.length <= 254 ? undefined : `has no domain after the @; ${instead}`;
}

const TOPIC = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/;

export function topicArnProblem(value: unknown): string | undefined {
  const form = "arn:aws:sns:REGION:ACCOUNT:NAME";
  if (typeof value === "string" && value.endsWith(".fifo"))
    return `is ${shown(value)}, a FIFO topic, which neither mails nor takes alarms; it must be a standard one`;
  if (typeof value === "string" && TOPIC.test(value)) return undefined;
  return `${being(value)}; it must be the ARN of an SNS topic: ${form}`;
}
