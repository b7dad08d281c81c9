import type { Delivery, DeployedSchedule, TriggerDeps } from "../ports";
import { concurrently } from "./concurrently";

/** By trigger; an error if it couldn't be read, undefined if there is none. */
export type Deployed = ReadonlyMap<string, DeployedSchedule | Error | undefined>;

/** Under this name is the daily check's own schedule. No trigger has it. */
export const OWN_SCHEDULE = "";

/** Scheduler takes 250 to 1,000 reads a second from the whole account, and the client repeats one that was refused for that. */
const READ_AT_A_TIME = 8;
/** The rest of the time is for the occurrences, which is what the check is for. */
const SHARE_OF_TIME = 0.4;

/** Reads every trigger's schedule. One that there is no time for has an error that says so. */
export async function readSchedules({ config, schedules }: TriggerDeps, delivery: Delivery): Promise<Deployed> {
  const names = Object.entries(config.triggers).map(([trigger, spec]) => [trigger, spec.schedule.name] as const);
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
