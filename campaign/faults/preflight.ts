import { pass } from "../virtualTime";
import { sdkError } from "../world/cloud";
import type { Boundary, Fault } from "./fault";

/** The trigger function asks the amount function whether amounts can be answered; `run` resolves with its answer's text. */
export interface Check {
  readonly names: readonly string[];
  /** How long it is waited for. */
  readonly limitMs: number;
}

const fails = (name: string, error: string): Fault<Check> => ({
  name,
  strike: async () => {
    await pass(50);
    throw sdkError(error);
  },
});

const answers = (name: string, text: (check: Check) => string): Fault<Check> => ({
  name,
  strike: async (check) => {
    await pass(50);
    return text(check);
  },
});

/** The same answer about every amount. */
const says = (name: string, of: object): Fault<Check> =>
  answers(name, ({ names }) => JSON.stringify({ amounts: Object.fromEntries(names.map((one) => [one, of])) }));

export const amountsAreChecked: Boundary<Check> = {
  name: "check of amounts",
  share: 0.7,
  faults: [
    fails("the amount function is throttled", "TooManyRequestsException"),
    fails("the amount function isn't deployed yet", "ResourceNotFoundException"),
    { name: "isn't answered", strike: () => new Promise(() => {}) },
    {
      name: "is answered too late",
      strike: async ({ limitMs }, { run }) => {
        await pass(limitMs + 1_000);
        return run();
      },
    },
    answers("an earlier version takes it for a request", () => '{"statusCode":404,"body":"{}"}'),
    answers("the answer is no JSON", () => "<html>"),
    answers("the answer has other amounts", () => '{"amounts":{"other":{"cents":100}}}'),
    says("the answer has a text for an amount", { cents: "100" }),
    says("a balance is unknown", { code: "BALANCE_UNKNOWN", reason: "it is not known", repair: false }),
    says("an account is not found", { code: "ACCOUNT_NOT_FOUND", reason: "there is none", repair: true }),
    says("Sequence answers 429", { code: "TOO_MANY_REQUESTS", reason: "429", repair: false, retryAfterMs: 300_000 }),
  ],
};
