import { shown } from "../../lambda/agreements/shown";
import type { RemoteApiArgs, Trigger } from "../args";
import type { Gate } from "./gate";
import { propertyPath } from "./propertyPath";

/** Every argument there is; the type keeps the list whole. The parts take those of the whole, which hands them on. */
const ofComponents: Record<keyof RemoteApiArgs, true> = {
  accessToken: true,
  accessTokenSecretArn: true,
  accountsPath: true,
  alarmEmail: true,
  alarmTopicArn: true,
  alarms: true,
  amounts: true,
  amountsModule: true,
  architecture: true,
  baseUrl: true,
  ceilingCents: true,
  dashboard: true,
  dryRun: true,
  keyMemoryMinutes: true,
  logRetentionDays: true,
  maxAgeMinutes: true,
  memorySize: true,
  notifyOnSuccess: true,
  runtime: true,
  schedulerMaxAgeSeconds: true,
  schedulerMaxRetries: true,
  tags: true,
  throttlingBurstLimit: true,
  throttlingRateLimit: true,
  triggerPath: true,
  triggers: true,
  urlKeys: true,
};

const ofTriggers: Record<keyof Trigger, true> = {
  allowSkipped: true,
  apiSecret: true,
  apiSecretArn: true,
  enabled: true,
  endDate: true,
  payload: true,
  ruleId: true,
  schedule: true,
  startDate: true,
  timezone: true,
};

/** Arguments that there were once: what to do instead. */
const gone: Record<string, string> = {
  protectLedger:
    "is no argument any more: take it out, and give the component the resource option protect: true, with which Pulumi refuses to delete any of it",
};

/** What TypeScript finds, for programs in JavaScript and other languages: a misspelt option would do nothing. */
export function checkArguments(gate: Gate, args: object): void {
  refuseOthers(gate, args, ofComponents, []);
}

export function checkTriggerArguments(gate: Gate, name: string, trigger: object): void {
  refuseOthers(gate, trigger, ofTriggers, ["triggers", name]);
}

function refuseOthers(gate: Gate, given: object, known: Record<string, true>, path: readonly string[]): void {
  for (const key of Object.keys(given ?? {}))
    if (!Object.hasOwn(known, key))
      gate.add(
        propertyPath(...path, key),
        (path.length === 0 ? gone[key] : undefined) ??
          `is no argument: there are ${Object.keys(known).sort().join(", ")}`,
      );
}

export function booleanProblem(value: unknown): string | undefined {
  return typeof value === "boolean" ? undefined : `${shown(value)} is not allowed: give true or false`;
}
