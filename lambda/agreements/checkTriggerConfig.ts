import { LONGEST_KEY_MEMORY_MINUTES, LONGEST_MAX_AGE_MINUTES, type TriggerFunctionConfig } from "./triggerConfig";

/** Reads the deployed configuration. Throws an error that names everything that is wrong with it. */
export function parseTriggerConfig(text: string): TriggerFunctionConfig {
  const config = JSON.parse(text) as TriggerFunctionConfig;
  const problems = configProblems(config);
  if (problems.length > 0)
    throw new Error(`config.json of the trigger function: ${problems.join("; ")}. Deploy again.`);
  return config;
}

function configProblems(config: TriggerFunctionConfig): string[] {
  if (typeof config !== "object" || config === null || config.version !== 1) return ["version must be 1"];
  const problems = [
    ...minutesProblems("maxAgeMinutes", config.maxAgeMinutes, LONGEST_MAX_AGE_MINUTES),
    ...(config.keyMemoryMinutes === undefined
      ? []
      : minutesProblems("keyMemoryMinutes", config.keyMemoryMinutes, LONGEST_KEY_MEMORY_MINUTES)),
  ];
  if (typeof config.dryRun !== "boolean") problems.push("dryRun must be true or false");
  if (typeof config.notifyOnSuccess !== "boolean") problems.push("notifyOnSuccess must be true or false");
  if (typeof config.triggers !== "object" || config.triggers === null)
    return [...problems, "triggers must be an object"];
  for (const [name, spec] of Object.entries(config.triggers)) {
    const texts = [
      spec?.ruleId,
      spec?.apiSecretArn,
      spec?.schedule?.name,
      spec?.schedule?.expression,
      spec?.schedule?.timezone,
    ];
    if (!texts.every((text) => typeof text === "string" && text !== "") || typeof spec.schedule.enabled !== "boolean")
      problems.push(
        `trigger "${name}" needs a ruleId, an apiSecretArn and a schedule with name, expression, timezone and enabled`,
      );
  }
  return problems;
}

/** What is wrong with a value of `maxAgeMinutes` or `keyMemoryMinutes`, as sentences. */
function minutesProblems(property: string, minutes: unknown, longest: number): string[] {
  if (typeof minutes === "number" && Number.isInteger(minutes) && minutes >= 0 && minutes <= longest) return [];
  return [`${property} is ${String(minutes)}; it must be a whole number of minutes from 0 to ${longest}`];
}
