import { ledgerNotes } from "../../agreements/ledgerNotes";
import { expectsQuestions, scheduledTriggers, type TriggerSpec } from "../../agreements/triggerConfig";
import { occurrencesBetween } from "../../schedule";
import { type AcceptedEvent, forgetAccepted, readAccepted } from "../acceptedEvents";
import { occurrenceKey } from "../lifecycle/key";
import { type LedgerItem, msOf } from "../lifecycle/ledgerItem";
import { specOf } from "../lifecycle/request";
import type { Delivery, TriggerDeps } from "../ports";
import { type Unasked, unaskedMail } from "../telling/checkMails";
import { sendMail } from "../telling/tell";
import { expectedOf } from "./expected";

const HOUR_MS = 3_600_000;
/** A rule has asked by then, if it asks at all. */
export const ASKED_WITHIN_MS = 2 * HOUR_MS;
/** Two daily checks. */
const LOOK_BACK_MS = 48 * HOUR_MS;
/** Clocks differ a little, and the trigger function's own check comes right before the first try. */
const SLACK_MS = 60_000;
const MOST_OCCURRENCES = 25;
const MOST_PAGES = 40;
const LEAST_TIME_MS = 10_000;

/** An executed occurrence or event whose rule must have asked for its amounts by now. */
interface Accepted {
  readonly trigger: string;
  readonly spec: TriggerSpec;
  readonly event?: string;
  /** When it was due, or when the event was executed. */
  readonly due: number;
  /** From when on a question counts, milliseconds since the epoch. */
  readonly since: number;
}

/**
 * Tells of amounts that no rule asked for although Sequence accepted it: once a trigger, until it is asked for again. Never rejects: what
 * can't be read is "not checked", and never "not asked".
 */
export async function tellUnasked(deps: TriggerDeps, delivery: Delivery): Promise<void> {
  try {
    await lookForUnasked(deps, delivery);
  } catch (error) {
    deps.logger.warn("asked.notChecked", { error });
  }
}

async function lookForUnasked(deps: TriggerDeps, delivery: Delivery): Promise<void> {
  const { amountLog, ledger, now } = deps;
  if (!amountLog) return;
  const events = await readAccepted(ledger);
  const old = Object.entries(events.byTrigger).filter(
    ([, { lastTriedAt }]) => msOf(lastTriedAt) <= now() - ASKED_WITHIN_MS,
  );
  const accepted = [
    ...(await acceptedOccurrences(deps, delivery)),
    ...old.flatMap(([trigger, event]) => ofEvent(deps, trigger, event)),
  ];
  if (accepted.length > 0 && !(await tellUnaskedOf(deps, delivery, accepted))) return;
  await forgetAccepted(
    ledger,
    events,
    old.map(([trigger]) => trigger),
  );
}

/** Whether everybody has the mail who should. */
async function tellUnaskedOf(deps: TriggerDeps, delivery: Delivery, accepted: readonly Accepted[]): Promise<boolean> {
  const { ledger } = deps;
  const log = await readLog(deps, delivery, Math.min(...accepted.map(({ since }) => since)));
  const note = await ledger.readNote(ledgerNotes.unasked);
  const told = JSON.parse(String(note?.told ?? "{}")) as Record<string, string[]>;
  const fresh: Unasked[] = [];
  for (const { trigger, spec, event, due, since } of accepted) {
    const unasked = (spec.asks ?? []).filter((name) => (log.askedAt.get(name) ?? 0) < since);
    const before = told[trigger] ?? [];
    // The trigger function's own check, at least, must be in the log: else it was deleted, or kept for too short a time.
    if (unasked.length > 0 && !(log.firstAt <= since + 2 * SLACK_MS)) {
      deps.logger.warn("asked.notChecked", { trigger, amounts: unasked });
      continue;
    }
    const amounts = unasked.filter((name) => !before.includes(name));
    const timezone = spec.schedule?.timezone ?? "UTC";
    if (amounts.length > 0) fresh.push({ trigger, event, timezone, due, amounts });
    if (unasked.length > 0) told[trigger] = unasked;
    else delete told[trigger];
  }
  if (fresh.length > 0) deps.logger.warn("amounts.unasked", { unasked: fresh });
  if (fresh.length > 0 && !(await sendMail(deps, unaskedMail(fresh)))) return false;
  const text = JSON.stringify(told);
  if (text !== String(note?.told ?? "{}"))
    await ledger.writeNote(ledgerNotes.unasked, { version: (note?.version ?? 0) + 1, told: text });
  return true;
}

/** Not if its trigger expects no question any more, or if it is so old that its log may be very long. */
function ofEvent({ config, now }: TriggerDeps, trigger: string, accepted: AcceptedEvent): Accepted[] {
  const spec = specOf(config, trigger);
  const due = msOf(accepted.lastTriedAt);
  if (!spec || !expectsQuestions(spec) || due < now() - LOOK_BACK_MS) return [];
  return [{ trigger, spec, event: accepted.event, due, since: msOf(accepted.firstTriedAt) - SLACK_MS }];
}

/** The latest executed occurrence of each trigger that says what its rule asks for, if it is old enough. */
async function acceptedOccurrences({ config, ledger, now }: TriggerDeps, delivery: Delivery): Promise<Accepted[]> {
  const until = now() - ASKED_WITHIN_MS;
  const found: Accepted[] = [];
  for (const [trigger, spec] of scheduledTriggers(config)) {
    if (!expectsQuestions(spec)) continue;
    const expected = expectedOf(spec);
    const times = [...occurrencesBetween(expected, now() - LOOK_BACK_MS, until)].slice(-MOST_OCCURRENCES).reverse();
    for (const due of times) {
      checkTime(delivery);
      const item = await ledger.read(occurrenceKey({ ruleId: expected.ruleId, scheduledTime: due }));
      if (!item || !isOver(item, until)) continue;
      found.push({ trigger, spec, due, since: msOf(item.firstTriedAt) - SLACK_MS });
      break;
    }
  }
  return found;
}

/** Throws when the rest of the time is needed for the mail and the record: a check that is cut off is never completed. */
function checkTime(delivery: Delivery): void {
  if (delivery.remainingMs() < LEAST_TIME_MS) throw new Error("the daily check ran out of time");
}

function isOver(item: LedgerItem, until: number): boolean {
  return item.state === "executed" && msOf(item.lastTriedAt) <= until;
}

/** When each amount was last asked for, and when the log's first line of any amount is. Rejects if it can't be read to its end. */
async function readLog({ amountLog, now }: TriggerDeps, delivery: Delivery, since: number) {
  const askedAt = new Map<string, number>();
  let firstAt = Number.POSITIVE_INFINITY;
  let token: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    checkTime(delivery);
    const read = await amountLog?.page({ from: since, to: now(), token });
    for (const { at, amount } of read?.lines ?? []) {
      firstAt = Math.min(firstAt, at);
      if (amount !== undefined) askedAt.set(amount, Math.max(at, askedAt.get(amount) ?? 0));
    }
    token = read?.token;
    if (token === undefined) return { askedAt, firstAt };
  }
  throw new Error(`the amount function's log has more than ${MOST_PAGES} pages`);
}
