import { shown } from "../../lambda/agreements/shown";

const SECRET = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]+$/;
const TOPIC = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/;

/**
 * A role's policy names the secret by its ARN, and a partial one, without the six characters that Secrets Manager adds, matches
 * nothing there. The value is not shown: it may be the secret itself.
 */
export function secretArnProblem(value: unknown): string | undefined {
  const form = "arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-AbCdEf";
  if (typeof value !== "string" || !value.startsWith("arn:"))
    return `the value given is not an ARN: give the complete ARN of a secret (${form}), not its name or its value`;
  if (!SECRET.test(value)) return `the ARN given is not one of a secret: give ${form}`;
  if (/-[A-Za-z0-9]{6}$/.test(value)) return undefined;
  return `the ARN given is a partial one: give the complete one, which ends in a dash and six characters. "aws secretsmanager describe-secret --secret-id NAME" shows it`;
}

export function topicArnProblem(value: unknown): string | undefined {
  const form = "arn:aws:sns:REGION:ACCOUNT:NAME";
  if (typeof value === "string" && value.endsWith(".fifo"))
    return `${shown(value)} is a FIFO topic, which neither mails nor takes alarms: give a standard one`;
  if (typeof value === "string" && TOPIC.test(value)) return undefined;
  return `${shown(value)} is not the ARN of an SNS topic: give ${form}`;
}
