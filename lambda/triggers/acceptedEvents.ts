import { ledgerNotes } from "../agreements/ledgerNotes";
import { expectsQuestions } from "../agreements/triggerConfig";
import type { LedgerItem } from "./lifecycle/ledgerItem";
import { specOf } from "./lifecycle/request";
import type { Ledger, TriggerDeps } from "./ports";

/** An executed event. Times are ISO 8601, UTC. */
export interface AcceptedEvent {
  readonly event: string;
  readonly firstTriedAt: string;
  readonly lastTriedAt: string;
}

/** One executed event of each trigger that has any. Nobody can list the events of a trigger without reading the whole ledger. */
interface AcceptedEvents {
  readonly version: number;
  readonly byTrigger: { readonly [trigger: string]: AcceptedEvent };
}

/**
 * Keeps an executed event for the daily check, unless it has one of that trigger already: that is one write a trigger and day. Never
 * rejects, because nothing depends on it but a look.
 */
export async function noteAccepted({ config, ledger, logger }: TriggerDeps, item: LedgerItem): Promise<void> {
  const { trigger, event, firstTriedAt, lastTriedAt } = item;
  const spec = specOf(config, trigger);
  if (event === undefined || !firstTriedAt || !lastTriedAt || !spec || !expectsQuestions(spec)) return;
  try {
    const { version, byTrigger } = await readAccepted(ledger);
    if (Object.hasOwn(byTrigger, trigger)) return;
    const next = { ...byTrigger, [trigger]: { event, firstTriedAt, lastTriedAt } };
    await writeAccepted(ledger, { version: version + 1, byTrigger: next });
  } catch (error) {
    logger.warn("ledger.unavailable", { error });
  }
}

export async function readAccepted(ledger: Ledger): Promise<AcceptedEvents> {
  const note = await ledger.readNote(ledgerNotes.accepted);
  if (!note) return { version: 0, byTrigger: {} };
  return { version: note.version, byTrigger: JSON.parse(String(note.byTrigger)) as AcceptedEvents["byTrigger"] };
}

/** The next executed event of these triggers is kept again. If another delivery was faster, the next check looks at them once more. */
export async function forgetAccepted(
  ledger: Ledger,
  { version, byTrigger }: AcceptedEvents,
  triggers: readonly string[],
): Promise<void> {
  const left = Object.fromEntries(Object.entries(byTrigger).filter(([trigger]) => !triggers.includes(trigger)));
  if (triggers.length > 0) await writeAccepted(ledger, { version: version + 1, byTrigger: left });
}

function writeAccepted(ledger: Ledger, { version, byTrigger }: AcceptedEvents): Promise<boolean> {
  return ledger.writeNote(ledgerNotes.accepted, { version, byTrigger: JSON.stringify(byTrigger) });
}
