import { type Counts, type Happening, noCounts } from "./counts";
import { contradicts, describe, endOf, isLate, MAIL_MS, newRecord, type Record } from "./record";

/** An occurrence with something that must not be, and its story's name. */
export interface Broken {
  readonly subject: string;
  readonly what: string;
  readonly dueAt: number;
}

/** Follows every occurrence of one world. */
export class Counter {
  private readonly records = new Map<string, Record>();
  private readonly bodies = new Map<string, string>();
  private readonly extra = noCounts();
  private readonly left = new Set<string>();
  /** Their day was left out for a while only. */
  private readonly unclear = new Set<string>();
  private readonly byHand = new Set<string>();
  private untrueMails = 0;

  constructor(private readonly maxAgeMinutes: number) {}

  due(subject: string, dueAt: number): void {
    if (this.records.has(subject)) return;
    this.records.set(subject, { ...newRecord(dueAt, false), mayBeLeftOut: this.unclear.has(subject) });
  }

  /** A queue has taken a message of the event. */
  eventSent(subject: string, at: number): void {
    const record = this.records.get(subject) ?? newRecord(at, true);
    this.records.set(subject, record);
    record.agesFrom = at;
  }

  /** Scheduler fires, and nothing is to happen. */
  leftOut(subject: string): void {
    this.left.add(subject);
  }

  /** People have just left its day out, or do so no longer. Whichever was deployed when a message of it comes holds for it. */
  calendarChanged(subject: string): void {
    this.unclear.add(subject);
    const record = this.records.get(subject);
    if (record) record.mayBeLeftOut = true;
  }

  /** A person has sent a message of it to the work queue. */
  sentByHand(subject: string): void {
    this.byHand.add(subject);
  }

  wasSentByHand(subject: string): boolean {
    return this.byHand.has(subject);
  }

  skipped(subject: string, at: number): void {
    this.records.get(subject)?.skipped.push(at);
  }

  happened(what: Happening): void {
    this.extra[what] += 1;
  }

  knows(subject: string): boolean {
    return this.records.has(subject);
  }

  /** `byHandSince` is when the person sent the message that led to it. */
  executed(subject: string, at: number, requestedAt: number, byHandSince: number | undefined): void {
    const record = this.records.get(subject);
    record?.executions.push({ at, requestedAt, byHandSince });
    if (this.unclear.has(subject)) return;
    if (this.left.has(subject)) this.extra.leftOutYetRun += 1;
    else if (!record) this.extra.unplanned += 1;
  }

  wasExecuted(subject: string): boolean {
    return (this.records.get(subject)?.executions.length ?? 0) > 0;
  }

  /** When the last one of these was executed before that time. */
  lastExecution(before: number, isMeant: (subject: string, isEvent: boolean) => boolean): number | undefined {
    const times = [...this.records]
      .filter(([subject, { isEvent }]) => isMeant(subject, isEvent))
      .flatMap(([, { executions }]) => executions.map(({ at }) => at).filter((at) => at < before));
    return times.length > 0 ? Math.max(...times) : undefined;
  }

  /** What is known of one, in lines for people. */
  describe(subject: string): string[] {
    const record = this.records.get(subject);
    return record ? describe(record) : ["it is no occurrence"];
  }

  told(subject: string, at: number, executed: "no" | "unknown"): void {
    this.records.get(subject)?.told.push({ at, executed });
  }

  /** The function itself told of it; not Scheduler or the queue, which know no calendar. */
  toldByFunction(subject: string): void {
    if (this.left.has(subject) && !this.unclear.has(subject)) this.extra.leftOutYetRun += 1;
  }

  /** A mail said again that it was not executed. */
  repeatedNo(subject: string, at: number): void {
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
      if (record.isEvent) counts.events += 1;
      counts[endOf(record)] += 1;
      if (isLate(record, this.maxAgeMinutes)) counts.late += 1;
      if (contradicts(record)) counts.toldNoYetExecuted += 1;
      if (record.told.some(({ executed }) => executed === "unknown")) counts.toldUnknown += 1;
      if (record.told.length > 0 && record.mails === 0) counts.withoutMail += 1;
    }
    counts.toldNoYetExecuted += this.untrueMails;
    return counts;
  }

  broken(): Broken[] {
    return [...this.records].flatMap(([subject, record]) => {
      const what = this.whatIsBroken(record);
      return what ? [{ subject, what, dueAt: record.dueAt }] : [];
    });
  }

  private whatIsBroken(record: Record): string | undefined {
    const end = endOf(record);
    if (end === "executedTwice" || end === "lost") return end;
    if (contradicts(record)) return "toldNoYetExecuted";
    return isLate(record, this.maxAgeMinutes) ? "late" : undefined;
  }
}
