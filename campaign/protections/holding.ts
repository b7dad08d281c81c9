import { ledgerNotes, paceNote } from "../../lambda/agreements/ledgerNotes";
import { scheduledTriggers } from "../../lambda/agreements/triggerConfig";
import type { LedgerItem } from "../../lambda/triggers/lifecycle/ledgerItem";
import { SKIPPED } from "../calendar";
import { withoutNotes, withRead } from "./ports";
import type { Protection } from "./protection";

/** What holds an occurrence back, or leaves it out. */
export const HOLDING: readonly Protection[] = [
  {
    name: "the stop switch is read with each delivery",
    shownBy: "calledWhilePaused",
    faults: ["stop switch", "Scheduler: delivers late", "network: a burst of 429 without Retry-After"],
    mode: {},
    maxAgeMinutes: 360,
    without: (deps) => withoutNotes(deps, (name) => name === ledgerNotes.pause),
  },
  {
    name: "what a pause skips is mailed",
    shownBy: "lost",
    faults: ["stop switch: set until the time for tries is over"],
    mode: {},
    maxAgeMinutes: 60,
    without: ({ mail, ...deps }) => ({
      ...deps,
      mail: { send: async (text) => (/skipped/.test(text.subject) ? undefined : mail?.send(text)) },
    }),
  },
  {
    name: "a calendar leaves days out",
    shownBy: "leftOutYetRun",
    faults: ["Scheduler: delivers twice"],
    mode: {},
    maxAgeMinutes: 360,
    triggers: { skipDates: SKIPPED },
    without: (deps) => {
      const triggers = scheduledTriggers(deps.config).map(([name, spec]) => {
        const { everyWeeks: _, from: __, skipDates: ___, ...schedule } = spec.schedule;
        return [name, { ...spec, schedule }] as const;
      });
      return { ...deps, config: { ...deps.config, triggers: Object.fromEntries(triggers) } };
    },
  },
  {
    name: "amounts are asked for before the first try (holdUntilKnown)",
    shownBy: "triedUnknown",
    faults: ["check of amounts"],
    mode: {},
    maxAgeMinutes: 360,
    triggers: { asks: ["rent", "sweep"], holdUntilKnown: ["sweep"] },
    without: ({ amounts: _, ...deps }) => deps,
  },
  {
    name: "a check is no try",
    shownBy: "triedUnknown",
    faults: ["check of amounts"],
    mode: {},
    maxAgeMinutes: 360,
    triggers: { asks: ["rent", "sweep"], holdUntilKnown: ["sweep"] },
    without: (deps) => {
      const { ledger } = deps;
      const asTried = (item: LedgerItem): LedgerItem =>
        item.state === "waiting" && item.attempts === 0
          ? { ...item, attempts: 1, firstTriedAt: item.updatedAt, lastTriedAt: item.updatedAt }
          : item;
      return {
        ...deps,
        ledger: { ...withRead(ledger, (key) => ledger.read(key)), write: (item) => ledger.write(asTried(item)) },
      };
    },
  },
  {
    name: "one pace a rule",
    shownBy: "calledTooSoon",
    faults: [
      "network: a burst of 429 with Retry-After in seconds",
      "network: a burst of 429 with Retry-After as a date",
      "queue: delivers twice at once",
      "Scheduler: delivers twice",
      "queue: delivers again although it was done with",
    ],
    mode: {},
    maxAgeMinutes: 360,
    without: (deps) => withoutNotes(deps, (name) => name.startsWith(paceNote(""))),
  },
];
