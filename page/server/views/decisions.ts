import type { LogLineView, TraceStep } from "../../shared/types";
import { checkStep } from "./amountsCheck";
import { fieldsOf } from "./log";

type Fields = Readonly<Record<string, unknown>>;

/** What the function decided, by the event of its line (docs/operations.md). An event that isn't here is shown by its name. */
const decisions: Readonly<Record<string, { readonly status: TraceStep["status"]; title(fields: Fields): string }>> = {
  "occurrence.executed": { status: "ok", title: () => "noted in the ledger: executed" },
  "occurrence.testMode": { status: "warn", title: () => "noted in the ledger: the rule seems to be in test mode" },
  "occurrence.dryRun": { status: "warn", title: () => "a dry run: Sequence was not called" },
  "occurrence.outsideDates": { status: "warn", title: () => "outside its dates: nothing is called" },
  "occurrence.duplicate": { status: "ok", title: () => "known by the ledger already: nothing is called" },
  "occurrence.retried": {
    status: "warn",
    title: ({ retryInMs }) => `didn't work; tried again in ${span(Number(retryInMs))}`,
  },
  "occurrence.held": { status: "warn", title: () => "the stop switch is on: nothing is called" },
  "occurrence.skipped": { status: "warn", title: () => "its time ended during a pause" },
  "occurrence.failed": { status: "error", title: () => "given up, and put into the failure queue" },
  "occurrence.paced": {
    status: "warn",
    title: ({ retryInMs }) => `waits for its turn, because Sequence asked to slow down: ${span(Number(retryInMs))}`,
  },
  "occurrence.unexpectedTime": {
    status: "warn",
    title: () => "no time of its schedule; it is carried out all the same",
  },
  "event.conflict": {
    status: "error",
    title: () => "known by the ledger with another payload: a conflict, and nothing is called",
  },
  "message.failed": { status: "error", title: () => "an unexpected error; the message comes back" },
  "message.refused": { status: "error", title: () => "the message isn't allowed" },
  "ledger.unavailable": { status: "error", title: () => "the ledger couldn't be read or written: nothing is called" },
};

export function decisionSteps(lines: readonly LogLineView[]): TraceStep[] {
  return lines.flatMap((line) => {
    if (!/^(occurrence|event|message|ledger)\./.test(line.event)) return [];
    const fields = fieldsOf(line.message) ?? {};
    if (line.event === "occurrence.checked") return [checkStep(line, fields)];
    const known = decisions[line.event];
    const reason = typeof fields.reason === "string" ? fields.reason : messageOf(fields.error);
    return [
      {
        ...{ stage: "Ledger" as const, at: line.at, ids: {}, working: [], lines: [line] },
        status: known?.status ?? (line.level === "error" ? "error" : line.level === "warn" ? "warn" : "ok"),
        title: known?.title(fields) ?? line.event,
        details: reason === undefined ? [] : [reason],
      },
    ];
  });
}

function messageOf(error: unknown): string | undefined {
  const { message } = (error ?? {}) as { message?: unknown };
  return typeof message === "string" ? message : undefined;
}

function span(ms: number): string {
  if (ms < 90_000) return `${Math.round(ms / 1000)} seconds`;
  return ms < 90 * 60_000 ? `${Math.round(ms / 60_000)} minutes` : `${Math.round(ms / 360_000) / 10} hours`;
}
