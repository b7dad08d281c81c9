import { type TriggerSpec, triggerEnvironment } from "../../lambda/agreements/triggerConfig";
import { nextOccurrence, type Sandbox } from "../../sandbox";

/** A schedule of the program, and when something happens next. */
export interface Upcoming {
  readonly name: string;
  readonly expression: string;
  readonly timezone: string;
  readonly enabled: boolean;
  /** Milliseconds since the epoch; none if it is disabled or over. */
  readonly next: number | undefined;
  /** The days that are left out, in words; empty if there are none. */
  readonly leavesOut: string;
}

/** The program's schedules. Scheduler fires on days that the trigger function leaves out too; these aren't the next ones. */
export function upcomingOf({ cloud, clock, deployment }: Sandbox): Upcoming[] {
  const specs = new Map<string, TriggerSpec["schedule"]>();
  for (const { type, inputs, archives } of deployment.resources) {
    if (type !== "aws:lambda/function:Function") continue;
    const group = environmentOf(inputs)[triggerEnvironment.scheduleGroup];
    for (const { schedule } of triggersIn(archives.code?.["config.json"]))
      specs.set(`${group}/${schedule.name}`, schedule);
  }
  return cloud.scheduler.schedules().map((schedule) => {
    const spec = specs.get(`${schedule.group}/${schedule.name}`);
    if (!spec || !schedule.enabled) return { ...schedule, leavesOut: spec ? inWords(spec) : "" };
    return { ...schedule, next: nextOccurrence(spec, clock.now()), leavesOut: inWords(spec) };
  });
}

function environmentOf(inputs: Record<string, unknown>): Record<string, unknown> {
  const { environment } = inputs as { environment?: { variables?: Record<string, unknown> } };
  return environment?.variables ?? {};
}

/** The triggers of a function's configuration; none for a function that has no such file, or another one. */
function triggersIn(file: Buffer | undefined): TriggerSpec[] {
  try {
    return Object.values((JSON.parse(String(file)) as { triggers?: Record<string, TriggerSpec> }).triggers ?? {});
  } catch {
    return [];
  }
}

function inWords({ everyWeeks, from, skipDates = [] }: TriggerSpec["schedule"]): string {
  const weeks = everyWeeks === undefined ? [] : [`every ${everyWeeks} weeks from ${from}`];
  return [...weeks, ...(skipDates.length > 0 ? [`not on ${skipDates.join(", ")}`] : [])].join(", ");
}
