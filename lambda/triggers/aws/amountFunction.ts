import { checkedAmounts } from "../../agreements/amountCheck";
import { type AwsServiceOptions, awsService } from "../../aws";
import type { AmountChecker } from "../ports";

/** A check is small: an amount's reason has at most a thousand characters. */
const LARGEST_ANSWER_BYTES = 1024 * 1024;

/** The amount function of this name, invoked directly: past the HTTP API, with the right to invoke it in place of a token. */
export function amountFunction(name: string, options: AwsServiceOptions = {}): AmountChecker {
  const call = awsService("lambda", options);
  return {
    async check(names, limitMs) {
      const { headers, body } = await call(
        {
          path: `/2015-03-31/functions/${name}/invocations`,
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ check: names }),
        },
        // The message comes back for another try.
        { tryTimeoutMs: limitMs, deadlineMs: limitMs, maxAttempts: 1, maxAnswerBytes: LARGEST_ANSWER_BYTES },
      );
      const failed = headers["x-amz-function-error"];
      if (failed !== undefined) throw new Error(`the amount function failed (${failed}); its log says why`);
      return checkedAmounts(body, names);
    },
  };
}
