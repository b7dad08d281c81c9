import * as pulumi from "@pulumi/pulumi";
import { utcSeconds } from "../../lambda/agreements/instant";
import { ruleIdOf } from "../../lambda/agreements/ruleId";
import { DEFAULT_BASE_URL, DEFAULT_TRIGGER_PATH } from "../../lambda/agreements/sequenceUrls";
import { DEFAULT_KEY_MEMORY_MINUTES, DEFAULT_MAX_AGE_MINUTES } from "../../lambda/agreements/triggerConfig";
import type { FunctionArgs, ScheduledRuleTriggersArgs, Trigger, TriggerSettings } from "../args";
import { checkAlarmArgs, checkCredential, checkFunctionArgs } from "./function";
import { Gate } from "./gate";
import { booleanProblem, checkTriggerArguments } from "./knownArguments";
import {
  keyMemoryMinutesProblem,
  maxAgeMinutesProblem,
  schedulerMaxAgeSecondsProblem,
  schedulerMaxRetriesProblem,
} from "./limits";
import { payloadProblem } from "./payload";
import { propertyPath } from "./propertyPath";
import { pastedUrlProblem, ruleIdProblem, triggerPathOf } from "./ruleId";
import { scheduleProblems } from "./schedule";
import { triggerNameProblem } from "./triggerName";
import { triggerPathProblem } from "./urls";

/** Each adds up to 400 characters of ARNs to the function's policy, which takes 10,240 (IAM's quota for a role's inline policies). */
const MOST_TRIGGERS = 20;

/** A checked trigger, with what was left out filled in. */
export interface DeclaredTrigger {
  /** The bare id, also where a trigger URL was given. */
  readonly ruleId: string;
  /** The path of the trigger URL that was given, with `{ruleId}` in it; undefined where a bare id was. */
  readonly triggerPath: pulumi.Input<string> | undefined;
  readonly schedule: string;
  readonly timezone: string;
  readonly apiSecret: pulumi.Input<string> | undefined;
  readonly apiSecretArn: pulumi.Input<string> | undefined;
  readonly payload: pulumi.Input<Record<string, unknown>> | undefined;
  /** In UTC, as AWS answers it. */
  readonly startDate: string | undefined;
  readonly endDate: string | undefined;
  readonly enabled: boolean;
}

/** The checked triggers and how they are run. */
export interface DeclaredTriggers {
  readonly triggers: Record<string, DeclaredTrigger>;
  readonly maxAgeMinutes: pulumi.Input<number>;
  readonly keyMemoryMinutes: pulumi.Input<number>;
  readonly dryRun: pulumi.Input<boolean>;
  readonly notifyOnSuccess: pulumi.Input<boolean>;
  readonly schedulerRetry: {
    readonly maximumEventAgeInSeconds: pulumi.Input<number>;
    readonly maximumRetryAttempts: pulumi.Input<number>;
  };
  readonly triggerPath: pulumi.Input<string>;
}

/** Checks all arguments of scheduled triggers at once. */
export function validateTriggersArgs(name: string, args: ScheduledRuleTriggersArgs) {
  const gate = Gate.of("ScheduledRuleTriggers", name);
  const settings = checkFunctionArgs(gate, args);
  const alarms = checkAlarmArgs(gate, args);
  const declared = checkTriggers(gate, args.triggers, args);
  gate.report();
  return { ...declared, settings, alarms };
}

/** Checks the triggers and how they are run. */
export function checkTriggers(
  gate: Gate,
  triggers: Record<string, Trigger>,
  settings: TriggerSettings & Pick<FunctionArgs, "baseUrl">,
): DeclaredTriggers {
  const plain = gate.plain("triggers", pulumi.Output.isInstance(triggers) && triggers);
  const all = plain ? (triggers ?? {}) : {};
  const count = Object.keys(all).length;
  if (plain && count === 0) gate.add("triggers", "must be an object with at least one trigger under its name");
  if (count > MOST_TRIGGERS)
    gate.add("triggers", `has ${count} triggers; at most ${MOST_TRIGGERS} fit: make a second component for the rest`);
  return {
    triggers: Object.fromEntries(
      Object.entries(all).map(([name, trigger]) => [
        name,
        checkTrigger(gate, name, trigger, settings.baseUrl ?? DEFAULT_BASE_URL),
      ]),
    ),
    maxAgeMinutes: gate.check("maxAgeMinutes", settings.maxAgeMinutes, maxAgeMinutesProblem) ?? DEFAULT_MAX_AGE_MINUTES,
    keyMemoryMinutes:
      gate.check("keyMemoryMinutes", settings.keyMemoryMinutes, keyMemoryMinutesProblem) ?? DEFAULT_KEY_MEMORY_MINUTES,
    dryRun: gate.check("dryRun", settings.dryRun, booleanProblem) ?? false,
    notifyOnSuccess: gate.check("notifyOnSuccess", settings.notifyOnSuccess, booleanProblem) ?? false,
    schedulerRetry: {
      maximumEventAgeInSeconds:
        gate.check("schedulerMaxAgeSeconds", settings.schedulerMaxAgeSeconds, schedulerMaxAgeSecondsProblem) ?? 3600,
      maximumRetryAttempts:
        gate.check("schedulerMaxRetries", settings.schedulerMaxRetries, schedulerMaxRetriesProblem) ?? 185,
    },
    triggerPath: gate.check("triggerPath", settings.triggerPath, triggerPathProblem) ?? DEFAULT_TRIGGER_PATH,
  };
}

function checkTrigger(gate: Gate, name: string, trigger: Trigger, baseUrl: pulumi.Input<string>): DeclaredTrigger {
  const path = propertyPath("triggers", name);
  const at = (property: string) => `${path}.${property}`;
  const nameProblem = triggerNameProblem(name);
  if (nameProblem) gate.add(path, nameProblem);
  const { ruleId, schedule, timezone, startDate, endDate, enabled = true, allowSkipped } = trigger;
  const plain = Object.entries({ ruleId, schedule, timezone, startDate, endDate, enabled, allowSkipped }).map(
    ([property, value]) => gate.plain(at(property), value),
  );
  checkTriggerArguments(gate, name, trigger);
  if (plain.every(Boolean)) {
    gate.check(at("enabled"), enabled, booleanProblem);
    gate.check(at("allowSkipped"), allowSkipped, booleanProblem);
    gate.check(at("ruleId"), ruleId, ruleIdProblem);
    gate.problems.push(...scheduleProblems(path, { schedule, timezone, startDate, endDate, allowSkipped }));
  }
  const bareId = ruleIdProblem(ruleId) === undefined ? ruleIdOf(ruleId) : undefined;
  const pasted = bareId !== undefined && bareId !== ruleId.trim();
  const base = pasted ? gate.check(at("ruleId"), baseUrl, (known) => pastedUrlProblem(ruleId, known)) : undefined;
  const secret = checkCredential(
    gate,
    { path: at("apiSecret"), given: trigger.apiSecret },
    { path: at("apiSecretArn"), given: trigger.apiSecretArn },
  );
  const date = (value: string | undefined) =>
    value !== undefined && Number.isFinite(Date.parse(value)) ? utcSeconds(Date.parse(value)) : undefined;
  return {
    ruleId: bareId ?? "",
    triggerPath:
      base === undefined ? undefined : pulumi.output(base).apply((known) => triggerPathOf(ruleId, known) ?? ""),
    schedule,
    timezone,
    apiSecret: secret.value,
    apiSecretArn: secret.arn,
    payload: gate.check(
      at("payload"),
      trigger.payload as pulumi.Input<Record<string, unknown>> | undefined,
      payloadProblem,
    ),
    startDate: date(startDate),
    endDate: date(endDate),
    enabled,
  };
}

/** What works, and may still not be what was meant. */
export function triggerWarnings(triggers: Record<string, DeclaredTrigger>): string[] {
  const byRule = new Map<string, string[]>();
  for (const [name, { ruleId }] of Object.entries(triggers)) byRule.set(ruleId, [...(byRule.get(ruleId) ?? []), name]);
  return [...byRule]
    .filter(([, names]) => names.length > 1)
    .map(
      ([ruleId, names]) =>
        `the triggers ${names.join(" and ")} are of one rule, ${ruleId}: at a time that they have in common the rule is executed once`,
    );
}
