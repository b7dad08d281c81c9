/** A JSON object, as a rule trigger's body must be. */
export type JsonObject = { [key: string]: JsonValue };
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;

/** A number somewhere in `value` that JavaScript can't hold to its last digit, as JSON.parse and other languages' programs give it. */
export function inexactNumber(value: JsonValue): number | undefined {
  if (typeof value === "number") return Math.abs(value) > Number.MAX_SAFE_INTEGER ? value : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  for (const part of Object.values(value)) {
    const found = inexactNumber(part);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A message for a queue. SQS takes all characters of JSON's text but two, which JSON doesn't escape as it does the others. */
export function queueText(message: object, indent?: number): string {
  return JSON.stringify(message, null, indent).replace(
    /[\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16)}`,
  );
}
