import type { WorkingStep } from "../../lambda/agreements/amountWorking";
import type { Outage } from "../aws/endpoint/outages";
import type { Fault } from "../sequence/faults";
import type { TriggerRecord } from "../sequence/records";

/** A `Date`, milliseconds since the epoch, or text with its offset such as `2026-12-01T09:00:00-05:00`. */
export type Time = Date | number | string;

/** A span of time; what is left out is 0. */
export interface Span {
  readonly days?: number;
  readonly hours?: number;
  readonly minutes?: number;
  readonly seconds?: number;
}

/** The one clock of a sandbox. It runs at real speed, and can be moved forward, never back. */
export interface RunningClock {
  /** The sandbox's time, in milliseconds since the epoch. */
  now(): number;
  /**
   * Moves to this time. All that is due on the way happens in its order, and is done when the promise resolves. Does nothing if the
   * time is past. Rejects with `UserError` if it is no time.
   */
  advanceTo(time: Time): Promise<void>;
  /** Moves on by this much, in the same way. */
  advanceBy(span: Span): Promise<void>;
  /**
   * Moves to the next occurrence of any schedule, or of the trigger that is named. Resolves to it, or to undefined if there is none to
   * come. Rejects with `UserError` if there is no such schedule.
   */
  advanceToNext(trigger?: string): Promise<Occurrence | undefined>;
  /** Stands still until `resume`, but for `advanceTo`, `advanceBy` and `advanceToNext`. */
  pause(): void;
  resume(): void;
  readonly isPaused: boolean;
}

/** One scheduled time of a schedule. */
export interface Occurrence {
  /** The schedule's name, which is that of its trigger. */
  readonly schedule: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A schedule as it is now. */
export interface ScheduleSummary {
  readonly name: string;
  readonly group: string;
  /** `cron(...)`. */
  readonly expression: string;
  /** IANA name. */
  readonly timezone: string;
  readonly enabled: boolean;
  /**
   * Its next occurrence, milliseconds since the epoch; undefined if it is disabled or over. A trigger's dates, weeks and skipped days
   * are considered.
   */
  readonly next: number | undefined;
  /** The weeks and days that a trigger leaves out, in words; empty if there are none. */
  readonly leavesOut: string;
}

/** A mail that would have been sent. */
export interface Mail {
  /** The sandbox's time, milliseconds since the epoch. */
  readonly at: number;
  readonly topicArn: string;
  readonly to: string;
  readonly subject: string;
  readonly message: string;
}

/** What the ledger has of one occurrence. Its other fields may change between versions. */
export interface LedgerEntry {
  readonly trigger: string;
  readonly ruleId: string;
  /** ISO 8601, UTC; absent of an extra occurrence and an event. */
  readonly scheduledTime?: string;
  /** The text of an extra occurrence. */
  readonly occurrence?: string;
  /** The text of an event. */
  readonly event?: string;
  /** `claimed`, `waiting`, `executed`, `test-mode`, `dry-run`, `failed` or `skipped`. */
  readonly state: string;
  /** `executed`, `not-executed` or `unknown`. */
  readonly outcome: string;
  readonly attempts: number;
  /** Sequence's, of the last answer that had one. */
  readonly requestId?: string;
  /** Why the last try failed, or why it was given up. */
  readonly code?: string;
  readonly status?: number;
  readonly reason?: string;
  readonly [field: string]: unknown;
}

/** One occurrence that the program was to act on, and what came of it so far. */
export interface OccurrenceReport {
  readonly trigger: string;
  /** Undefined if no rule is known for the trigger. */
  readonly ruleId: string | undefined;
  /** ISO 8601, UTC; undefined for an extra occurrence and an event. */
  readonly scheduledTime: string | undefined;
  /** The text of an extra occurrence. */
  readonly occurrence: string | undefined;
  /** The text of an event. */
  readonly event: string | undefined;
  /** When it fired first, milliseconds since the epoch. */
  readonly at: number;
  /**
   * `done`: Sequence took it, and the rule did all that it is set to do. `moved-nothing`: Sequence took it, in test mode or a dry
   * run. `incomplete`: Sequence took it, and some of the rule's actions weren't done. `waiting`: another try follows. `failed`:
   * given up. `skipped`: by its dates, weeks or skipped days, or by the stop switch.
   */
  readonly result: "done" | "moved-nothing" | "incomplete" | "waiting" | "failed" | "skipped";
  /** Why it isn't `done`, each reason in a sentence of its own. */
  readonly reasons: readonly string[];
  readonly requestId: string | undefined;
  /** What the rule did, from Sequence's side. */
  readonly actions: TriggerRecord["actions"];
}

/** An amount as the endpoint answers it, or why it has none. */
export type AmountAnswer =
  | { readonly name: string; readonly amountInCents: number }
  | { readonly name: string; readonly reason: string; readonly code?: string };

/** An amount as the program declares it. */
export interface AmountSummary {
  readonly name: string;
  /** `Fixed`, `Percent`, `TopUp`, `Sweep` or `Custom`. */
  readonly kind: string;
  /** What it is, in one sentence. */
  readonly sentence: string;
  /** The account that it depends on, by id or name. */
  readonly account: string | undefined;
}

export type { WorkingStep };

/** An answer of an amount function, whoever asked: an amount with its working, or an error. */
export interface AmountReport {
  /** The sandbox's time, milliseconds since the epoch. */
  readonly at: number;
  readonly name: string;
  /** The id that all log lines of this answer have. */
  readonly awsRequestId: string;
  readonly amountInCents?: number;
  readonly working?: readonly WorkingStep[];
  /** Of the account that it depends on, as Sequence told it. */
  readonly balanceCents?: number;
  readonly code?: string;
  readonly reason?: string;
}

/** Which occurrence is to run again: one of them. */
export interface RunAgain {
  readonly scheduledTime?: Time;
  /** The text of an extra one; a new text is a new extra occurrence. */
  readonly occurrence?: string;
  /** The text of an event that the ledger knows. */
  readonly event?: string;
  /** That you have seen in Sequence that it had not been executed by then. */
  readonly confirmedNotExecutedUntil?: Time;
}

/** Something that was made to go wrong and may strike yet. */
export type ActiveFault = { readonly struck: number } & (
  | { readonly fault: Fault; readonly outage?: undefined }
  | { readonly outage: Outage; readonly fault?: undefined }
);
