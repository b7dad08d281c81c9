import type { Deployment } from "../engine";
import type { ActionRecord, TriggerRecord } from "../sequence/records";
import type { SandboxSettings } from "../settings";
import { whyNoAmount } from "./amountReasons";
import { amountName } from "./amountUrls";
import type { FiredOccurrence } from "./firedOccurrences";
import { whyNotTriggered } from "./triggerReasons";
import { whyLeftOut } from "./triggerSchedules";
import type { AmountReport, LedgerEntry, OccurrenceReport } from "./types";

/** What is known of everything that fired. */
export interface Known {
  readonly amountReports: readonly AmountReport[];
  readonly deployment: Pick<Deployment, "resources">;
  readonly settings: SandboxSettings;
  readonly ledger: readonly LedgerEntry[];
  readonly triggers: readonly TriggerRecord[];
}

/** What came of each occurrence so far. */
export function reportOccurrences(fired: readonly FiredOccurrence[], known: Known): OccurrenceReport[] {
  const entries = new Map(known.ledger.map((item) => [keyOf(item), item]));
  const triggers = new Map(known.triggers.map((trigger) => [trigger.requestId, trigger]));
  return fired.map((each) => {
    const entry = entries.get(keyOf(each));
    const taken = triggers.get(entry?.requestId ?? "");
    const { trigger, ruleId, scheduledTime, occurrence, event, at } = each;
    return {
      ...{ trigger, ruleId, scheduledTime, occurrence, event, at },
      ...outcomeOf(each, entry, taken, known),
      requestId: entry?.requestId,
      actions: taken?.actions ?? [],
    };
  });
}

/** An occurrence is one of its rule: a renamed trigger runs it no second time. */
function keyOf({ ruleId, occurrence, event, scheduledTime }: LedgerEntry | FiredOccurrence): string {
  const time = scheduledTime === undefined ? null : Date.parse(scheduledTime);
  return JSON.stringify([ruleId, occurrence ?? null, event ?? null, time]);
}

type Outcome = Pick<OccurrenceReport, "result" | "reasons">;

function outcomeOf(
  fired: FiredOccurrence,
  entry: LedgerEntry | undefined,
  taken: TriggerRecord | undefined,
  known: Known,
): Outcome {
  if (!entry) return unseen(fired, known);
  switch (entry.state) {
    case "executed":
      return executed(taken, known);
    case "test-mode":
      return { result: "moved-nothing", reasons: [`rule ${fired.ruleId} is in test mode, so nothing moved`] };
    case "dry-run":
      return { result: "moved-nothing", reasons: ["a dry run, so Sequence was not called"] };
    case "skipped":
      return { result: "skipped", reasons: [entry.reason ?? "by the stop switch"] };
    default:
      return {
        result: entry.state === "failed" ? "failed" : "waiting",
        reasons: [whyNotTriggered(entry, known)],
      };
  }
}

/** The function hasn't written anything of it. */
function unseen({ trigger, scheduledTime, undelivered, isLeftOut }: FiredOccurrence, { deployment }: Known): Outcome {
  if (undelivered !== undefined)
    return { result: "failed", reasons: [`its schedule could not deliver: ${undelivered}`] };
  if (isLeftOut)
    return {
      result: "skipped",
      reasons: [whyLeftOut(deployment.resources, trigger, Date.parse(String(scheduledTime)))],
    };
  return { result: "waiting", reasons: ["no function has taken it yet"] };
}

function executed(taken: TriggerRecord | undefined, known: Known): Outcome {
  const undone = (taken?.actions ?? []).filter(({ status }) => status === "skipped" || status === "refused");
  if (undone.length === 0) return { result: "done", reasons: [] };
  return { result: "incomplete", reasons: undone.map((action) => whyUndone(action, known)) };
}

function whyUndone(action: ActionRecord, known: Known): string {
  const { from, to, output, reason = "" } = action;
  if (action.status === "refused" || output === undefined) return `no transfer ${from} → ${to}: ${reason}`;
  const answer = { ...action, reason: reason.replace(/^no amount: /, "") };
  return `asked ${amountName(output)}: ${whyNoAmount(known.amountReports, answer)}`;
}
