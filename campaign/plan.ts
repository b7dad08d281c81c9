import { occurrencesBetween } from "../lambda/schedule";
import { type PlannedCalendar, plannedCalendar } from "./calendar";
import { streamOf } from "./random";

/** A trigger that the campaign deploys. */
export interface PlannedTrigger extends PlannedCalendar {
  readonly name: string;
  readonly ruleId: string;
  readonly expression: string;
  readonly timezone: string;
  /** The amounts that its rule asks for, and those of them without which it isn't triggered. */
  readonly asks?: readonly string[];
  readonly holdUntilKnown?: readonly string[];
}

/** What one world runs, and for how long. */
export interface Plan {
  readonly triggers: readonly PlannedTrigger[];
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
}

const FROM = Date.parse("2027-01-01T00:00:00Z");
const YEAR_MS = 365 * 86_400_000;

/** Every kind of offset, and changes to and from daylight saving time in both hemispheres. */
const ZONES = [
  "America/New_York",
  "Europe/Berlin",
  "Australia/Lord_Howe",
  "America/Sao_Paulo",
  "Asia/Kolkata",
  "Pacific/Auckland",
  "UTC",
  "Africa/Casablanca",
  "America/St_Johns",
  "Asia/Tokyo",
];

/** The local hours that a change of time skips or repeats are among them. */
const EXPRESSIONS = [
  "cron(30 2 * * ? *)",
  "cron(0 9 * * ? *)",
  "cron(30 1 * * ? *)",
  "cron(0 0 * * ? *)",
  "cron(15 6,18 * * ? *)",
  "cron(0 12 ? * MON-FRI *)",
  "cron(45 23 L * ? *)",
  "cron(0 8 ? * 6#2 *)",
];

/**
 * Triggers that have at least `occurrences` in a year; the year ends when there were as many. `simple` ones run on every day of their
 * schedule, and whatever their amounts are.
 */
export function planOf(seed: number, occurrences: number, simple = false): Plan {
  const random = streamOf(seed, "plan");
  const features = streamOf(seed, "features of the plan");
  const triggers: PlannedTrigger[] = [];
  const instants: number[] = [];
  while (instants.length < occurrences) {
    const number = triggers.length + 1;
    const expression = random.pick(EXPRESSIONS);
    const trigger = {
      name: `trigger-${number}`,
      ruleId: `ru_${number}`,
      timezone: random.pick(ZONES),
      ...(simple ? { expression } : plannedCalendar(features, expression)),
      ...(!simple && features.chance(0.5) ? { asks: ["rent", "sweep"], holdUntilKnown: ["sweep"] } : {}),
    };
    triggers.push(trigger);
    instants.push(...occurrencesBetween(trigger, FROM, FROM + YEAR_MS));
  }
  instants.sort((a, b) => a - b);
  return { triggers, from: FROM, to: instants[occurrences - 1] ?? FROM };
}
