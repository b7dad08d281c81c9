import type { JournalEntry, OccurrenceReport, RunningSandbox, TransferRecord } from "../../sandbox";
import type { OccurrenceView, Step, TransferView } from "../shared/types";

/** An occurrence's id in the page's addresses: its trigger and its time, or its text. */
export function occurrenceId({
  trigger,
  scheduledTime,
  occurrence,
  event,
}: Pick<OccurrenceReport, "trigger" | "scheduledTime" | "occurrence" | "event">): string {
  return `${trigger}@${scheduledTime ?? occurrence ?? event ?? ""}`;
}

const latest = new WeakMap<RunningSandbox, { readonly after: JournalEntry | undefined; readonly lookup: Lookup }>();

/** What there is to look up now. A year of a hundred triggers is read once, and again when something has happened. */
export function lookupIn(sandbox: RunningSandbox): Lookup {
  const after = sandbox.journal.entries.at(-1);
  const known = latest.get(sandbox);
  if (known && known.after === after) return known.lookup;
  const lookup = new Lookup(sandbox);
  latest.set(sandbox, { after, lookup });
  return lookup;
}

/** Everything that the views look up more than once, read from the sandbox at one moment. */
class Lookup {
  readonly reports: readonly OccurrenceReport[];
  private readonly byRequest = new Map<string, OccurrenceReport>();
  private readonly timezones: ReadonlyMap<string, string>;
  private readonly ruleNames: ReadonlyMap<string, string>;
  private functionIds: Map<string, string> | undefined;
  private workings: Map<string, readonly Step[]> | undefined;

  constructor(readonly sandbox: RunningSandbox) {
    this.reports = sandbox.occurrences();
    for (const report of this.reports) if (report.requestId) this.byRequest.set(report.requestId, report);
    this.timezones = new Map(sandbox.schedules().map(({ name, timezone }) => [name, timezone]));
    this.ruleNames = new Map(sandbox.rules().map(({ id, name }) => [id, name]));
  }

  timezoneOf(trigger: string): string {
    return this.timezones.get(trigger) ?? "UTC";
  }

  ruleName(ruleId: string): string {
    return this.ruleNames.get(ruleId) ?? ruleId;
  }

  occurrence(report: OccurrenceReport): OccurrenceView {
    const { trigger, ruleId = "", scheduledTime, occurrence, event, at, result, reasons, actions } = report;
    return {
      ...{ id: occurrenceId(report), trigger, ruleId, at, result, reasons },
      ...(scheduledTime === undefined ? {} : { scheduledTime }),
      ...(occurrence === undefined ? {} : { occurrence }),
      ...(event === undefined ? {} : { event }),
      timezone: this.timezoneOf(trigger),
      movedCents: actions.reduce((sum, { transfer }) => sum + (transfer?.cents ?? 0), 0),
    };
  }

  transfer(record: TransferRecord): TransferView {
    const { id, at, from, to, cents, ruleId, requestId } = record;
    const report = this.byRequest.get(requestId);
    const action = report?.actions.find(({ transfer }) => transfer?.id === id);
    const amount = action?.output?.split(".").at(-1);
    return {
      ...{ id, at, from, to, cents, ruleId, ruleName: this.ruleName(ruleId) },
      ...(report ? { occurrenceId: occurrenceId(report), trigger: report.trigger } : {}),
      ...(amount === undefined ? {} : { amount }),
      working:
        this.workingOf(action?.apiRequestId) ??
        (action && !amount ? [{ text: "always the same, by the rule in Sequence", cents }] : []),
    };
  }

  /** The function's request of an HTTP API's request. */
  functionRequestOf(apiRequestId: string | undefined): string | undefined {
    if (apiRequestId === undefined) return undefined;
    if (!this.functionIds) {
      this.functionIds = new Map();
      for (const { kind, requestId, functionRequestId } of this.sandbox.journal.entries)
        if (kind === "http.request" && functionRequestId)
          this.functionIds.set(String(requestId), String(functionRequestId));
    }
    return this.functionIds.get(apiRequestId);
  }

  workingOf(apiRequestId: string | undefined): readonly Step[] | undefined {
    const id = this.functionRequestOf(apiRequestId);
    if (id === undefined) return undefined;
    this.workings ??= new Map(
      this.sandbox.amountReports.map(({ awsRequestId, working = [] }) => [awsRequestId, working]),
    );
    return this.workings.get(id);
  }
}

export type { Lookup };
