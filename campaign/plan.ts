import { occurrencesBetween } from "../lambda/schedule";
import { type PlannedCalendar, plannedCalendar } from "./calendar";
import { type PlannedEvent, type PlannedEventTrigger, plannedEvents } from "./plannedEvents";
import { type Stream, streamOf } from "./random";

/** A trigger that the campaign deploys and that a schedule sets off. */
export interface PlannedTrigger extends PlannedEventTrigger, PlannedCalendar {
  readonly expression: string;
  readonly timezone: string;
}

/** What one world runs, and for how long. */
export interface Plan {
  readonly triggers: readonly PlannedTrigger[];
  readonly eventTriggers: readonly PlannedEventTrigger[];
  /** What is sent to them, in order. */
  readonly events: readonly PlannedEvent[];
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
}

export interface PlanOptions {
  /** Triggers run on every day of their schedule, whatever their amounts are, and there are no events. */
  readonly simple?: boolean;
  /** The part of the occurrences that are events. */
  readonly eventShare?: number;
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

/** Triggers and events that have at least `occurrences` in a year; the year ends when there were as many. */
export function planOf(seed: number, occurrences: number, options: PlanOptions = {}): Plan {
  const { simple = false, eventShare = simple ? 0 : 0.2 } = options;
  const random = streamOf(seed, "plan");
  const features = streamOf(seed, "features of the plan");
  const scheduled = occurrences - Math.floor(occurrences * eventShare);
  const triggers: PlannedTrigger[] = [];
  const instants: number[] = [];
  while (instants.length < scheduled) {
    const number = triggers.length + 1;
    const expression = random.pick(EXPRESSIONS);
    const trigger = {
      name: `trigger-${number}`,
      ruleId: `ru_${number}`,
      timezone: random.pick(ZONES),
      ...(simple ? { expression } : plannedCalendar(features, expression)),
      ...(simple ? {} : plannedAsks(features)),
    };
    triggers.push(trigger);
    instants.push(...occurrencesBetween(trigger, FROM, FROM + YEAR_MS));
  }
  instants.sort((a, b) => a - b);
  const to = instants[scheduled - 1] ?? FROM;
  const chances = streamOf(seed, "events of the plan");
  // The first has a rule that a schedule sets off, too.
  const eventTriggers = ["ru_1", "ru_events"].map((ruleId, index) => ({
    name: `events-${index + 1}`,
    ruleId,
    ...(simple ? {} : plannedAsks(chances)),
  }));
  const paydays = triggers[0] ? [...occurrencesBetween(triggers[0], FROM, to)] : [];
  const events = plannedEvents(chances, { count: occurrences - scheduled, eventTriggers, paydays, from: FROM, to });
  return { triggers, eventTriggers: events.length > 0 ? eventTriggers : [], events, from: FROM, to };
}

function plannedAsks(random: Stream): Pick<PlannedEventTrigger, "asks" | "holdUntilKnown"> {
  return random.chance(0.5) ? { asks: ["rent", "sweep"], holdUntilKnown: ["sweep"] } : {};
}
