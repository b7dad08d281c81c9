import type { LocalCloud } from "../aws/localCloud";
import type { NoAmount } from "../sequence/askAmount";
import { objectIn } from "./triggersDeclared";

/** Why there is no amount, in the words of the function's log where the answer has only a code. */
export function whyNoAmount({ logs }: Pick<LocalCloud, "logs">, answer: NoAmount): string {
  if (answer.awsRequestId === undefined) return answer.reason;
  const line = logs
    .lines()
    .map(({ message }) => objectIn(message))
    .find(({ event, awsRequestId }) => event === "amount.failed" && awsRequestId === answer.awsRequestId);
  return messageOf(line?.error) ?? answer.reason;
}

/** The error's message, with that of its cause where it adds something. */
function messageOf(error: unknown): string | undefined {
  const { message, cause } = (error ?? {}) as { message?: unknown; cause?: unknown };
  if (typeof message !== "string") return undefined;
  const why = messageOf(cause);
  return why === undefined || message.includes(why) ? message : `${message}: ${why}`;
}
