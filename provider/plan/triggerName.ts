import { shown } from "../../lambda/agreements/shown";

/** The name of the daily check's schedule in its group; no trigger can have it. */
export const HEARTBEAT_NAME = "sequence-heartbeat";

/** Names that mean something to JavaScript's objects. */
const UNSAFE_NAMES: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype).concat("prototype"));

/** A trigger's name is also its schedule's, for which AWS takes these: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html */
export function triggerNameProblem(name: string): string | undefined {
  if (!/^[A-Za-z0-9_.-]{1,64}$/.test(name))
    return `the name ${shown(name)} is not allowed: give 1 to 64 letters, digits, and characters of _ . -`;
  if (name === HEARTBEAT_NAME) return `the name ${shown(name)} belongs to the daily check: choose another one`;
  if (isUnsafeName(name)) return `the name ${shown(name)} means something else to JavaScript: choose another one`;
  return undefined;
}

/** Whether a map's key of that name would meet a property that every JavaScript object has. */
export function isUnsafeName(name: string): boolean {
  return UNSAFE_NAMES.has(name);
}
