import { scheduledTriggers } from "../../lambda/agreements/triggerConfig";
import { occurrencesBetween } from "../../lambda/schedule";
import type { QuestionLog } from "../amounts/questionLog";
import type { WorldParts } from "./parts";
import type { FunctionProcess } from "./process";
import { keyOf, namedBy, subjectOf } from "./subject";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A check that logs one of these has said itself that it told less than it should. */
const TROUBLE: ReadonlySet<unknown> = new Set(["mail.failed", "asked.notChecked", "digest.notTold"]);

const UNASKED =
  /^Sequence accepted ([\w-]+)(?: of the event "([^"\n]+)")? on .+? and has not asked for (.+?)\. That is normal/gm;
const COUNTED = /^From (\S+) to (\S+): (\d+) executed,/m;

type Item = { readonly [attribute: string]: { readonly S?: string } };
interface ScanPage {
  readonly Items: readonly Item[];
  readonly LastEvaluatedKey?: Item;
}

/** What the daily checks of a stack must mail, and must not: amounts that no rule asked for, and the month's digest. */
export class DailyChecks {
  /** Trigger and amount of every mail about one. */
  private readonly unasked = new Set<string>();
  private readonly digests = new Set<string>();
  private readonly troubled = new WeakMap<FunctionProcess, number>();

  constructor(
    private readonly world: WorldParts,
    private readonly questions: QuestionLog,
  ) {
    const { journal } = world.cloud.context;
    journal.subscribe(({ kind }) => {
      if (kind === "mail.sent") this.read(world.cloud.topics.mails.at(-1) ?? {});
    });
  }

  /** A line of the function's log. */
  logged(process: FunctionProcess, line: string): void {
    if (namedBy(process.asked.subject)) return;
    const { event } = JSON.parse(line) as { event?: unknown };
    if (TROUBLE.has(event)) this.troubled.set(process, process.invokedAt);
    if (event === "heartbeat.done" && this.troubled.get(process) !== process.invokedAt) this.checked();
  }

  private read({ subject: title = "", message = "" }: { readonly subject?: string; readonly message?: string }): void {
    for (const [, trigger = "", event, names = ""] of message.matchAll(UNASKED))
      for (const name of names.split(" and ")) {
        this.unasked.add(`${trigger} ${name}`);
        if (this.wasAskedFor(name, trigger, event)) this.world.counter.happened("untrueMails");
      }
    if (!/the month's digest/.test(title)) return;
    this.digests.add(monthOf(Date.now()));
    const [, since = "", until = "", executed] = COUNTED.exec(message) ?? [];
    // "At least" so many is true of any number.
    if (executed !== undefined && !this.isCount(Number(executed), Date.parse(since), Date.parse(until)))
      this.world.counter.happened("untrueMails");
  }

  /** After the execution that the mail tells of, or a later one. What comes within a minute of the mail isn't in the log that was read. */
  private wasAskedFor(name: string, trigger: string, event: string | undefined): boolean {
    const { deployment, counter } = this.world;
    const ruleId = deployment.ruleOf(trigger) ?? "";
    const before = Date.now() - 1.5 * HOUR_MS;
    const subject = event === undefined ? undefined : subjectOf({ ruleId, event });
    const accepted = counter.lastExecution(before, (one, isEvent) =>
      subject === undefined ? !isEvent && namedBy(one)?.ruleId === ruleId : one === subject,
    );
    return accepted === undefined || this.questions.wasAskedFor(name, accepted, Date.now() - MINUTE_MS);
  }

  /** Whether the ledger has so many executions between the two times. The clocks of two processes differ by minutes. */
  private isCount(executed: number, since: number, until: number): boolean {
    const times = this.executed();
    const within = (from: number, to: number) => times.filter((at) => at > from && at <= to).length;
    const slack = 10 * MINUTE_MS;
    return within(since + slack, until - slack) <= executed && executed <= within(since - slack, until + slack);
  }

  /** When the ledger's executed occurrences came to be that. */
  private executed(): number[] {
    const times: number[] = [];
    let start: Item | undefined;
    do {
      const page = this.run("Scan", start ? { ExclusiveStartKey: start } : {}) as ScanPage;
      for (const { state, updatedAt } of page.Items)
        if (state?.S === "executed") times.push(Date.parse(updatedAt?.S ?? ""));
      start = page.LastEvaluatedKey;
    } while (start);
    return times;
  }

  /** A check was completed, and had no trouble to tell. */
  private checked(): void {
    const { deployment, counter } = this.world;
    const config = deployment.config();
    const now = Date.now();
    const months = [monthOf(now - 10 * MINUTE_MS), monthOf(now + 10 * MINUTE_MS)];
    if (config.digest && !months.some((month) => this.digests.has(month))) counter.happened("untold");
    for (const [trigger, { asks = [], ruleId, schedule }] of scheduledTriggers(config))
      for (const name of asks) {
        if (this.unasked.has(`${trigger} ${name}`) || this.questions.wasAskedFor(name, now - 50 * HOUR_MS, now))
          continue;
        const due = [...occurrencesBetween(schedule, now - 46 * HOUR_MS, now - 4 * HOUR_MS)];
        if (due.some((time) => this.wasExecuted(ruleId, time, now - 3 * HOUR_MS))) counter.happened("untold");
      }
  }

  private wasExecuted(ruleId: string, due: number, before: number): boolean {
    const key = keyOf({ ruleId, scheduledTime: new Date(due).toISOString() });
    const { Item: item } = this.run("GetItem", { Key: { key: { S: key } } }) as { readonly Item?: Item };
    return item?.state?.S === "executed" && Date.parse(item.lastTriedAt?.S ?? "") < before;
  }

  private run(operation: string, input: object): unknown {
    return this.world.cloud.tables.api.operations[operation]?.run({ TableName: "ledger", ...input });
  }
}

function monthOf(instant: number): string {
  return new Date(instant).toISOString().slice(0, 7);
}
