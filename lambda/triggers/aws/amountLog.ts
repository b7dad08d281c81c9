import { OWN_QUESTION_FIELD } from "../../agreements/amountCheck";
import { type AwsServiceOptions, awsService, fieldsOf } from "../../aws";
import type { AmountLog } from "../ports";

const LIMITS = { tryTimeoutMs: 4_000, deadlineMs: 8_000, maxAttempts: 3, maxAnswerBytes: 4 * 1024 * 1024 };

/** A 200 and an explicit error both show that somebody asked; a check only shows that there is a log. */
const ASKED = ["amount.answered", "amount.failed"];
export const AMOUNT_EVENTS = [...ASKED, "amount.checked"];
const PATTERN = `{ ${AMOUNT_EVENTS.map((event) => `($.event = "${event}")`).join(" || ")} }`;

/** The amount that Sequence asked for, by a line of the amount function's log; undefined if the line tells of no such question. */
export function askedAmount({ event, amount, [OWN_QUESTION_FIELD]: own }: Record<string, unknown>): string | undefined {
  return ASKED.includes(String(event)) && own !== true && typeof amount === "string" ? amount : undefined;
}

/** The amount function's log group of this name. */
export function amountLog(group: string, options: AwsServiceOptions = {}): AmountLog {
  const call = awsService("logs", options);
  const headers = {
    "content-type": "application/x-amz-json-1.1",
    "x-amz-target": "Logs_20140328.FilterLogEvents",
  };
  return {
    async page({ from, to, token }) {
      const input = { logGroupName: group, filterPattern: PATTERN, startTime: from, endTime: to, nextToken: token };
      const answer = fieldsOf((await call({ headers, body: JSON.stringify(input) }, LIMITS)).body);
      const events = Array.isArray(answer.events) ? (answer.events as { timestamp?: number; message?: string }[]) : [];
      const lines = events.map(({ timestamp = 0, message = "" }) => {
        const fields = fieldsOf(message);
        return { at: timestamp, amount: askedAmount(fields), failed: fields.event === "amount.failed" };
      });
      return { lines, token: typeof answer.nextToken === "string" ? answer.nextToken : undefined };
    },
  };
}
