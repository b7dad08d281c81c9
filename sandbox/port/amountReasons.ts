import type { NoAmount } from "../sequence/askAmount";
import type { AmountReport } from "./types";

/** Why there is no amount, in the words of the function's log where the answer has only a code. */
export function whyNoAmount(reports: readonly AmountReport[], answer: NoAmount): string {
  const { awsRequestId } = answer;
  if (awsRequestId === undefined) return answer.reason;
  return reports.find((report) => report.awsRequestId === awsRequestId)?.reason || answer.reason;
}
