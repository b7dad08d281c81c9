import type * as pulumi from "@pulumi/pulumi";
import { accessLogMetrics, amountMetrics, METRIC_NAMESPACE } from "../../lambda/agreements/metrics";
import type { AlarmSpec } from "./alarms";

/** What a person should hear of about an amount endpoint. */
export function amountAlarms(apiId: pulumi.Input<string>, functionName: pulumi.Input<string>): AlarmSpec[] {
  const ofApi = { namespace: "AWS/ApiGateway", dimensions: { ApiId: apiId } } as const;
  const own = { namespace: METRIC_NAMESPACE, dimensions: { FunctionName: functionName } } as const;
  return [
    {
      ...ofApi,
      part: "5xx",
      metric: "5xx",
      description:
        "A request for an amount got an error. What Sequence does then isn't published: look whether the transfer was made. npx sequence-remote-api amount says whether it is answered now. The function's log says why (amount.failed): after OVER_CEILING look at the balance first, then at ceilingCents. If it has no line of that time, the function didn't run, because the account's concurrency is used up, say: integrationError in the access log says why.",
    },
    {
      ...own,
      part: "refused",
      metric: amountMetrics.refused,
      description:
        "A request was refused whose URL has the name of an amount, or a token in the form of one. If a rule holds this URL, revoked or mistyped, it gets no amount: paste the URL from the output amountUrls into the rule. The function's log (amount.refused) has the amount's name, if it is one, and the access log the source address.",
    },
    {
      namespace: METRIC_NAMESPACE,
      dimensions: { ApiId: apiId },
      part: "throttled",
      metric: accessLogMetrics.throttled,
      description:
        "A request was turned away with 429 before the function saw it: more came at once than throttlingRateLimit and throttlingBurstLimit allow, or than the account's own limit. It may have been a rule's, which got no amount then: look in Sequence. The access log has the source addresses.",
    },
    {
      ...ofApi,
      part: "4xx",
      metric: "4xx",
      // Scanners try paths on every public address, so a few refused requests mean nothing.
      threshold: 20,
      description:
        "20 or more requests within five minutes were refused: other paths, unknown amounts, wrong tokens, or throttled ones. Somebody is guessing URLs, or something asks a mistyped one. The access log has the source addresses.",
    },
    {
      ...own,
      part: "old-url",
      metric: amountMetrics.oldUrlUsed,
      description:
        "An amount was asked for with a URL of an older key. Paste the new URL into the rule in Sequence that still has it, before you take the old label out of urlKeys. The function's log (amount.oldUrl) has the amount's name.",
    },
  ];
}
