import { reading, withoutChecks } from "./ports";
import type { Protection } from "./protection";

/** What keeps an occurrence from being lost, or told wrongly. */
export const TELLING: readonly Protection[] = [
  {
    name: "the failure queue",
    shownBy: "lost",
    faults: ["people: switch the rule off and on", "people: revoke the secret and restore it"],
    mode: {},
    maxAgeMinutes: 0,
    without: (deps) => ({ ...deps, failureQueue: { send: async () => {} } }),
  },
  {
    name: "told only once the failure queue has it",
    shownBy: "lost",
    faults: ["people: revoke the secret and restore it", "SQS: answers an error", "SQS: doesn't answer"],
    mode: {},
    maxAgeMinutes: 0,
    without: (deps) => ({
      ...deps,
      failureQueue: { send: (message) => deps.failureQueue.send(message).catch(() => {}) },
    }),
  },
  {
    name: "the mail",
    shownBy: "withoutMail",
    faults: ["people: revoke the secret and restore it"],
    mode: {},
    maxAgeMinutes: 0,
    without: ({ mail: _, ...deps }) => deps,
  },
  {
    name: "everything is awaited before the answer",
    shownBy: "withoutMail",
    faults: ["people: revoke the secret and restore it", "Lambda: frozen after it answered, and never thawed"],
    mode: {},
    maxAgeMinutes: 0,
    without: ({ mail, ...deps }) => {
      // As one would to answer sooner.
      const later = async (text: Parameters<NonNullable<typeof mail>["send"]>[0]) => {
        void deps.sleep(50).then(() => mail?.send(text));
      };
      return { ...deps, mail: { send: later } };
    },
  },
  {
    name: "an unknown outcome stays unknown",
    shownBy: "toldNoYetExecuted",
    faults: ["network: reset after Sequence executed", "network: a burst of 429 without Retry-After"],
    mode: {},
    maxAgeMinutes: 10,
    without: (deps) =>
      reading(deps, (item) => ({ ...item, outcome: item.outcome === "unknown" ? "not-executed" : item.outcome })),
  },
  {
    name: "the secret read afresh after a 401",
    shownBy: "queued",
    faults: ["network: the secret is rotated while the request is under way"],
    mode: {},
    maxAgeMinutes: 0,
    without: (deps) => {
      const { secrets } = deps;
      return {
        ...deps,
        secrets: { credential: (arn, field) => ({ get: () => secrets.credential(arn, field).get() }) },
      };
    },
  },
  {
    name: "the body of the first try at every try",
    shownBy: "changedBodies",
    faults: ["network: connection refused", "people: change the payload and deploy"],
    mode: {},
    maxAgeMinutes: 360,
    without: (deps) =>
      reading(deps, (item) => ({ ...item, body: JSON.stringify(deps.config.triggers[item.trigger]?.payload ?? {}) })),
  },
  {
    name: "the daily check",
    shownBy: "lost",
    faults: ["Scheduler: never fires"],
    mode: {},
    maxAgeMinutes: 360,
    without: (deps) => ({ ...deps, config: { ...deps.config, triggers: withoutChecks(deps.config.triggers) } }),
  },
];
