import { inexactNumber, type JsonObject } from "../../lambda/agreements/json";

/** Scheduler would take 256 KB, but a payload is only a note to the rule. */
const LARGEST_PAYLOAD_BYTES = 65_536;
const DEEPEST_PAYLOAD = 100;

/** Values are not shown, because a payload may be private. */
export function payloadProblem(value: unknown): string | undefined {
  if (!isPlainObject(value)) return `is ${kindOf(value)}; it must be a JSON object such as {"note": "payday"}`;
  const wrong = notJson(value, "", 0);
  if (wrong !== undefined) return wrong;
  const number = inexactNumber(value as JsonObject);
  if (number !== undefined)
    return `has the number ${number}, of which digits may be lost already; it must have none above ${Number.MAX_SAFE_INTEGER}: write it as text`;
  const text = JSON.stringify(value);
  const bytes = Buffer.byteLength(text);
  if (bytes > LARGEST_PAYLOAD_BYTES)
    return `has ${bytes} bytes as JSON; it must have at most ${LARGEST_PAYLOAD_BYTES}: leave something out`;
  if (text.includes("<aws."))
    return "contains <aws., which EventBridge Scheduler would replace, so that tries would differ: write it differently";
  return undefined;
}

/** What JSON would silently drop or change. */
function notJson(value: unknown, path: string, depth: number): string | undefined {
  if (value === null || typeof value === "string" || typeof value === "boolean") return undefined;
  if (typeof value === "number" && Number.isFinite(value)) return undefined;
  if (depth > DEEPEST_PAYLOAD)
    return `is nested more than ${DEEPEST_PAYLOAD} levels deep, or contains itself; it must not: flatten it`;
  if (!Array.isArray(value) && !isPlainObject(value))
    return `has ${kindOf(value)} at ${path}, which JSON doesn't have; it must be made of text, numbers, true, false, null, lists and objects`;
  for (const [key, part] of Object.entries(value)) {
    const wrong = notJson(part, path === "" ? key : `${path}.${key}`, depth + 1);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (value === null) return "null";
  return typeof value === "number" ? String(value) : `a value of type ${typeof value}`;
}
