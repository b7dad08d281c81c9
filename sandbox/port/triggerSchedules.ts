import { type TriggerSchedule, type TriggerSpec, triggerEnvironment } from "../../lambda/agreements/triggerConfig";
import { happensAt, nextOccurrence } from "../../lambda/schedule";
import type { LocalCloud } from "../aws/localCloud";
import type { DeclaredResource } from "../engine";
import { objectIn } from "./triggersDeclared";
import type { ScheduleSummary } from "./types";

/**
 * The schedules as they are now. Scheduler also fires before and after a trigger's dates and on days that the trigger leaves out; these
 * aren't the next occurrence.
 */
export function summariesOf(
  scheduler: Pick<LocalCloud["scheduler"], "schedules">,
  resources: readonly DeclaredResource[],
  now: number,
): ScheduleSummary[] {
  const triggers = triggerSchedules(resources);
  return scheduler.schedules().map((schedule) => {
    const trigger = triggers.get(`${schedule.group}/${schedule.name}`);
    if (!trigger) return { ...schedule, leavesOut: "" };
    const next = schedule.enabled ? nextOccurrence(trigger, now) : undefined;
    return { ...schedule, next, leavesOut: leftOutInWords(trigger) };
  });
}

/** Why nothing is to happen although the schedule of this name fires at the instant, in words. */
export function whyLeftOut(resources: readonly DeclaredResource[], name: string, instant: number): string {
  const trigger = [...triggerSchedules(resources).values()].find((each) => each.name === name);
  if (!trigger) return "it was left out when it fired";
  const { expression, timezone, startDate, endDate, everyWeeks, from, skipDates } = trigger;
  const plain = { expression, timezone };
  if (startDate !== undefined && !happensAt({ ...plain, startDate }, instant))
    return `it is before its startDate ${startDate}`;
  if (endDate !== undefined && !happensAt({ ...plain, endDate }, instant)) return `it is after its endDate ${endDate}`;
  if (skipDates !== undefined && !happensAt({ ...plain, skipDates }, instant))
    return "its skipDates leave out that day";
  if (everyWeeks !== undefined && from !== undefined && !happensAt({ ...plain, everyWeeks, from }, instant))
    return `it runs every ${everyWeeks} weeks from ${from}, and this is no week of it`;
  return "it was left out when it fired";
}

/** The schedules of the triggers in the functions' configurations, by group and name. */
function triggerSchedules(resources: readonly DeclaredResource[]): Map<string, TriggerSchedule> {
  const found = new Map<string, TriggerSchedule>();
  for (const { type, inputs, archives } of resources) {
    const file = archives.code?.["config.json"];
    if (type !== "aws:lambda/function:Function" || file === undefined) continue;
    const { environment } = inputs as { environment?: { variables?: Record<string, unknown> } };
    const group = environment?.variables?.[triggerEnvironment.scheduleGroup];
    const { triggers = {} } = objectIn(String(file)) as { triggers?: Record<string, TriggerSpec> };
    for (const { schedule } of Object.values(triggers)) if (schedule) found.set(`${group}/${schedule.name}`, schedule);
  }
  return found;
}

function leftOutInWords({ everyWeeks, from, skipDates = [] }: TriggerSchedule): string {
  const weeks = everyWeeks === undefined ? [] : [`every ${everyWeeks} weeks from ${from}`];
  return [...weeks, ...(skipDates.length > 0 ? [`not on ${skipDates.join(", ")}`] : [])].join(", ");
}
