import { shown } from "../agreements/shown";

/** A schedule that isn't valid. The message says what it is, what it must be and what to write instead. */
export class ScheduleError extends Error {
  override readonly name = "ScheduleError";
}

/** One of the six fields. */
export interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** The names of the values, the first one that of `min`. */
  readonly names?: readonly string[];
  /** Whether `/` is in AWS's table for the field. */
  readonly steps: boolean;
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/** AWS's table of fields: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based */
export const fields = {
  minutes: { name: "minutes", min: 0, max: 59, steps: true },
  hours: { name: "hours", min: 0, max: 23, steps: true },
  dayOfMonth: { name: "day-of-month", min: 1, max: 31, steps: true },
  month: { name: "month", min: 1, max: 12, names: MONTHS, steps: true },
  dayOfWeek: { name: "day-of-week", min: 1, max: 7, names: WEEKDAYS, steps: false },
  year: { name: "year", min: 1970, max: 2199, steps: true },
} as const satisfies Record<string, Field>;

/** The values that a field's list of values, ranges and steps stands for, ascending and each once. */
export function parseValues(field: Field, text: string): number[] {
  const values = new Set<number>();
  for (const part of text.split(",")) for (const value of parsePart(field, part, text)) values.add(value);
  return [...values].sort((a, b) => a - b);
}

/** One value of a field: a number in range or a name. `text` is the whole field, for the message. */
export function parseNumber(field: Field, value: string, text: string): number {
  const named = field.names?.indexOf(value.toUpperCase()) ?? -1;
  if (named >= 0) {
    if (value !== value.toUpperCase()) throw refuse(field, text, `write ${value.toUpperCase()} in capitals`);
    return field.min + named;
  }
  const number = /^\d{1,4}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= field.min && number <= field.max) return number;
  if (field.name === "day-of-week" && number === 0) throw refuse(field, text, "Sunday is 1 here, not 0");
  throw refuse(field, text);
}

function parsePart(field: Field, part: string, text: string): number[] {
  const [range = "", step, ...rest] = part.split("/");
  if (rest.length > 0 || part === "") throw refuse(field, text);
  const by = step === undefined ? undefined : parseStep(field, step, text);
  const [from, to] = parseRange(field, range, by, text);
  const values: number[] = [];
  for (let value = from; value <= to; value += by ?? 1) values.push(value);
  if (step !== undefined && !field.steps)
    throw refuse(
      field,
      text,
      `steps are not allowed in this field: write ${values.map((day) => nameOf(field, day)).join(",")}`,
    );
  return values;
}

function parseRange(field: Field, range: string, step: number | undefined, text: string): [number, number] {
  if (range === "*") {
    if (step === undefined && text !== "*") throw refuse(field, text, "* already is every value: write it alone");
    return [field.min, field.max];
  }
  if (range === "?") throw refuse(field, text, "? stands alone, in one of the two day fields: write * for every value");
  const [first = "", last, ...rest] = range.split("-");
  if (rest.length > 0) throw refuse(field, text);
  const from = parseNumber(field, first, text);
  if (last === undefined) return [from, step === undefined ? from : field.max];
  const to = parseNumber(field, last, text);
  if (to < from)
    throw refuse(field, text, `a range goes upwards: write ${upwards(field, from, to, step)} for ${range}`);
  return [from, to];
}

/** A range that ends before it starts, written so that it has one meaning: `FRI,SAT,SUN,MON` for `FRI-MON`. */
function upwards(field: Field, from: number, to: number, step = 1): string {
  const span = (first: number, last: number) =>
    first === last ? nameOf(field, first) : `${nameOf(field, first)}-${nameOf(field, last)}`;
  // Years don't begin again after the last one.
  if (field.name === "year") return span(to, from);
  const size = field.max - field.min + 1;
  const values: number[] = [];
  for (let value = from; value <= to + size; value += step) values.push(((value - field.min) % size) + field.min);
  if (step === 1 && values.length > 7) return `${span(from, field.max)},${span(field.min, to)}`;
  return values.map((value) => nameOf(field, value)).join(",");
}

function parseStep(field: Field, step: string, text: string): number {
  const by = /^\d{1,4}$/.test(step) ? Number(step) : 0;
  const largest = field.max - field.min;
  if (by < 1 || by > largest) throw refuse(field, text, `a step is a whole number from 1 to ${largest}`);
  return by;
}

function nameOf(field: Field, value: number): string {
  return field.names?.[value - field.min] ?? String(value);
}

function refuse(field: Field, text: string, hint?: string): ScheduleError {
  const names = field.names ? ` or ${field.names[0]}-${field.names.at(-1)}` : "";
  const marks = field.steps ? "lists (a,b), ranges (a-b) and steps (a/n)" : "lists (a,b) and ranges (a-b)";
  return new ScheduleError(
    `${field.name} is ${shown(text)}; it must be made of ${field.min}-${field.max}${names}, ${marks}${hint ? `; ${hint}` : ""}`,
  );
}
