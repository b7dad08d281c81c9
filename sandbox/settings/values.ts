import * as v from "valibot";
import type { JsonValue } from "../../lambda/client/types";
import { isPlainMap, kindOf, Numeral, unresolved, type YamlValue } from "./document";
import { didYouMean } from "./problems";

/** A balance beyond this is a slip of the pen, and all sums of them stay exact. 1,000,000,000 dollars. */
export const LARGEST_BALANCE_CENTS = 100_000_000_000;
const LARGEST_BALANCE_DOLLARS = LARGEST_BALANCE_CENTS / 100;

const INSTANT = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/;

/** Takes the value's kind as the file has it, never the value. */
export function mustBe(wanted: string): (issue: { input: unknown }) => string {
  return ({ input }) => `must be ${wanted}; it is ${kindOf(input)}.`;
}

export const text = v.pipe(v.string(mustBe("text")), v.regex(/\S/, "must not be empty."));

const numeral = v.custom<Numeral>(
  (value) => value instanceof Numeral,
  mustBe('a number without quotes or signs other than "-"'),
);

/** Text, or a number as it is written: ids look like numbers to YAML. */
export const textOrNumber = v.union(
  [
    text,
    v.pipe(
      numeral,
      v.transform(({ written }) => written),
    ),
  ],
  mustBe("text"),
);

/** Dollars as whole cents, read from the digits as they are written. */
export const dollars = v.pipe(
  numeral,
  v.metadata({ minimum: -LARGEST_BALANCE_DOLLARS, maximum: LARGEST_BALANCE_DOLLARS }),
  v.rawTransform(({ dataset: { value }, addIssue, NEVER }) => {
    const refuse = (message: string) => {
      addIssue({ message });
      return NEVER;
    };
    const match = /^(-?)(\d+)(?:\.(\d*))?$/.exec(value.written);
    if (!match) return refuse(`must be written in plain digits such as 25342.77; it is ${value.written}.`);
    const [, sign, whole = "", fraction = ""] = match;
    const parts = fraction.replace(/0+$/, "");
    if (parts.length > 2) return refuse(`${value.written} has a fraction of a cent; at most two decimals are allowed.`);
    const cents = Number(whole) * 100 + Number(parts.padEnd(2, "0"));
    if (cents > LARGEST_BALANCE_CENTS)
      return refuse(`must be from -1000000000 to 1000000000 dollars; it is ${value.written}.`);
    return sign === "-" && cents !== 0 ? -cents : cents;
  }),
);

/** The amount of a transfer, in cents. */
export const cents = v.pipe(
  numeral,
  v.check(
    ({ written }) => /^\d+$/.test(written) && Number(written) <= LARGEST_BALANCE_CENTS,
    ({ input }) => `must be a whole number of cents from 0 to ${LARGEST_BALANCE_CENTS}; it is ${input.written}.`,
  ),
  v.metadata({ type: "integer", minimum: 0, maximum: LARGEST_BALANCE_CENTS }),
  v.transform(({ written }) => Number(written)),
);

/** A date and time with its offset, as milliseconds since the epoch. */
export const instant = v.pipe(
  text,
  v.metadata({ pattern: INSTANT.source }),
  v.rawTransform(({ dataset: { value }, addIssue, NEVER }) => {
    const wanted = "must be a date and time with its offset, such as 2026-12-01T08:00:00-05:00";
    const match = INSTANT.exec(value);
    const at = Date.parse(value);
    const [, year = 0, month = 0, day = 0] = match?.map(Number) ?? [];
    // Date.parse makes March 2 of February 30.
    const daysInMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
    if (match && !Number.isNaN(at) && day <= daysInMonth) return at;
    addIssue({ message: `${wanted}; ${match ? `there is no such date or time as "${value}"` : `it is "${value}"`}.` });
    return NEVER;
  }),
);

/** A value of the program's configuration. */
export const configValue = v.pipe(
  v.unknown(),
  v.metadata({ type: ["string", "number", "boolean", "object", "array"] }),
  v.rawTransform(({ dataset: { value }, addIssue, NEVER }): JsonValue => {
    const problem = problemOfConfig(value);
    if (problem === undefined) return toJson(value);
    addIssue({ message: problem });
    return NEVER;
  }),
);

function problemOfConfig(value: YamlValue): string | undefined {
  if (value === null) return "must be text, a number, true, false, or an object.";
  if (hasUnresolved(value)) return "has an alias without its anchor (put text that starts with * in quotes).";
  if (value instanceof Numeral && !isExact(value.value))
    return "the number has too many digits to be kept exactly: put it in quotes.";
  return undefined;
}

function isExact(number: number): boolean {
  return Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number));
}

function hasUnresolved(value: YamlValue): boolean {
  if (isPlainMap(value) || Array.isArray(value)) return Object.values(value).some(hasUnresolved);
  return value === unresolved;
}

function toJson(value: YamlValue): JsonValue {
  if (value instanceof Numeral) return value.value;
  if (Array.isArray(value)) return value.map(toJson);
  if (isPlainMap(value)) return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, toJson(entry)]));
  return value as JsonValue;
}

/** A map whose keys are the user's own. */
export function mapOf<Value>(
  value: v.GenericSchema<unknown, Value>,
  key: v.GenericSchema<string, string> = v.string(),
) {
  return mapsOnly(v.record(key, value), "a map of names to values");
}

/** A map that has these keys and no others. */
export function fields<Entries extends v.ObjectEntries>(entries: Entries) {
  const allowed = Object.keys(entries);
  const listed = allowed.join(", ");
  return v.pipe(
    mapsOnly(
      v.looseObject(entries, ({ expected }) => `${expected?.replaceAll('"', "")} is missing.`),
      `a map with ${listed}`,
    ),
    v.rawCheck(({ dataset: { value }, addIssue }) => {
      if (!isPlainMap(value)) return;
      for (const key of Object.keys(value).filter((candidate) => !allowed.includes(candidate)))
        addIssue({
          message: `unknown key. Allowed: ${listed}.${didYouMean(key, allowed)}`,
          path: [{ type: "object", origin: "value", input: value, key, value: value[key] }],
        });
    }),
    v.metadata({ additionalProperties: false }),
  ) as unknown as v.SchemaWithPipe<readonly [v.ObjectSchema<Entries, undefined>]>;
}

/** Adds to `schema` that its map has exactly one of two keys. */
export function eitherOf<Schema extends v.GenericSchema>(schema: Schema, keys: [string, string], message: string) {
  const [one, other] = keys;
  return v.pipe(
    schema,
    v.rawCheck(({ dataset: { value }, addIssue }) => {
      if (isPlainMap(value) && one in value === other in value) addIssue({ message });
    }),
    v.metadata({ oneOf: keys.map((key) => ({ required: [key] })) }),
  );
}

/** Valibot would take lists and `Numeral`s for maps. */
function mapsOnly<Schema extends v.GenericSchema>(schema: Schema, wanted: string): Schema {
  const refusal = v.custom(isPlainMap, mustBe(wanted));
  const run: Schema["~run"] = (dataset, config) =>
    (isPlainMap(dataset.value) ? schema : refusal)["~run"](dataset, config);
  return { ...schema, "~run": run };
}
