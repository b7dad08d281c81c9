/** What the page's server tells its browser, as JSON. Times are milliseconds since the epoch, in the sandbox's time; money is in cents. */

/** One step of how an amount came about. */
export interface Step {
  readonly text: string;
  readonly cents: number;
}

export type Result = "done" | "moved-nothing" | "incomplete" | "waiting" | "failed" | "skipped";

export interface AccountView {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  /** Absent: unknown, for this `reason`. */
  readonly cents?: number;
  readonly reason?: string;
  /** By how much it has changed since the sandbox started; absent if that isn't known. */
  readonly changeCents?: number;
}

export interface TransferView {
  readonly id: string;
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly cents: number;
  readonly ruleId: string;
  readonly ruleName: string;
  /** Its occurrence; absent if a rule was triggered by someone else. */
  readonly occurrenceId?: string;
  readonly trigger?: string;
  readonly amount?: string;
  readonly working: readonly Step[];
}

export interface OccurrenceView {
  readonly id: string;
  readonly trigger: string;
  readonly ruleId: string;
  readonly scheduledTime?: string;
  /** The text of an extra one. */
  readonly occurrence?: string;
  /** The text of an event. */
  readonly event?: string;
  readonly timezone: string;
  readonly at: number;
  readonly result: Result;
  readonly reasons: readonly string[];
  readonly movedCents: number;
}

export interface ComingView {
  readonly trigger: string;
  readonly at: number;
  readonly timezone: string;
  readonly expression: string;
}

export interface AmountView {
  readonly name: string;
  readonly kind: string;
  readonly sentence: string;
  readonly account?: string;
  readonly hasUrl: boolean;
  /** The latest answers, the newest first. */
  readonly answers: readonly AnswerView[];
}

export interface AnswerView {
  readonly at: number;
  readonly awsRequestId: string;
  readonly cents?: number;
  readonly working: readonly Step[];
  readonly code?: string;
  readonly reason?: string;
}

/** What the first screen and the frame around every screen need. */
export interface Overview {
  readonly title: string;
  readonly now: number;
  readonly timezone: string;
  readonly isPaused: boolean;
  readonly stopSwitchIsOn: boolean;
  /** What is being done now, such as "travelling". */
  readonly busy?: string;
  readonly accounts: readonly AccountView[];
  /** The latest 100, the newest first. */
  readonly transfers: readonly TransferView[];
  readonly transferCount: number;
  readonly coming: readonly ComingView[];
  /** The latest few, the newest first. */
  readonly occurrences: readonly OccurrenceView[];
  readonly counts: Readonly<Record<Result, number>>;
  readonly triggers: readonly string[];
  /** The triggers that events set off. */
  readonly eventTriggers: readonly string[];
  readonly rulesHaveRevokedUrls: boolean;
  readonly rules: readonly { readonly id: string; readonly name: string; readonly testMode: boolean }[];
  readonly faults: readonly { readonly sentence: string; readonly struck: number }[];
  readonly mailCount: number;
  readonly failureCount: number;
  readonly alarmCount: number;
}

export interface BalancesView {
  readonly times: readonly number[];
  readonly series: readonly { readonly name: string; readonly cents: readonly (number | null)[] }[];
}

export interface OccurrencesView {
  readonly total: number;
  readonly matching: number;
  readonly items: readonly OccurrenceView[];
}

export interface LogLineView {
  readonly at: number;
  readonly level: string;
  readonly event: string;
  readonly message: string;
  /** The function that wrote it. */
  readonly source: string;
}

export interface LogView {
  readonly matching: number;
  readonly lines: readonly LogLineView[];
}

/** One step of an occurrence. */
export interface TraceStep {
  /** `Check`: of the amounts that the rule will ask for. `Ledger`: what it has, and what follows from that. */
  readonly stage:
    | "You"
    | "Event"
    | "Scheduler"
    | "Queue"
    | "Function"
    | "Check"
    | "Sequence"
    | "Amount"
    | "Transfer"
    | "Ledger"
    | "Mail";
  readonly at: number;
  /** How long it took on this machine, in milliseconds. */
  readonly ms?: number;
  readonly status: "ok" | "warn" | "error";
  readonly title: string;
  readonly details: readonly string[];
  readonly ids: Readonly<Record<string, string>>;
  readonly working: readonly Step[];
  readonly lines: readonly LogLineView[];
}

export interface TraceView {
  readonly occurrence: OccurrenceView;
  readonly key?: string;
  readonly steps: readonly TraceStep[];
  /** The ledger's item; absent if there is none. */
  readonly ledger?: Readonly<Record<string, unknown>>;
  /** How many times Sequence executed the rule for it. */
  readonly executions: number;
}

/** Something that can be made to go wrong. */
export interface FaultKind {
  readonly id: string;
  readonly title: string;
  readonly does: string;
  readonly expect: string;
}
