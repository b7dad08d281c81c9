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
