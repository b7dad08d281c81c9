import { isUnsafeName } from "./triggerName";

/** More than a rotation ever needs; every one is a way in. */
const MOST_LABELS = 10;

/** No label is shown: who takes it for the key itself has put a credential there. */
export function urlKeysProblem(value: unknown): string | undefined {
  const form = 'give a list of labels such as ["v2", "v1"], the one whose URLs are handed out first';
  if (!Array.isArray(value)) return `it is no list: ${form}`;
  if (value.length < 1 || value.length > MOST_LABELS)
    return `it has ${value.length} labels; 1 to ${MOST_LABELS} are allowed: ${form}`;
  for (const [index, label] of value.entries()) {
    if (typeof label !== "string" || !/^[A-Za-z0-9_-]{1,32}$/.test(label) || isUnsafeName(label))
      return `the label at position ${index + 1} is not allowed: give 1 to 32 letters, digits, _ and -`;
    if (value.indexOf(label) !== index) return `the label at position ${index + 1} is there twice: take one out`;
  }
  return undefined;
}
