import { NotRunError } from "../notRun";
import { AwsError } from "../types";

/** A value as DynamoDB's wire protocol carries it: one type name with the value. */
export type AttributeValue = { readonly [type: string]: string | boolean };
export type Item = { readonly [attribute: string]: AttributeValue };

const TYPES_NOT_RUN = ["B", "NULL", "SS", "NS", "BS", "L", "M"];
/** DynamoDB gives a number back without needless zeros and signs. Of these there is no other form. */
const PLAIN_NUMBER = /^(0|-?[1-9]\d{0,37}|-?(0|[1-9]\d{0,18})\.\d{0,18}[1-9])$/;

/** A copy of an item. Throws `ValidationException` for what isn't one, and `NotRunError` for types that the ledger doesn't have. */
export function checkedItem(given: unknown): Item {
  if (!isObject(given)) throw invalid("An item must be a map of attribute values");
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, checkedValue(value)]));
}

/** A copy of a value. Throws like `checkedItem`. */
export function checkedValue(given: unknown): AttributeValue {
  const [entry, second] = isObject(given) ? Object.entries(given) : [];
  if (second !== undefined)
    throw invalid(
      "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
    );
  const [type = "", content] = entry ?? [];
  if (TYPES_NOT_RUN.includes(type)) throw new NotRunError(`DynamoDB values of the type ${type}`);
  if (type === "S" && typeof content === "string") return { S: content };
  if (type === "BOOL" && typeof content === "boolean") return { BOOL: content };
  if (type === "N") return { N: numberOf(content) };
  if (type === "S") throw invalid("A string attribute value must be a string");
  if (type === "BOOL") throw invalid("The parameter cannot be converted to a boolean");
  throw invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
}

/** The type name of a value: `S`, `N` or `BOOL`. */
export function typeOf(value: AttributeValue): string {
  return Object.keys(value)[0] as string;
}

export function sameValue(a: AttributeValue, b: AttributeValue): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The size of an item in bytes, nearly as DynamoDB counts it. */
export function itemSize(item: Item): number {
  const sizeOf = (content: unknown) => (typeof content === "string" ? Buffer.byteLength(content) : 1);
  return Object.entries(item).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + sizeOf(Object.values(value)[0]),
    0,
  );
}

export function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function numberOf(content: unknown): string {
  if (typeof content !== "string" || content.trim() === "" || Number.isNaN(Number(content)))
    throw invalid("The parameter cannot be converted to a numeric value");
  if (!PLAIN_NUMBER.test(content)) throw new NotRunError(`DynamoDB numbers that are written as ${content}`);
  return content;
}
