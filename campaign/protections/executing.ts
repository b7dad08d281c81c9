import type { LedgerItem } from "../../lambda/triggers/lifecycle/ledgerItem";
import type { TriggerDeps } from "../../lambda/triggers/ports";
import { earlier, overwrite, reading, withRead } from "./ports";
import type { Protection } from "./protection";

const NOT_TOLD_APART = { concurrentDuplicatesToldApart: false };
const FORGETS = { memoryMs: 0, concurrentDuplicatesToldApart: false };

/** What keeps an occurrence from being executed twice, or late. */
export const EXECUTING: readonly Protection[] = [
  {
    name: "the same key at every try",
    shownBy: "executedTwice",
    faults: ["network: reset after Sequence executed", "network: Sequence executes, and answers 500"],
    mode: {},
    maxAgeMinutes: 360,
    without: (deps) => {
      const { newId = () => "" } = deps;
      const { sequence } = deps;
      return {
        ...deps,
        sequence: {
          triggerRule: (rule, options) => sequence.triggerRule(rule, { ...options, idempotencyKey: newId() }),
        },
      };
    },
  },
  {
    name: "the ledger",
    shownBy: "executedTwice",
    faults: ["Scheduler: delivers again hours later", "queue: delivers again although it was done with"],
    mode: { modes: FORGETS },
    maxAgeMinutes: 720,
    without: (deps) => ({
      ...deps,
      ledger: { ...withRead(deps.ledger, async () => undefined), write: async () => true },
    }),
  },
  {
    name: "conditional writes of the ledger",
    shownBy: "executedTwice",
    faults: ["Scheduler: delivers twice", "queue: delivers twice at once"],
    mode: { modes: FORGETS },
    maxAgeMinutes: 360,
    without: (deps) => ({
      ...deps,
      ledger: {
        ...withRead(deps.ledger, (key) => deps.ledger.read(key)),
        write: (item) => overwrite(deps.ledger, item),
      },
    }),
  },
  {
    name: "the lease",
    shownBy: "executedTwice",
    faults: [
      "queue: delivers twice at once",
      "queue: delivers out of order",
      "Scheduler: delivers twice",
      "network: the answer comes slowly, but in time",
    ],
    mode: { modes: NOT_TOLD_APART },
    maxAgeMinutes: 360,
    without: (deps) =>
      reading(deps, (item) =>
        item.state === "claimed"
          ? ({
              ...item,
              leaseUntil: earlier(item.lastTriedAt, 61_000),
              lastTriedAt: earlier(item.lastTriedAt, 61_000),
            } as LedgerItem)
          : item,
      ),
  },
  {
    name: "the pause after an unknown outcome",
    shownBy: "executedTwice",
    faults: ["network: reset, and Sequence executes later"],
    mode: { modes: NOT_TOLD_APART },
    maxAgeMinutes: 360,
    without: (deps) => {
      const shifted = reading(
        deps,
        (item) => ({ ...item, lastTriedAt: earlier(item.lastTriedAt, 61_000) }) as LedgerItem,
      );
      const putBack: TriggerDeps["workQueue"]["putBack"] = (handle, seconds) =>
        deps.workQueue.putBack(handle, Math.min(seconds, 5));
      return { ...shifted, workQueue: { url: deps.workQueue.url, putBack } };
    },
  },
  {
    name: "one request a delivery",
    shownBy: "executedTwice",
    faults: ["network: reset, and Sequence executes later"],
    mode: { modes: NOT_TOLD_APART },
    maxAgeMinutes: 360,
    without: (deps) => ({
      ...deps,
      sequence: { triggerRule: (rule, options) => deps.sequence.triggerRule(rule, { ...options, maxAttempts: 4 }) },
    }),
  },
  {
    name: "a connection of its own for each request",
    shownBy: "executedTwice",
    faults: ["network: reset, and Sequence executes later"],
    mode: { modes: NOT_TOLD_APART },
    maxAgeMinutes: 360,
    without: (deps, stack) => {
      stack.keepsConnections = true;
      return deps;
    },
  },
  {
    name: "the limit of Sequence's memory (keyMemoryMinutes)",
    shownBy: "executedTwice",
    faults: ["network: reset after Sequence executed", "network: Sequence executes, and answers 500"],
    mode: { modes: { memoryMs: 3 * 60_000, concurrentDuplicatesToldApart: false } },
    maxAgeMinutes: 360,
    keyMemoryMinutes: 2,
    deployedWithout: { keyMemoryMinutes: 720 },
  },
  {
    name: "the age limit (maxAgeMinutes)",
    shownBy: "late",
    faults: ["Scheduler: delivers beyond the age limit", "people: revoke the secret and restore it"],
    mode: {},
    maxAgeMinutes: 60,
    without: (deps) => ({ ...deps, config: { ...deps.config, maxAgeMinutes: 100_000 } }),
  },
];
