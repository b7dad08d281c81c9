import { shown } from "../../lambda/agreements/shown";

/** The name of the daily check's schedule in its group; no trigger can have it. */
export const HEARTBEAT_NAME = "sequence-heartbeat";

/** Names that mean something to JavaScript's objects. */
const UNSAFE_NAMES: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype).concat("prototype"));

/** A trigger's name is also its schedule's, for which AWS takes these: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html */
export function triggerNameProblem(name: string): string | undefined {
  if (!/^[A-Za-z0-9_.-]{1,64}$/.test(name))
    return `is named ${shown(name)}; a name must be 1 to 64 letters, digits, and characters of _ . -`;
  if (name === HEARTBEAT_NAME) return `is named ${shown(name)}, which belongs to the daily check: choose another name`;
  if (isUnsafeName(name))
    return `is named ${shown(name)}, which means something else to JavaScript: choose another name`;
  return undefined;
}

/** Whether every JavaScript object has a property of that name. */
function isUnsafeName(name: string): boolean {
  return UNSAFE_NAMES.has(name);
}

/** No rotation needs more, and every label is one more way in. */
const MOST_LABELS = 10;

/** No label is shown: somebody who takes the label for the key has put a credential there. */
export function urlKeysProblem(value: unknown): string | undefined {
  const form = `it must be a list of 1 to ${MOST_LABELS} labels such as ["v2", "v1"], the one whose URLs are handed out first`;
  if (!Array.isArray(value)) return `is no list; ${form}`;
  if (value.length < 1 || value.length > MOST_LABELS) return `has ${value.length} labels; ${form}`;
  for (const [index, label] of value.entries()) {
    if (typeof label !== "string" || !/^[A-Za-z0-9_-]{1,32}$/.test(label) || isUnsafeName(label))
      return `has a label at position ${index + 1} that isn't allowed; it must be 1 to 32 letters, digits, _ and -`;
    if (value.indexOf(label) !== index)
      return `has the label at position ${index + 1} twice; it must be there once: take one out`;
  }
  return undefined;
}
