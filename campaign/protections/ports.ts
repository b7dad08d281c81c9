import { scheduledTriggers } from "../../lambda/agreements/triggerConfig";
import type { LedgerItem } from "../../lambda/triggers/lifecycle/ledgerItem";
import type { Ledger, TriggerDeps } from "../../lambda/triggers/ports";

/** A ledger whose reads show other items than are stored. */
export function reading(deps: TriggerDeps, change: (item: LedgerItem) => LedgerItem | undefined): TriggerDeps {
  const { ledger } = deps;
  return {
    ...deps,
    ledger: withRead(ledger, async (key) => {
      const item = await ledger.read(key);
      return item && change(item);
    }),
  };
}

export function withRead(ledger: Ledger, read: Ledger["read"]): Ledger {
  return {
    read,
    write: (item) => ledger.write(item),
    readCheck: () => ledger.readCheck(),
    writeCheck: (record) => ledger.writeCheck(record),
    readNote: (name) => ledger.readNote(name),
    writeNote: (name, note) => ledger.writeNote(name, note),
  };
}

export function earlier(time: string | undefined, ms: number): string | undefined {
  return time && new Date(Date.parse(time) - ms).toISOString();
}

/** A ledger without some of its notes: nothing is read of them. */
export function withoutNotes(deps: TriggerDeps, isGone: (name: string) => boolean): TriggerDeps {
  const { ledger } = deps;
  const kept = withRead(ledger, (key) => ledger.read(key));
  return {
    ...deps,
    ledger: { ...kept, readNote: async (name) => (isGone(name) ? undefined : ledger.readNote(name)) },
  };
}

/** The daily check passes over what isn't enabled. */
export function withoutChecks(triggers: TriggerDeps["config"]["triggers"]): TriggerDeps["config"]["triggers"] {
  return Object.fromEntries(
    scheduledTriggers({ triggers }).map(([name, spec]) => [
      name,
      { ...spec, schedule: { ...spec.schedule, enabled: false } },
    ]),
  );
}

/** Writes whatever is stored: the version is taken from there. */
export async function overwrite(ledger: Ledger, item: LedgerItem): Promise<boolean> {
  for (;;) {
    const stored = await ledger.read(item.key);
    if (await ledger.write({ ...item, version: (stored?.version ?? 0) + 1 })) return true;
  }
}
