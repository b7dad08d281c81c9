import { SHORTEST_CREDENTIAL, tooShort } from "../agreements/credentialLength";
import { conceal } from "../log";
import { howToFill, SecretError } from "./error";

/**
 * The value that `text` holds for `field`, or `undefined` if it is JSON without one. The word Bearer, which people copy
 * along, is taken off.
 */
export function valueIn(text: string, field: string): string | undefined {
  const value = text.startsWith("{") ? fieldOf(text, field) : text;
  return value?.trim().replace(/^Bearer\s+/i, "") || undefined;
}

function fieldOf(text: string, field: string): string | undefined {
  try {
    const fields = JSON.parse(text) as Record<string, unknown>;
    const value = Object.hasOwn(fields, field) ? fields[field] : undefined;
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The value that `text` holds, or an error that says what is wrong with the secret. Log lines never show the value from then on. */
export function credentialIn(text: string, arn: string, field: string): string {
  const value = valueIn(text, field);
  if (value === undefined) throw withoutValue(text, arn, field);
  conceal(value);
  // The value is sent in a header, after "Bearer ".
  if (!/^[\x21-\x7e]+$/.test(value) || value.includes('"'))
    throw new SecretError(
      "SECRET_MALFORMED",
      arn,
      `The value in secret ${arn} is no credential: it has a space, a quotation mark, a line break or a character outside ` +
        `ASCII in it. Store it alone, without quotation marks. ${howToFill(arn, field)}`,
    );
  if (value.length < SHORTEST_CREDENTIAL)
    throw new SecretError(
      "SECRET_MALFORMED",
      arn,
      `The value in secret ${arn} ${tooShort(value)}. ${howToFill(arn, field)}`,
    );
  return value;
}

function withoutValue(text: string, arn: string, field: string): SecretError {
  if (isJson(text))
    return new SecretError(
      "SECRET_FIELD_MISSING",
      arn,
      `Secret ${arn} is a JSON object without text under "${field}". Store the value alone, or JSON with the value under ` +
        `"${field}" beside the fields that are there. ${howToFill(arn, field)}`,
    );
  return new SecretError(
    "SECRET_MALFORMED",
    arn,
    `Secret ${arn} begins like JSON and is none. Store the value alone, or {"${field}":"<value>"}. ${howToFill(arn, field)}`,
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
