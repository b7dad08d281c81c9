/** What a campaign counts of every occurrence: Sequence's side against ours. */
interface Record {
  readonly scheduledAt: number;
  executions: { readonly at: number; readonly byHandSince: number | undefined; readonly requestedAt: number }[];
  told: { readonly at: number; readonly executed: "no" | "unknown" }[];
  mails: number;
  /** When the daily check's mail said that it was skipped during a pause. */
  skipped: number[];
}

/** The result of one world, as JSON. `occurrences` is the sum of `executedOnce`, `executedTwice`, `queued`, `skipped` and `lost`. */
export interface Counts {
  occurrences: number;
  executedOnce: number;
  /** Twice or more. */
  executedTwice: number;
  /** Not executed, and in the failure queue. */
  queued: number;
  /** Not executed, and in the mail about what a pause has skipped. */
  skipped: number;
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
  /** Calls of a delivery that began while the stop switch was on. */
  calledWhilePaused: number;
  /** Claimed for the first time although an amount that must be known wasn't. */
  triedUnknown: number;
  /** Calls of a rule before the time that Sequence asked to wait was over. */
  calledTooSoon: number;
}

const COUNT_NAMES = [
  "occurrences",
  "executedOnce",
  "executedTwice",
  "queued",
  "skipped",
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
  "calledWhilePaused",
  "triedUnknown",
  "calledTooSoon",
] as const satisfies readonly (keyof Counts)[];

export function noCounts(): Counts {
  return Object.fromEntries(COUNT_NAMES.map((name) => [name, 0])) as unknown as Counts;
}

export function add(to: Counts, counts: Counts): void {
  for (const name of COUNT_NAMES) to[name] += counts[name];
}

/** The counts that must be 0 where something is promised. */
export const FORBIDDEN = [
  "executedTwice",
  "lost",
  "wrongAmounts",
  "late",
  "toldNoYetExecuted",
  "changedBodies",
  "leftOutYetRun",
  "calledWhilePaused",
  "triedUnknown",
] as const;

const MAIL_MS = 60_000;

/** Follows every occurrence of one world. */
export class Counter {
  private readonly records = new Map<string, Record>();
  private readonly bodies = new Map<string, string>();
  private readonly extra = noCounts();
  private readonly left = new Set<string>();
  private untrueMails = 0;

  constructor(private readonly maxAgeMinutes: number) {}

  due(subject: string, scheduledAt: number): void {
    if (this.records.has(subject)) return;
    this.records.set(subject, { scheduledAt, executions: [], told: [], mails: 0, skipped: [] });
  }

  /** Scheduler fires, and nothing is to happen. */
  leftOut(subject: string): void {
    this.left.add(subject);
  }

  skipped(subject: string, at: number): void {
    this.records.get(subject)?.skipped.push(at);
  }

  calledWhilePaused(): void {
    this.extra.calledWhilePaused += 1;
  }

  triedUnknown(): void {
    this.extra.triedUnknown += 1;
  }

  calledTooSoon(): void {
    this.extra.calledTooSoon += 1;
  }

  knows(subject: string): boolean {
    return this.records.has(subject);
  }

  /** `byHandSince` is when the person sent the message that led to it. */
  executed(subject: string, at: number, requestedAt: number, byHandSince: number | undefined): void {
    if (this.left.has(subject)) this.extra.leftOutYetRun += 1;
    this.records.get(subject)?.executions.push({ at, requestedAt, byHandSince });
  }

  wasExecuted(subject: string): boolean {
    return (this.records.get(subject)?.executions.length ?? 0) > 0;
  }

  /** What is known of one, in lines for people. */
  describe(subject: string): string[] {
    const record = this.records.get(subject);
    if (!record) return ["it is no occurrence"];
    const time = (at: number) => new Date(at).toISOString();
    const executions = record.executions.map(({ at, byHandSince }) => `${time(at)}${byHandSince ? " by hand" : ""}`);
    return [
      `due at ${time(record.scheduledAt)}`,
      `Sequence has executed it ${executions.length} times${executions.length > 0 ? `: ${executions.join(", ")}` : ""}`,
      ...record.told.map(({ at, executed }) => `people were told at ${time(at)}: executed ${executed}`),
      `${record.mails} mails speak of it`,
    ];
  }

  told(subject: string, at: number, executed: "no" | "unknown"): void {
    this.records.get(subject)?.told.push({ at, executed });
  }

  /** The function itself told of it; not Scheduler or the queue, which know no calendar. */
  toldByFunction(subject: string): void {
    if (this.left.has(subject)) this.extra.leftOutYetRun += 1;
  }

  /** A mail said again that it was not executed. */
  repeatedNo(subject: string, at: number): void {
    // The mail was written shortly before it was sent.
    if (this.records.get(subject)?.executions.some((execution) => execution.at < at - MAIL_MS)) this.untrueMails += 1;
  }

  mailed(subject: string): void {
    const record = this.records.get(subject);
    if (record) record.mails += 1;
  }

  sent(key: string, body: string): void {
    const first = this.bodies.get(key) ?? body;
    this.bodies.set(key, first);
    if (first !== body) this.extra.changedBodies += 1;
  }

  amount(result: "right" | "wrong" | "error"): void {
    this.extra.amountsAsked += 1;
    if (result === "error") this.extra.amountErrors += 1;
    if (result === "wrong") this.extra.wrongAmounts += 1;
  }

  counts(): Counts {
    const counts = { ...this.extra };
    for (const record of this.records.values()) {
      counts.occurrences += 1;
      const { executions, told } = record;
      if (executions.length === 1) counts.executedOnce += 1;
      else if (executions.length > 1) counts.executedTwice += 1;
      else if (told.length > 0) counts.queued += 1;
      else if (record.skipped.length > 0) counts.skipped += 1;
      else counts.lost += 1;
      if (this.isLate(record)) counts.late += 1;
      if (contradicts(record)) counts.toldNoYetExecuted += 1;
      if (told.some(({ executed }) => executed === "unknown")) counts.toldUnknown += 1;
      if (told.length > 0 && record.mails === 0) counts.withoutMail += 1;
    }
    counts.toldNoYetExecuted += this.untrueMails;
    return counts;
  }

  /** Occurrences with something that must not be, each with its story's name. */
  broken(): { readonly subject: string; readonly what: string }[] {
    return [...this.records].flatMap(([subject, record]) => {
      const what =
        record.executions.length > 1
          ? "executedTwice"
          : record.executions.length + record.told.length + record.skipped.length === 0
            ? "lost"
            : contradicts(record)
              ? "toldNoYetExecuted"
              : this.isLate(record)
                ? "late"
                : undefined;
      return what ? [{ subject, what }] : [];
    });
  }

  private isLate({ executions, scheduledAt }: Record): boolean {
    // A first try may come up to 15 minutes late, and its function runs for a minute.
    const limit = scheduledAt + (Math.max(this.maxAgeMinutes, 15) + 1) * 60_000;
    return executions.some(({ byHandSince, requestedAt }) => byHandSince === undefined && requestedAt > limit);
  }
}

/** Somebody was told "no", although it had been executed or was executed later without a person's asking for it after that. */
function contradicts({ executions, told, skipped }: Record): boolean {
  // The mail was written shortly before it was sent. What a person sent meanwhile doesn't run by itself.
  const isUntrue = (at: number) =>
    executions.some((execution) => execution.at < at - MAIL_MS || execution.byHandSince === undefined);
  if (skipped.some(isUntrue)) return true;
  return told.some(
    ({ at, executed }) =>
      executed === "no" && executions.some((execution) => execution.at <= at || (execution.byHandSince ?? 0) < at),
  );
}
