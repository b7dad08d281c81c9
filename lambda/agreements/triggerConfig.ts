import type { JsonObject } from "./json";
import { being } from "./shown";
import { trueOrFalse, wholeNumber } from "./values";

/** `config.json` in the trigger function's archive. It holds no credential. */
export interface TriggerFunctionConfig extends TriggerFunctionSettings {
  readonly version: 1;
  readonly triggers: { readonly [name: string]: TriggerSpec };
  /** Name of the schedule that starts the daily check, or absent if there is none. */
  readonly heartbeatScheduleName?: string;
}

/** Arguments of the component that reach the function as they are. */
export interface TriggerFunctionSettings {
  /**
   * How long after its scheduled time an occurrence is tried automatically, in minutes: 0 to 720. 0 means the tries of its first
   * delivery only.
   */
  readonly maxAgeMinutes: number;
  /**
   * How long after the first try with its key an occurrence whose outcome is unknown is tried again, in minutes: 0 to 1200. 0 means
   * never: such an occurrence goes to a person at once, and nothing depends on Sequence's memory of keys. Defaults to 720.
   */
  readonly keyMemoryMinutes?: number;
  /** Everything runs, but calls to Sequence are only logged. */
  readonly dryRun: boolean;
  /** Mail a receipt of every execution too. */
  readonly notifyOnSuccess: boolean;
  /** Mail once a month what has happened and what comes next. Defaults to false. */
  readonly digest?: boolean;
}

/** One trigger: the allow-list entry that a message must match, and what the daily check expects of it. */
export interface TriggerSpec {
  readonly ruleId: string;
  /** Path of this rule's trigger call, with `{ruleId}` in it: that of the URL that was given in place of an id. Defaults to the function's. */
  readonly triggerPath?: string;
  /** ARN of the secret with the rule's API secret: the plain value, or JSON with the value under the rule's id. */
  readonly apiSecretArn: string;
  /** The body of the trigger call for an occurrence that brings none of its own. Defaults to `{}`. */
  readonly payload?: JsonObject;
  /** The names of the amounts that its rule asks for. Defaults to none. */
  readonly asks?: readonly string[];
  /** Those of `asks` without which the rule isn't triggered. Defaults to none. */
  readonly holdUntilKnown?: readonly string[];
  /** Whether a mail says so if the rule doesn't ask for one of `asks`. Defaults to true. */
  readonly expectAsked?: boolean;
  /** What is deployed as its schedule. Absent if events set it off. */
  readonly schedule?: TriggerSchedule;
}

/** The schedule of a trigger. */
export interface TriggerSchedule {
  /** The schedule's name within the group. */
  readonly name: string;
  /** `cron(...)`. */
  readonly expression: string;
  /** IANA name. */
  readonly timezone: string;
  /** ISO 8601, UTC. Earlier occurrences don't happen: their messages are acknowledged, and nothing is called. */
  readonly startDate?: string;
  /** ISO 8601, UTC. Later occurrences don't happen either. */
  readonly endDate?: string;
  /** Only every so many weeks, counted from `from`. */
  readonly everyWeeks?: number;
  /** A local date such as `2027-01-08`: the first of them. */
  readonly from?: string;
  /** Local dates on which nothing happens. */
  readonly skipDates?: readonly string[];
  readonly enabled: boolean;
}

/** A trigger that a schedule sets off. */
export interface ScheduledSpec extends TriggerSpec {
  readonly schedule: TriggerSchedule;
}

export function isScheduled(spec: TriggerSpec | undefined): spec is ScheduledSpec {
  return spec?.schedule !== undefined;
}

/**
 * Whether the daily check looks if the trigger's rule asks for its amounts. Only then is the function deployed with the name of the log and
 * the right to read it, so both sides must decide it by this.
 */
export function expectsQuestions({ asks, expectAsked }: Pick<TriggerSpec, "asks" | "expectAsked">): boolean {
  return asks !== undefined && expectAsked !== false;
}

/** The triggers that a schedule sets off, by name. */
export function scheduledTriggers({ triggers }: Pick<TriggerFunctionConfig, "triggers">): [string, ScheduledSpec][] {
  return Object.entries(triggers).filter((entry): entry is [string, ScheduledSpec] => isScheduled(entry[1]));
}

/** `keyMemoryMinutes` of a component that doesn't set it: half of the 24 hours that Sequence's newer API says (contract section 1). */
export const DEFAULT_KEY_MEMORY_MINUTES = 720;

/** The greatest `maxAgeMinutes`: 12 hours, well inside the 24 for which Sequence's newer API is known to remember a key. */
export const LONGEST_MAX_AGE_MINUTES = 720;

/** What each setting must be, checked when it is deployed and again when the function starts: its problem, if it has one. */
export const triggerFunctionSettings: {
  readonly [Name in keyof TriggerFunctionSettings]-?: (value: unknown) => string | undefined;
} = {
  maxAgeMinutes: wholeNumber(0, LONGEST_MAX_AGE_MINUTES, "minutes"),
  // 20 hours, under the 24 of Sequence's newer API.
  keyMemoryMinutes: wholeNumber(0, 1200, "minutes"),
  dryRun: trueOrFalse,
  notifyOnSuccess: trueOrFalse,
  digest: trueOrFalse,
};

/** Settings that came later: the configuration of an earlier version lacks them. */
const LATER: readonly string[] = ["keyMemoryMinutes", "digest"];

/** The settings of a component that doesn't set them. */
export const triggerFunctionDefaults = {
  maxAgeMinutes: 360,
  keyMemoryMinutes: DEFAULT_KEY_MEMORY_MINUTES,
  dryRun: false,
  notifyOnSuccess: false,
  digest: false,
};

/** The names of the environment variables of the trigger function. None holds a credential. */
export const triggerEnvironment = {
  baseUrl: "SEQUENCE_BASE_URL",
  /** Path of the trigger call with `{ruleId}` in it. */
  triggerPath: "SEQUENCE_TRIGGER_PATH",
  workQueueUrl: "WORK_QUEUE_URL",
  failureQueueUrl: "FAILURE_QUEUE_URL",
  /** Absent if every trigger has a schedule. */
  eventQueueUrl: "EVENT_QUEUE_URL",
  /** Name of the DynamoDB table. */
  ledgerTable: "LEDGER_TABLE",
  /** ARN of the SNS topic for mails; absent if there is none. */
  topicArn: "TOPIC_ARN",
  /** Name of the schedule group. */
  scheduleGroup: "SCHEDULE_GROUP",
  /** Name of the function that answers amounts; absent if no trigger says what its rule asks for. */
  amountFunction: "AMOUNT_FUNCTION",
  /** Name of its log group; absent if no trigger expects its rule to ask. */
  amountLog: "AMOUNT_LOG_GROUP",
} as const;

/** Reads the deployed configuration. Throws an error that names everything that is wrong with it. */
export function parseTriggerConfig(text: string): TriggerFunctionConfig {
  const config = JSON.parse(text) as TriggerFunctionConfig;
  const problems = configProblems(config);
  if (problems.length > 0)
    throw new Error(`config.json of the trigger function: ${problems.join("; ")}. Deploy again.`);
  return config;
}

function configProblems(config: TriggerFunctionConfig): string[] {
  if (typeof config !== "object" || config === null) return [`it ${being(config)}; it must be an object`];
  if (config.version !== 1) return [`version ${being(config.version)}; it must be 1`];
  const problems = Object.entries(triggerFunctionSettings).flatMap(([name, problemOf]) => {
    const value = config[name as keyof TriggerFunctionSettings];
    const isLeftOut = LATER.includes(name) && value === undefined;
    const problem = isLeftOut ? undefined : problemOf(value);
    return problem === undefined ? [] : [`${name} ${problem}`];
  });
  if (typeof config.triggers !== "object" || config.triggers === null)
    return [...problems, `triggers ${being(config.triggers)}; it must be an object`];
  for (const [name, spec] of Object.entries(config.triggers)) {
    const { schedule } = spec ?? {};
    const texts = [spec?.ruleId, spec?.apiSecretArn];
    if (schedule !== undefined) texts.push(schedule?.name, schedule?.expression, schedule?.timezone);
    const isComplete = schedule === undefined || typeof schedule?.enabled === "boolean";
    if (!texts.every((text) => typeof text === "string" && text !== "") || !isComplete)
      problems.push(
        `trigger "${name}" is incomplete; it must have a ruleId, an apiSecretArn and, if it has a schedule, its name, expression, timezone and enabled`,
      );
  }
  return problems;
}
