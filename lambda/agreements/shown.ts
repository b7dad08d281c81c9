/** A value as a message shows it: on one line, a text cut after `longest` characters. Not for what may be a credential. */
export function shown(value: unknown, longest = 80): string {
  if (typeof value === "string") return JSON.stringify(value.length > longest ? `${value.slice(0, longest)}…` : value);
  if (Object.is(value, -0)) return "-0";
  if (typeof value === "number" || typeof value === "boolean" || value === null || value === undefined)
    return String(value);
  if (typeof value === "object") return Array.isArray(value) ? "a list" : "an object";
  return `a value of type ${typeof value}`;
}

/** How a message about a value begins. */
export function being(value: unknown): string {
  return value === undefined ? "is missing" : `is ${shown(value)}`;
}

/** The same for a value that may be a credential: it is not shown, only its type. */
export function beingSecret(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? `is a ${typeof value}` : being(value);
}

/** `text` as UTF-8 can hold it: a text that was cut may end in half a character, which AWS's services don't take. */
export function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}
