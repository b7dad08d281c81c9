import * as pulumi from "@pulumi/pulumi";
import { DEFAULT_TRIGGER_PATH } from "../../lambda/agreements/sequenceUrls";
import { being } from "../../lambda/agreements/shown";
import {
  expectsQuestions,
  triggerFunctionDefaults,
  triggerFunctionSettings,
} from "../../lambda/agreements/triggerConfig";
import { trueOrFalse, wholeNumber } from "../../lambda/agreements/values";
import { parseCron } from "../../lambda/schedule";
import type { ScheduledRuleTriggersArgs, TriggerSettings } from "../args";
import { type AlarmPlan, alarmPlan, alarmRules } from "./alarms";
import { checkSecretArns, givenApiSecrets } from "./apiSecrets";
import type { KnownAmounts } from "./asks";
import { idleSkipDates } from "./calendar";
import { functionDefaults, functionRules } from "./function";
import { Gate, type Rules, together } from "./gate";
import { asPlan, isPlan } from "./planned";
import { isScheduledPlan, type ScheduledTriggerPlan, triggerPlan } from "./trigger";
import { triggerPathProblem } from "./urls";

const settingsRules: Rules<TriggerSettings> = {
  ...triggerFunctionSettings,
  // It decides about a right.
  digest: { plain: trueOrFalse },
  // https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html
  schedulerMaxRetries: wholeNumber(0, 185, "retries"),
  schedulerMaxAgeSeconds: wholeNumber(60, 86_400, "seconds"),
  triggerPath: triggerPathProblem,
  ledgerTableName: tableNameProblem,
};

export const triggersRules: Rules<ScheduledRuleTriggersArgs> = {
  ...functionRules,
  ...alarmRules,
  ...settingsRules,
  triggers: together,
};

const defaults = {
  ...functionDefaults,
  ...triggerFunctionDefaults,
  schedulerMaxRetries: 185,
  schedulerMaxAgeSeconds: 3600,
  triggerPath: DEFAULT_TRIGGER_PATH,
};

/** What the daily check knows of each is one item of the ledger, up to 2 KB a trigger. DynamoDB takes items of up to 400 KB. */
const MOST_TRIGGERS = 200;
/** Of all triggers together: they are in that item too, and once more for a trigger that was changed since the last check. */
const MOST_SKIP_DATES = 2_500;

/** ScheduledRuleTriggers' arguments: checked, with everything that was left out filled in, and what follows from them. */
export type TriggersPlan = ReturnType<typeof triggersPlan>;

/** The plan of a ScheduledRuleTriggers. RemoteApi has made it already for its own. */
export function planTriggers(name: string, args: ScheduledRuleTriggersArgs): TriggersPlan {
  if (isPlan<ScheduledRuleTriggersArgs, TriggersPlan>(args)) return args;
  const gate = new Gate("ScheduledRuleTriggers", name);
  const checked = gate.checked(args, triggersRules);
  const plan = triggersPlan(gate, { ...checked, ...alarmPlan(gate, checked) });
  gate.report();
  return plan;
}

function tableNameProblem(value: unknown): string | undefined {
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
  return typeof value === "string" && /^[\w.-]{3,255}$/.test(value)
    ? undefined
    : `${being(value)}; it must be the name of a DynamoDB table, 3 to 255 letters, digits, _, - and ., not its ARN`;
}

/** The plan, from arguments that have each passed their own rule. `amounts` are those of the RemoteApi that it is a part of. */
export function triggersPlan(gate: Gate, args: ScheduledRuleTriggersArgs & AlarmPlan, amounts?: KnownAmounts) {
  const given = args.triggers;
  const isPlain = gate.plain("triggers", pulumi.Output.isInstance(given) && given);
  const all = Object.entries(isPlain ? (given ?? {}) : {});
  if (isPlain && all.length === 0)
    gate.add("triggers", "has no trigger; it must be an object with at least one trigger under its name");
  if (all.length > MOST_TRIGGERS)
    gate.add(
      "triggers",
      `has ${all.length} triggers; it must have at most ${MOST_TRIGGERS}: make a second component for the rest`,
    );
  const dates = all.reduce(
    (sum, [, trigger]) => sum + (Array.isArray(trigger?.skipDates) ? trigger.skipDates.length : 0),
    0,
  );
  if (dates > MOST_SKIP_DATES)
    gate.add(
      "triggers",
      `has ${dates} skipDates; they must be at most ${MOST_SKIP_DATES} together: take out the days that are over, or make a second component for some triggers`,
    );
  const settings = { ...defaults, ...args };
  if (settings.digest === true && !settings.alarms)
    gate.add("digest", "is true, but alarms is false, so nobody would get it: take one of them out");
  checkSecretArns(gate, all);
  const triggers = Object.fromEntries(
    all.map(([name, trigger]) => [name, triggerPlan(gate, name, trigger, { ...settings, amounts })]),
  );
  return asPlan({
    ...settings,
    triggers,
    givenApiSecrets: givenApiSecrets(gate, Object.values(triggers)),
    amountFunction: undefined as AmountFunction | undefined,
  });
}

/** The function that is asked for what the triggers' rules ask for. RemoteApi puts it into the plan. */
export interface AmountFunction {
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  readonly logGroupName: pulumi.Output<string>;
}

/** The amount function, if a trigger says what its rule asks for. Otherwise the trigger function gets no right on it. */
export function askedFunction({ triggers, amountFunction }: TriggersPlan): AmountFunction | undefined {
  return Object.values(triggers).some(({ asks }) => asks !== undefined) ? amountFunction : undefined;
}

/** Whether the daily check reads the amount function's log. */
export function readsQuestions({ triggers }: TriggersPlan): boolean {
  return Object.values(triggers).some(expectsQuestions);
}

/** The triggers that a schedule sets off, by name. */
export function scheduledPlans(triggers: TriggersPlan["triggers"]): [string, ScheduledTriggerPlan][] {
  return Object.entries(triggers).filter((entry): entry is [string, ScheduledTriggerPlan] => isScheduledPlan(entry[1]));
}

/** Warnings: valid arguments that may not be what was meant. */
export function triggerWarnings({ triggers }: TriggersPlan): string[] {
  const byRule = new Map<string, string[]>();
  for (const [name, { ruleId }] of scheduledPlans(triggers)) byRule.set(ruleId, [...(byRule.get(ruleId) ?? []), name]);
  const often = scheduledPlans(triggers).flatMap(([name, { schedule }]) => {
    const { minutes, hours } = parseCron(schedule);
    const times = minutes.length * hours.length;
    return times > MOST_TIMES_A_DAY
      ? [
          `the trigger ${name} fires ${inEnglish(times)} times on each of its days, ${inEnglish(times * 30)} times in 30 days: the first field ` +
            'of a schedule is minutes, so "cron(0 9 * * ? *)" is 9:00 and "cron(* 9 * * ? *)" is each minute from 9:00 to 9:59',
        ]
      : [];
  });
  const idle = scheduledPlans(triggers).flatMap(([name, { schedule: expression, ...trigger }]) => {
    const problem = idleSkipDates({ expression, ...trigger });
    return problem === undefined ? [] : [`trigger ${name}: ${problem}`];
  });
  const shared = [...byRule]
    .filter(([, names]) => names.length > 1)
    .map(
      ([ruleId, names]) =>
        `the triggers ${names.join(" and ")} are of one rule, ${ruleId}: at a time that they have in common the rule is executed once`,
    );
  return [...often, ...idle, ...shared];
}

/** Once an hour. A trigger that fires more often is nearly always a slip in the first field. */
const MOST_TIMES_A_DAY = 24;

function inEnglish(number: number): string {
  return number.toLocaleString("en-US");
}
