import { pass } from "../virtualTime";
import type { Boundary } from "./fault";

/** An occurrence on its way from Scheduler to its target; what it returns is the message's id. */
export interface Firing {
  /** Its trigger was renamed or changed a short time ago. */
  readonly isRecentlyChanged: boolean;
  /** The daily check is the only one who can know of it. */
  neverFires(): void;
}

const MINUTE_MS = 60_000;

export const schedulerFires: Boundary<Firing> = {
  name: "Scheduler",
  faults: [
    {
      name: "delivers twice",
      weight: 3,
      strike: (_firing, { run, random }) => {
        void pass(random.between(0, 3_000)).then(run);
        return run();
      },
    },
    {
      name: "delivers again hours later",
      strike: (_firing, { run, random }) => {
        void pass(random.between(10, 1_000) * MINUTE_MS).then(run);
        return run();
      },
    },
    {
      name: "delivers late",
      weight: 2,
      strike: (_firing, { run, random }) => {
        void pass(random.between(1, 60) * MINUTE_MS).then(run);
        return "late";
      },
    },
    {
      name: "delivers beyond the age limit",
      weight: 0.3,
      strike: (_firing, { run, random }) => {
        void pass(random.between(360, 900) * MINUTE_MS).then(run);
        return "late";
      },
    },
    {
      name: "can't reach the queue, and tries again",
      strike: () => {
        throw new Error("SQS is not available");
      },
    },
    {
      name: "reaches the queue, hears an error, and tries again",
      strike: (_firing, { run }) => {
        run();
        throw new Error("the answer of SQS got lost");
      },
    },
    {
      name: "never fires",
      weight: 0.1,
      // docs/triggers.md, the daily check: one that was missed right before a change isn't found.
      if: (firing) => !firing.isRecentlyChanged,
      strike: (firing) => {
        firing.neverFires();
        return "never";
      },
    },
  ],
};
