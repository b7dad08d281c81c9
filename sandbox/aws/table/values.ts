import { AwsError } from "../types";
import { normalNumber } from "./number";

/** A value as DynamoDB's wire protocol carries it: one type name with the value. */
export type AttributeValue = { readonly [type: string]: unknown };
export type Item = { readonly [attribute: string]: AttributeValue };

const MAX_DEPTH = 32;

/** A copy of an item in its normal form. Throws `ValidationException` for what isn't one. */
export function normalItem(item: unknown, depth = 0): Item {
  if (!isObject(item)) throw invalid("An item must be a map of attribute values");
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, normalValue(value, depth)]));
}

/** A copy of a value in its normal form: numbers without needless digits, sets in order. */
export function normalValue(value: unknown, depth = 0): AttributeValue {
  if (depth > MAX_DEPTH) throw invalid("Nesting Levels have exceeded supported limits");
  const entries = isObject(value) ? Object.entries(value) : [];
  const [entry] = entries;
  if (entry === undefined)
    throw invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
  if (entries.length > 1)
    throw invalid(
      "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
    );
  const [type, content] = entry;
  return { [type]: normalContent(type, content, depth) };
}

/** The type name of a value: `S`, `N`, ... */
export function typeOf(value: AttributeValue): string {
  return Object.keys(value)[0] as string;
}

/** Both must be in normal form. */
export function sameValue(a: AttributeValue, b: AttributeValue): boolean {
  return canonical(a) === canonical(b);
}

/** The size of an item in bytes, nearly as DynamoDB counts it. */
export function itemSize(item: Item): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueSize(value), 0);
}

export function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function normalContent(type: string, content: unknown, depth: number): unknown {
  switch (type) {
    case "S":
    case "B":
      return requireText(content);
    case "N":
      return requireNumber(content);
    case "BOOL":
      if (typeof content !== "boolean") throw invalid("The parameter cannot be converted to a boolean");
      return content;
    case "NULL":
      if (content !== true) throw invalid("Null attribute value types must have the value of true");
      return true;
    case "SS":
    case "BS":
      return normalSet(content, requireText);
    case "NS":
      return normalSet(content, requireNumber);
    case "L":
      if (!Array.isArray(content)) throw invalid("A list attribute value must be a list");
      return content.map((entry) => normalValue(entry, depth + 1));
    case "M":
      return normalItem(content, depth + 1);
    default:
      throw invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
  }
}

function requireText(content: unknown): string {
  if (typeof content !== "string") throw invalid("A string or binary attribute value must be a string");
  return content;
}

function requireNumber(content: unknown): string {
  const number = typeof content === "string" ? normalNumber(content) : undefined;
  if (number === undefined) throw invalid("The parameter cannot be converted to a numeric value");
  return number;
}

function normalSet(content: unknown, normal: (entry: unknown) => string): string[] {
  if (!Array.isArray(content) || content.length === 0)
    throw invalid("One or more parameter values were invalid: An set may not be empty");
  const entries = content.map(normal).sort();
  if (new Set(entries).size !== entries.length)
    throw invalid("One or more parameter values were invalid: Input collection contains duplicates");
  return entries;
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, content) =>
    isObject(content) ? Object.fromEntries(Object.entries(content).sort(([a], [b]) => (a < b ? -1 : 1))) : content,
  );
}

function valueSize(value: AttributeValue): number {
  const [[type, content] = ["", ""]] = Object.entries(value);
  if (type === "L") return (content as AttributeValue[]).reduce((sum, entry) => sum + 1 + valueSize(entry), 3);
  if (type === "M") return 3 + itemSize(content as Item);
  if (Array.isArray(content)) return content.reduce<number>((sum, entry) => sum + Buffer.byteLength(String(entry)), 0);
  return typeof content === "string" ? Buffer.byteLength(content) : 1;
}
