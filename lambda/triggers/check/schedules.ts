import { isDeepStrictEqual } from "node:util";
import { ruleIdOf } from "../../agreements/ruleId";
import { shown } from "../../agreements/shown";
import { type ScheduledSpec, scheduledTriggers, type TriggerSpec } from "../../agreements/triggerConfig";
import { SCHEDULED_TIME } from "../../agreements/workMessage";
import type { Delivery, DeployedSchedule, TriggerDeps } from "../ports";

/** By trigger; an error if it couldn't be read, undefined if there is none. */
export type Deployed = ReadonlyMap<string, DeployedSchedule | Error | undefined>;

/** The key of the daily check's own schedule. No trigger has this name. */
export const OWN_SCHEDULE = "";

/** Scheduler allows an account 250 to 1,000 reads a second. The client repeats a read that was refused for that. */
const READ_AT_A_TIME = 8;
/** The rest of the time is kept for the occurrences, because they matter more. */
const SHARE_OF_TIME = 0.4;

/** Reads every trigger's schedule. If time runs out, the others have an error that says so. */
export async function readSchedules({ config, schedules }: TriggerDeps, delivery: Delivery): Promise<Deployed> {
  const names = scheduledTriggers(config).map(([trigger, spec]) => [trigger, spec.schedule.name] as const);
  const all = config.heartbeatScheduleName ? [...names, [OWN_SCHEDULE, config.heartbeatScheduleName] as const] : names;
  const leastMs = delivery.remainingMs() * (1 - SHARE_OF_TIME);
  const read = async (name: string) => {
    if (delivery.remainingMs() < leastMs) return new Error("the daily check ran out of time");
    return schedules.get(name).catch((error) => (error instanceof Error ? error : new Error(String(error))));
  };
  const found = new Map<string, DeployedSchedule | Error | undefined>();
  await concurrently(all, READ_AT_A_TIME, async ([trigger, name]) => found.set(trigger, await read(name)));
  return found;
}

/** In what the schedules differ from what was deployed, as sentences. */
export function scheduleProblems({ config }: Pick<TriggerDeps, "config">, deployed: Deployed): string[] {
  const problems = scheduledTriggers(config).flatMap(([trigger, spec]) =>
    problemsOfOne(trigger, spec, deployed.get(trigger)),
  );
  return config.heartbeatScheduleName
    ? [...problems, ...ownScheduleProblems(config.heartbeatScheduleName, deployed.get(OWN_SCHEDULE))]
    : problems;
}

function ownScheduleProblems(name: string, own: DeployedSchedule | Error | undefined): string[] {
  const title = `The daily check's schedule "${name}"`;
  if (own === undefined) return [`${title} doesn't exist.`];
  if (own instanceof Error) return [`${title} can't be read: ${own.name}: ${own.message}`];
  return own.enabled ? [] : [`${title} is disabled.`];
}

/** In what a trigger's schedule differs from what was deployed, as sentences. `actual` is an error if it couldn't be read. */
function problemsOfOne(
  trigger: string,
  { schedule: expected, ...spec }: ScheduledSpec,
  actual: DeployedSchedule | Error | undefined,
): string[] {
  const title = `The schedule "${expected.name}" of trigger "${trigger}"`;
  if (actual === undefined) return [`${title} doesn't exist. Deploy again.`];
  if (actual instanceof Error) return [`${title} can't be read: ${actual.name}: ${actual.message}`];
  const differ = (what: string, is: string, deployed: string) =>
    is === deployed ? [] : [`${title} has ${what} ${whole(is)}; deployed was ${whole(deployed)}. Deploy again.`];
  return [
    ...differ("the state", stateOf(actual.enabled), stateOf(expected.enabled)),
    ...differ("the expression", actual.expression, expected.expression),
    ...differ("the time zone", actual.timezone, expected.timezone),
    // The function keeps to the dates itself: see lifecycle/decide.ts.
    ...differ("the start date", dateOf(actual.startsAt), dateOf(undefined)),
    ...differ("the end date", dateOf(actual.endsAt), dateOf(undefined)),
    ...inputProblems(trigger, spec, actual.input).map((problem) => `${title} sends ${problem}. Deploy again.`),
  ];
}

function inputProblems(trigger: string, spec: Omit<TriggerSpec, "schedule">, input: string | undefined): string[] {
  const message = objectFrom(input);
  if (!message) return [input === undefined ? "nothing" : `${whole(input)}, which is no JSON object`];
  const problems: string[] = [];
  const sent = (what: string, value: unknown) => (value === undefined ? `no ${what}` : `the ${what} ${whole(value)}`);
  if (message.trigger !== trigger) problems.push(sent("trigger", message.trigger));
  if (typeof message.ruleId !== "string" || ruleIdOf(message.ruleId) !== ruleIdOf(spec.ruleId))
    problems.push(`${sent("rule", message.ruleId)}; deployed was ${whole(spec.ruleId)}`);
  if (message.scheduledTime !== SCHEDULED_TIME) problems.push(sent("time", message.scheduledTime));
  // A message without a payload gets the deployed one.
  if (message.payload !== undefined && !isDeepStrictEqual(message.payload, spec.payload ?? {}))
    problems.push("another payload than the deployed one");
  return problems;
}

/** The longest expression that Scheduler takes is shown whole, because two may differ only at their ends. */
function whole(value: unknown): string {
  return shown(value, 256);
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

/** The results of `work` in the order of `items`, with at most `limit` at work at a time. */
export async function concurrently<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  // All workers take from one iterator, so each item is taken once.
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}
