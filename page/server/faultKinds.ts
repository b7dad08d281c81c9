import type { Fault, Outage, StrikeLimits } from "../../sandbox";
import type { FaultKind } from "../shared/types";

interface Breaking extends FaultKind {
  readonly fault?: Fault;
  readonly outage?: Outage;
}

/** Everything that the page can make go wrong: what it does, and what should happen then. */
export const faultKinds: readonly Breaking[] = [
  {
    ...{ id: "429", title: "429 with Retry-After" },
    does: "Sequence answers a trigger call with 429 and asks to wait 30 seconds.",
    expect: "The occurrence waits and is tried again with the same key.",
    fault: { status: 429, headers: { "retry-after": "30" } },
  },
  {
    ...{ id: "500-before", title: "500 before execution" },
    does: "Sequence answers 500 and doesn't execute the rule.",
    expect: "The outcome is unknown, so the occurrence is tried again with the same key, and executes once.",
    fault: { status: 500 },
  },
  {
    ...{ id: "500-after", title: "500 after execution" },
    does: "Sequence executes the rule and answers 500.",
    expect: "The next try has the same key, so Sequence answers it without moving the money again.",
    fault: { status: 500, when: "after" },
  },
  {
    ...{ id: "dropped", title: "Dropped connection" },
    does: "Sequence executes the rule, and the connection is lost before the answer.",
    expect: "The next try has the same key, and no money moves twice.",
    fault: { when: "after", connection: "close" },
  },
  {
    ...{ id: "slow", title: "Slow answer" },
    does: "Sequence takes three seconds to answer a trigger call.",
    expect: "The function waits, and the occurrence executes once.",
    fault: { delayMs: 3000, when: "after" },
  },
  {
    ...{ id: "wrong-json", title: "Wrong JSON" },
    does: "Sequence executes the rule and answers 200 with a body that is no JSON.",
    expect: "The answer isn't taken for a success; the next try has the same key.",
    fault: { status: 200, body: "<html>", when: "after" },
  },
  {
    ...{ id: "accounts-500", title: "Accounts can't be read" },
    does: "Sequence answers 500 when an amount asks for the accounts.",
    expect: "The amount is an error, never a guess; the rule skips that transfer.",
    fault: { endpoint: "accounts", status: 500 },
  },
  {
    ...{ id: "accounts-wrong-json", title: "Accounts with wrong JSON" },
    does: "Sequence answers 200 with half of a JSON text when an amount asks for the accounts.",
    expect: "The amount is an error, never a guess; the rule skips that transfer.",
    fault: { endpoint: "accounts", status: 200, body: '{"data":{"accounts":[' },
  },
  {
    ...{ id: "crash-before", title: "Function crashes before the call" },
    does: "The function's process dies while it calls Sequence, and the rule isn't executed.",
    expect: "The message comes back after its visibility timeout, and the occurrence executes once.",
    fault: { connection: "crash" },
  },
  {
    ...{ id: "crash-after", title: "Function crashes after the call" },
    does: "Sequence executes the rule, and the function's process dies before it can note that.",
    expect: "The message comes back, the next try has the same key, and no money moves twice.",
    fault: { connection: "crash", when: "after" },
  },
  {
    ...{ id: "secretsmanager-down", title: "Secrets Manager is down" },
    does: "Every call of the functions to Secrets Manager is answered with 503.",
    expect: "A function that has the secret goes on for a while; another one waits, and nothing is lost.",
    outage: { service: "secretsmanager" },
  },
  {
    ...{ id: "dynamodb-down", title: "DynamoDB is down" },
    does: "Every call of the functions to DynamoDB is answered with 503.",
    expect: "Without a claim in the ledger nothing is called: the message comes back until DynamoDB answers.",
    outage: { service: "dynamodb" },
  },
  {
    ...{ id: "sns-down", title: "Mails can't be sent" },
    does: "Every call of the functions to SNS is answered with 503.",
    expect:
      "A mail that SNS doesn't take isn't sent again: the failure queue has what failed, and alarms tell of both.",
    outage: { service: "sns" },
  },
];

/** How long something goes wrong. */
export type Extent = "next" | "while" | "chance";

/** An outage of one call would be hidden by the AWS client's own tries. */
const CALLS_OF_AN_OUTAGE = 3;

/** What the port takes. `minutes` counts for `while`, `percent` for `chance`. */
export function strikesOf(kind: Breaking, extent: Extent, minutes: number, percent: number): StrikeLimits {
  if (extent === "while") return { forSeconds: minutes * 60 };
  if (extent === "chance") return { chance: percent / 100 };
  return { times: kind.outage ? CALLS_OF_AN_OUTAGE : 1 };
}
