import { isDeepStrictEqual } from "node:util";
import { ruleIdOf } from "../../agreements/ruleId";
import { SCHEDULED_TIME, type TriggerSpec } from "../../agreements/triggerConfig";
import type { DeployedSchedule } from "../ports";

/** In what a trigger's schedule differs from what was deployed, as sentences. `actual` is an error if it couldn't be read. */
export function scheduleProblems(
  trigger: string,
  { schedule: expected, ...spec }: TriggerSpec,
  actual: DeployedSchedule | Error | undefined,
): string[] {
  const title = `The schedule "${expected.name}" of trigger "${trigger}"`;
  if (actual === undefined) return [`${title} doesn't exist. Deploy again.`];
  if (actual instanceof Error) return [`${title} can't be read: ${actual.name}: ${actual.message}`];
  const differ = (what: string, is: unknown, deployed: unknown) =>
    is === deployed ? [] : [`${title} has ${what} ${shown(is)}; deployed was ${shown(deployed)}. Deploy again.`];
  return [
    ...differ("the state", stateOf(actual.enabled), stateOf(expected.enabled)),
    ...differ("the expression", actual.expression, expected.expression),
    ...differ("the time zone", actual.timezone, expected.timezone),
    // The function keeps to the dates itself: see liesWithinDates.
    ...differ("the start date", dateOf(actual.startsAt), dateOf(undefined)),
    ...differ("the end date", dateOf(actual.endsAt), dateOf(undefined)),
    ...inputProblems(trigger, spec, actual.input).map((problem) => `${title} sends ${problem}. Deploy again.`),
  ];
}

function inputProblems(trigger: string, spec: Omit<TriggerSpec, "schedule">, input: string | undefined): string[] {
  const message = objectFrom(input);
  if (!message) return [`${shown(input)}, which is no JSON object`];
  const problems: string[] = [];
  if (message.trigger !== trigger) problems.push(`the trigger ${shown(message.trigger)}`);
  if (typeof message.ruleId !== "string" || ruleIdOf(message.ruleId) !== ruleIdOf(spec.ruleId))
    problems.push(`the rule ${shown(message.ruleId)}; deployed was ${shown(spec.ruleId)}`);
  if (message.scheduledTime !== SCHEDULED_TIME) problems.push(`the time ${shown(message.scheduledTime)}`);
  // A message without a payload gets the deployed one.
  if (message.payload !== undefined && !isDeepStrictEqual(message.payload, spec.payload ?? {}))
    problems.push("another payload than the deployed one");
  return problems;
}

function objectFrom(text: string | undefined): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function stateOf(enabled: boolean): string {
  return enabled ? "enabled" : "disabled";
}

/** Scheduler keeps whole seconds. */
function dateOf(instant: number | undefined): string {
  return instant === undefined || Number.isNaN(instant)
    ? "none"
    : new Date(Math.floor(instant / 1000) * 1000).toISOString();
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "none";
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`;
}
