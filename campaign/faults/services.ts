import { pass } from "../virtualTime";
import { sdkError } from "../world/cloud";
import type { Boundary, Fault } from "./fault";

export type ServiceName = "DynamoDB" | "SQS" | "SNS" | "Secrets Manager" | "Scheduler";

/** A call of the function to a service of AWS. */
export interface ServiceCall {
  readonly operation: string;
  /** The whole service is away until then. */
  outage(untilMs: number): void;
}

/** What each call gives up after: the adapters' own limit. */
const DEADLINE_MS = 4_000;

const down: Fault<ServiceCall> = {
  name: "answers an error",
  strike: async () => {
    await pass(30);
    throw sdkError("InternalServerError");
  },
};

const slow: Fault<ServiceCall> = {
  name: "slow",
  strike: async (_call, { run, random }) => {
    await pass(random.between(500, DEADLINE_MS - 100));
    return run();
  },
};

const hangs: Fault<ServiceCall> = {
  name: "doesn't answer",
  strike: async () => {
    await pass(DEADLINE_MS);
    throw sdkError("AbortError");
  },
};

const outage: Fault<ServiceCall> = {
  name: "down for a while",
  weight: 0.02,
  strike: async (call, { random }) => {
    call.outage(Date.now() + random.between(1, 90) * 60_000);
    throw sdkError("ServiceUnavailable");
  },
};

const doneAndFailed: Fault<ServiceCall> = {
  name: "done, and answers an error",
  if: ({ operation }) => !operation.startsWith("Get"),
  strike: async (_call, { run }) => {
    await run();
    throw sdkError("InternalServerError");
  },
};

const doneTooLate: Fault<ServiceCall> = {
  name: "done after the caller gave up",
  if: ({ operation }) => operation !== "ChangeMessageVisibility" && !operation.startsWith("Get"),
  strike: async (_call, { run, random }) => {
    void pass(DEADLINE_MS + random.between(0, 2_000))
      .then(run)
      .catch(() => {});
    await pass(DEADLINE_MS);
    throw sdkError("AbortError");
  },
};

const writtenTwice: Fault<ServiceCall> = {
  name: "written, and repeated by the SDK",
  if: ({ operation }) => operation === "PutItem",
  strike: async (_call, { run }) => {
    await run();
    await pass(100);
    return run();
  },
};

const usual = [down, slow, hangs, outage, doneAndFailed, doneTooLate];

/** A delivery crosses DynamoDB about five times. */
export const SERVICES: Readonly<Record<ServiceName, Boundary<ServiceCall>>> = {
  DynamoDB: { name: "DynamoDB", share: 0.25, faults: [...usual, writtenTwice] },
  SQS: { name: "SQS", share: 0.5, faults: usual },
  SNS: { name: "SNS", share: 0.5, faults: usual },
  "Secrets Manager": { name: "Secrets Manager", share: 0.5, faults: [down, slow, hangs, outage] },
  Scheduler: { name: "Scheduler API", share: 0.1, faults: [down, slow, hangs] },
};
