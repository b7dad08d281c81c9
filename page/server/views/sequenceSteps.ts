import type { ActionRecord, CallRecord, TriggerRecord } from "../../../sandbox";
import type { TraceStep } from "../../shared/types";
import type { Lookup } from "../lookup";
import { fieldsOf } from "./log";

const EMPTY = { details: [], ids: {}, working: [], lines: [] };

/** What Sequence was asked with the occurrence's key, and what the rule did then. */
export function sequenceSteps(lookup: Lookup, key: string | undefined, ruleId: string | undefined): TraceStep[] {
  if (key === undefined) return [];
  const { calls, triggers } = lookup.sandbox;
  const mine = triggers.filter((trigger) => trigger.idempotencyKey === key && trigger.ruleId === ruleId);
  return [
    ...calls.filter((call) => call.idempotencyKey === key).map((call) => callStep(call, mine)),
    ...mine.flatMap((trigger) => trigger.actions.flatMap((action) => actionSteps(lookup, trigger, action))),
  ];
}

function callStep({ at, status, path }: CallRecord, triggers: readonly TriggerRecord[]): TraceStep {
  const requestId = status === 200 ? triggers[0]?.requestId : undefined;
  const title = status === undefined ? "is being asked" : status === "none" ? "didn't answer" : `answered ${status}`;
  return {
    ...{ ...EMPTY, stage: "Sequence", at, title, details: [`POST ${path}`] },
    status: status === 200 ? "ok" : "error",
    ids: requestId === undefined ? {} : { "Sequence's request id": requestId },
  };
}

function actionSteps(lookup: Lookup, { at: acceptedAt, requestId }: TriggerRecord, action: ActionRecord): TraceStep[] {
  const { from, to, output, status, amountInCents, transfer, reason } = action;
  const at = transfer?.at ?? acceptedAt;
  const asked = output === undefined ? [] : [amountStep(lookup, at, requestId, action)];
  if (transfer)
    return [
      ...asked,
      {
        ...EMPTY,
        stage: "Transfer",
        at,
        status: "ok",
        title: `${from} → ${to}`,
        working: [{ text: "moved", cents: transfer.cents }],
      },
    ];
  const details = reason === undefined ? [] : [reason];
  const title = status === "zero" ? `nothing to move, ${from} → ${to}` : `not made, ${from} → ${to}`;
  const working = amountInCents === undefined ? [] : [{ text: "amount", cents: amountInCents }];
  return [
    ...asked,
    { ...EMPTY, stage: "Transfer", at, status: status === "zero" ? "ok" : "error", title, details, working },
  ];
}

function amountStep(lookup: Lookup, at: number, requestId: string, action: ActionRecord): TraceStep {
  const name = action.output?.split(".").at(-1) ?? "";
  const id = lookup.functionRequestOf(action.apiRequestId) ?? action.awsRequestId;
  const report = lookup.sandbox.amountReports.find(({ awsRequestId }) => awsRequestId === id);
  const isMissing = action.status === "skipped";
  const line =
    id === undefined
      ? undefined
      : lookup.sandbox.logs().find(({ message }) => message.includes(id) && message.includes('"event":"amount.'));
  const ms = line ? Number(fieldsOf(line.message)?.ms) : Number.NaN;
  return {
    ...{ ...EMPTY, stage: "Amount", at: report?.at ?? at, status: isMissing ? "error" : "ok" },
    title: `${name} asked`,
    details: isMissing ? [report?.reason ?? action.reason ?? ""] : [],
    working: report?.working ?? [],
    ids: { "Sequence's request id": requestId, ...(id === undefined ? {} : { "function request id": id }) },
    ...(Number.isNaN(ms) ? {} : { ms }),
  };
}
