import type * as pulumi from "@pulumi/pulumi";
import { type AlarmSpec, OWN_METRICS } from "./alarms";

/** What a person should hear of about an amount endpoint. */
export function amountAlarms(apiId: pulumi.Input<string>, functionName: pulumi.Input<string>): AlarmSpec[] {
  const ofApi = { namespace: "AWS/ApiGateway", dimensions: { ApiId: apiId } };
  const ofFunction = { dimensions: { FunctionName: functionName } };
  return [
    {
      ...ofApi,
      part: "5xx",
      metric: "5xx",
      description:
        "Sequence asked for an amount and got an error, so that transfer was not made. The function's log says why; the log group is an output of the component.",
    },
    {
      ...ofApi,
      part: "4xx",
      metric: "4xx",
      // One wrong URL is a typing mistake, many are somebody searching.
      threshold: 20,
      description:
        "Many requests with an unknown amount or a wrong token, or throttled ones. A rule may hold a revoked URL, or somebody is guessing URLs. The access log has the source addresses.",
    },
    {
      ...ofFunction,
      part: "throttles",
      namespace: "AWS/Lambda",
      metric: "Throttles",
      description:
        "Lambda refused to run the amount function because the account's concurrency is used up. Those requests got an error.",
    },
    {
      ...ofFunction,
      part: "ceiling",
      namespace: OWN_METRICS,
      metric: "AmountOverCeiling",
      description:
        "An amount came out above ceilingCents and was refused with an error. Look at the balance it was computed from before you raise the ceiling.",
    },
    {
      ...ofFunction,
      part: "old-url",
      namespace: OWN_METRICS,
      metric: "OldUrlUsed",
      description:
        "A rule still asks an amount URL of an older key. Paste the new URL into the rule in Sequence before you take the old label out of urlKeys.",
    },
  ];
}
