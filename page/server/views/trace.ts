import type { JournalEntry, OccurrenceReport, RunningSandbox } from "../../../sandbox";
import type { LogLineView, TraceStep, TraceView } from "../../shared/types";
import { lookupIn, occurrenceId } from "../lookup";
import { decisionSteps } from "./decisions";
import { eventSteps, eventsSent } from "./events";
import { type Invocation, invocationsOf } from "./invocations";
import { sequenceSteps } from "./sequenceSteps";

/** One occurrence with everything that happened because of it, in order; undefined if there is none of this id. */
export function trace(sandbox: RunningSandbox, id: string): TraceView | undefined {
  const lookup = lookupIn(sandbox);
  const report = lookup.reports.find((each) => occurrenceId(each) === id);
  if (!report) return undefined;
  const ledger = sandbox.ledger().find((item) => isOf(report, item));
  const messages = messagesOf(sandbox, report);
  const requests = requestsOf(sandbox, messages);
  const invocations = invocationsOf(sandbox, requests);
  const lines = [...invocations.values()].flatMap(({ lines }) => lines).filter((line) => !isOfAnother(line, messages));
  const key = typeof ledger?.key === "string" ? ledger.key : keyIn(lines);
  const steps: TraceStep[] = [
    ...eventSteps(eventsSent(sandbox, report), report.event),
    ...journalSteps(sandbox, report, messages, requests, invocations),
    ...decisionSteps(lines),
    ...sequenceSteps(lookup, key, report.ruleId),
    ...mailSteps(sandbox, report),
  ];
  const executions = sandbox.triggers.filter(({ idempotencyKey }) => key !== undefined && idempotencyKey === key);
  return {
    occurrence: lookup.occurrence(report),
    ...(key === undefined ? {} : { key }),
    // What happens in one moment stays in the order of its stages.
    steps: steps
      .map((step, index) => ({ step, index }))
      .sort((a, b) => a.step.at - b.step.at || rank(a.step) - rank(b.step) || a.index - b.index)
      .map(({ step }) => step),
    ...(ledger ? { ledger } : {}),
    executions: executions.length,
  };
}

const ORDER: readonly TraceStep["stage"][] = [
  "You",
  "Event",
  "Scheduler",
  "Queue",
  "Function",
  "Check",
  "Sequence",
  "Amount",
  "Ledger",
  "Mail",
];

function rank({ stage }: TraceStep): number {
  // Each transfer stays behind its amount.
  return ORDER.indexOf(stage === "Transfer" ? "Amount" : stage);
}

function isOf(
  report: OccurrenceReport,
  item: { ruleId: string; scheduledTime?: string; occurrence?: string; event?: string },
): boolean {
  if (item.ruleId !== report.ruleId) return false;
  if (report.scheduledTime !== undefined)
    return item.scheduledTime !== undefined && Date.parse(item.scheduledTime) === Date.parse(report.scheduledTime);
  return item.event === report.event && item.occurrence === report.occurrence;
}

/** The ids of the occurrence's messages in the work queue. */
function messagesOf(sandbox: RunningSandbox, report: OccurrenceReport): Set<string> {
  const ids = new Set<string>();
  for (const entry of sandbox.journal.entries)
    if (typeof entry.messageId === "string" && begins(entry, report)) ids.add(entry.messageId);
  return ids;
}

function begins(entry: JournalEntry, { trigger, scheduledTime, occurrence, event }: OccurrenceReport): boolean {
  const isSame =
    scheduledTime === undefined
      ? entry.occurrence === occurrence && entry.ofEvent === event && entry.scheduledTime === undefined
      : Date.parse(String(entry.scheduledTime)) === Date.parse(scheduledTime);
  if (entry.kind === "scheduler.fired") return entry.schedule === trigger && isSame;
  return (entry.kind === "sandbox.fired" || entry.kind === "sandbox.runAgain") && entry.trigger === trigger && isSame;
}

/** The function's requests that had one of these messages. */
function requestsOf(sandbox: RunningSandbox, messages: ReadonlySet<string>): Set<string> {
  const ids = new Set<string>();
  for (const { kind, messageIds, requestId } of sandbox.journal.entries)
    if (kind === "queue.delivered" && (messageIds as string[]).some((id) => messages.has(id)))
      ids.add(String(requestId));
  return ids;
}

function journalSteps(
  sandbox: RunningSandbox,
  report: OccurrenceReport,
  messages: ReadonlySet<string>,
  requests: ReadonlySet<string>,
  invocations: ReadonlyMap<string, Invocation>,
): TraceStep[] {
  const steps: TraceStep[] = [];
  const add = (step: Omit<TraceStep, "details" | "ids" | "working" | "lines" | "status"> & Partial<TraceStep>) =>
    steps.push({ status: "ok", details: [], ids: {}, working: [], lines: [], ...step });
  for (const entry of sandbox.journal.entries) {
    const { at, kind } = entry;
    const isMine = typeof entry.messageId === "string" && messages.has(entry.messageId);
    const ids: Record<string, string> = isMine ? { "message id": String(entry.messageId) } : {};
    if (kind === "scheduler.fired" && isMine)
      add({
        stage: "Scheduler",
        at,
        title: Number(entry.attempt) > 1 ? `try ${entry.attempt}: delivered` : "came due",
        ids,
      });
    else if (kind === "sandbox.fired" && isMine && entry.ofEvent === undefined)
      add({ stage: "You", at, title: "let the trigger run", ids });
    else if (kind === "sandbox.runAgain" && isMine) add({ stage: "You", at, title: "ran it again by hand", ids });
    else if (kind === "queue.sent" && isMine)
      add({ stage: "Queue", at, title: `the message waits in ${logicalName(entry.queue)}`, ids });
    else if (kind === "queue.redriven" && isMine)
      add({ stage: "Queue", at, title: "moved to the failure queue", status: "error", ids });
    else if (kind === "scheduler.failed" && isOfSchedule(entry, report))
      add({ stage: "Scheduler", at, title: "couldn't deliver", status: "error", details: [String(entry.reason)] });
    else if (kind === "function.invoked" && requests.has(String(entry.requestId)))
      add({
        ...{ stage: "Function", at: invocations.get(String(entry.requestId))?.at ?? at, ms: Number(entry.ms) },
        title: entry.outcome === "ok" ? "ran" : "failed",
        status: entry.outcome === "ok" ? "ok" : "error",
        ids: { "function request id": String(entry.requestId) },
        lines: invocations.get(String(entry.requestId))?.lines ?? [],
      });
  }
  return steps;
}

/** Without what AWS's names have at their end to be unique. */
function logicalName(name: unknown): string {
  return String(name).replace(/-[0-9a-f]{7}$/, "");
}

function isOfSchedule(entry: JournalEntry, { trigger, scheduledTime }: OccurrenceReport): boolean {
  return entry.schedule === trigger && Date.parse(String(entry.scheduledTime)) === Date.parse(String(scheduledTime));
}

/** A batch may hold the messages of other occurrences. */
function isOfAnother({ message }: LogLineView, messages: ReadonlySet<string>): boolean {
  const id = /"messageId":"([\w-]+)"/.exec(message)?.[1];
  return id !== undefined && !messages.has(id);
}

function keyIn(lines: readonly LogLineView[]): string | undefined {
  for (const { message } of lines) {
    const key = /"key":"([\w-]+)"/.exec(message)?.[1];
    if (key) return key;
  }
  return undefined;
}

function mailSteps(
  sandbox: RunningSandbox,
  { trigger, scheduledTime, occurrence, event }: OccurrenceReport,
): TraceStep[] {
  const which = scheduledTime ?? occurrence ?? event ?? "";
  return sandbox
    .mails()
    .filter(({ message }) => message.includes(trigger) && message.includes(which))
    .map(({ at, subject, to }) => ({
      ...{ stage: "Mail" as const, at, status: "warn" as const, title: subject, details: [`to ${to}`] },
      ...{ ids: {}, working: [], lines: [] },
    }));
}
