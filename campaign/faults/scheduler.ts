import { pass } from "../virtualTime";
import type { Boundary } from "./fault";

const MINUTE_MS = 60_000;

/** A message on its way from Scheduler to its target; `run` returns its id. */
export interface Firing {
  /** It starts the daily check. */
  readonly isCheck: boolean;
}

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
      // A check that doesn't come is what the alarm on a missing heartbeat is for.
      if: ({ isCheck }) => !isCheck,
      strike: () => "never",
    },
  ],
};
