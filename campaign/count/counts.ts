/**
 * The result of one world, as JSON. `occurrences` is the sum of `executedOnce`, `executedTwice`, `queued`, `skipped`, `leftOutLater` and
 * `lost`.
 */
export interface Counts {
  /** Of schedules and of events. */
  occurrences: number;
  /** Those of them that are events. */
  events: number;
  executedOnce: number;
  /** Twice or more. */
  executedTwice: number;
  /** Not executed, and in the failure queue. */
  queued: number;
  /** Not executed, and in the mail about what a pause has skipped. */
  skipped: number;
  /** Not executed, because people left its day out after Scheduler had fired. */
  leftOutLater: number;
  /** Not executed, and told to nobody. */
  lost: number;
  /** Amounts that were answered with 200 and weren't right. */
  wrongAmounts: number;
  /** Executed by a request that began after the age limit. */
  late: number;
  /** Told "not executed", and executed by one of the program's own tries. */
  toldNoYetExecuted: number;
  /** Told "it isn't known". */
  toldUnknown: number;
  /** In the failure queue without a mail: SNS was down. */
  withoutMail: number;
  /** Amounts that were asked for, and how many were answered with an error. */
  amountsAsked: number;
  amountErrors: number;
  /** Different bodies under one key. */
  changedBodies: number;
  /** Executed, or told of, on a day that the calendar leaves out. */
  leftOutYetRun: number;
  /** Executed although nothing was due: neither Scheduler nor a sender of events had asked for it. */
  unplanned: number;
  /** Calls of a delivery that began while the stop switch was on. */
  calledWhilePaused: number;
  /** Claimed for the first time although an amount that must be known wasn't. */
  triedUnknown: number;
  /** Mails that say that an event was executed, which nobody had sent by hand. */
  needlessMails: number;
  /** Mails that say that no rule asked for an amount which one had asked for, and digests with a wrong number. */
  untrueMails: number;
  /** Completed daily checks after which nobody had been told of an amount that no rule asked for, or had the month's digest. */
  untold: number;
  /** Calls of a rule before the time that Sequence asked to wait was over. */
  calledTooSoon: number;
  /** Calls for an event while a scheduled occurrence of its rule waited after a 429. */
  eventsFirst: number;
}

const COUNT_NAMES = [
  "occurrences",
  "events",
  "executedOnce",
  "executedTwice",
  "queued",
  "skipped",
  "leftOutLater",
  "lost",
  "wrongAmounts",
  "late",
  "toldNoYetExecuted",
  "toldUnknown",
  "withoutMail",
  "amountsAsked",
  "amountErrors",
  "changedBodies",
  "leftOutYetRun",
  "unplanned",
  "calledWhilePaused",
  "triedUnknown",
  "needlessMails",
  "untrueMails",
  "untold",
  "calledTooSoon",
  "eventsFirst",
] as const satisfies readonly (keyof Counts)[];

/** The counts that must be 0 where something is promised. */
export const FORBIDDEN = [
  "executedTwice",
  "lost",
  "wrongAmounts",
  "late",
  "toldNoYetExecuted",
  "changedBodies",
  "leftOutYetRun",
  "unplanned",
  "calledWhilePaused",
  "triedUnknown",
  "needlessMails",
  "untrueMails",
  "untold",
] as const;

/** What is counted as it happens, and not reckoned from the occurrences at the end. */
export type Happening =
  | "calledWhilePaused"
  | "triedUnknown"
  | "needlessMails"
  | "untrueMails"
  | "untold"
  | "calledTooSoon"
  | "eventsFirst";

export function noCounts(): Counts {
  return Object.fromEntries(COUNT_NAMES.map((name) => [name, 0])) as unknown as Counts;
}

export function add(to: Counts, counts: Counts): void {
  for (const name of COUNT_NAMES) to[name] += counts[name];
}
