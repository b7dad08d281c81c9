/** What is known of one occurrence: Sequence's side against ours. */
export interface Record {
  readonly isEvent: boolean;
  readonly dueAt: number;
  /** What its age counts from: the scheduled time, or when an event was sent last. */
  agesFrom: number;
  readonly executions: {
    readonly at: number;
    readonly byHandSince: number | undefined;
    readonly requestedAt: number;
  }[];
  readonly told: { readonly at: number; readonly executed: "no" | "unknown" }[];
  mails: number;
  /** When the daily check's mail said that it was skipped during a pause. */
  readonly skipped: number[];
  /** Its day was left out, or left out no longer, after Scheduler had fired or before a late message of it came. */
  mayBeLeftOut: boolean;
}

/** The mail was written shortly before it was sent. */
export const MAIL_MS = 60_000;

export function newRecord(dueAt: number, isEvent: boolean): Record {
  return {
    isEvent,
    dueAt,
    agesFrom: dueAt,
    executions: [],
    told: [],
    mails: 0,
    skipped: [],
    mayBeLeftOut: false,
  };
}

/** How it ended. */
export function endOf(
  record: Record,
): "executedOnce" | "executedTwice" | "queued" | "skipped" | "leftOutLater" | "lost" {
  const { executions, told, skipped, mayBeLeftOut } = record;
  if (executions.length > 0) return executions.length === 1 ? "executedOnce" : "executedTwice";
  if (told.length > 0) return "queued";
  if (skipped.length > 0) return "skipped";
  return mayBeLeftOut ? "leftOutLater" : "lost";
}

export function isLate({ executions, agesFrom }: Record, maxAgeMinutes: number): boolean {
  // A first try may come up to 15 minutes late, and its function runs for a minute.
  const limit = agesFrom + (Math.max(maxAgeMinutes, 15) + 1) * 60_000;
  return executions.some(({ byHandSince, requestedAt }) => byHandSince === undefined && requestedAt > limit);
}

/** Somebody was told "no", although it had been executed or was executed later without a person's asking for it after that. */
export function contradicts({ executions, told, skipped }: Record): boolean {
  // What a person sent meanwhile doesn't run by itself.
  const isUntrue = (at: number) =>
    executions.some((execution) => execution.at < at - MAIL_MS || execution.byHandSince === undefined);
  if (skipped.some(isUntrue)) return true;
  return told.some(
    ({ at, executed }) =>
      executed === "no" && executions.some((execution) => execution.at <= at || (execution.byHandSince ?? 0) < at),
  );
}

/** In lines for people. */
export function describe(record: Record): string[] {
  const time = (at: number) => new Date(at).toISOString();
  const executions = record.executions.map(({ at, byHandSince }) => `${time(at)}${byHandSince ? " by hand" : ""}`);
  return [
    `due at ${time(record.dueAt)}`,
    `Sequence has executed it ${executions.length} times${executions.length > 0 ? `: ${executions.join(", ")}` : ""}`,
    ...record.told.map(({ at, executed }) => `people were told at ${time(at)}: executed ${executed}`),
    `${record.mails} mails speak of it`,
  ];
}
