import { pass } from "../virtualTime";
import type { Boundary } from "./fault";

/** A batch that the queue hands to the function; `run` invokes it. */
export interface Receive {
  /** The message stays in the queue, as if the function had failed. */
  readonly keep: unknown;
}

export const queueDelivers: Boundary<Receive> = {
  name: "queue",
  faults: [
    {
      name: "delivers twice at once",
      weight: 2,
      strike: (_receive, { run }) => {
        void run();
        return run();
      },
    },
    {
      name: "delivers again although it was done with",
      strike: async (_receive, { run, random }) => {
        const result = await run();
        void pass(random.between(1, 600) * 1_000).then(run);
        return result;
      },
    },
    {
      name: "delivers out of order",
      // The message is left until its visibility timeout ends, so that later ones come first.
      strike: (receive) => receive.keep,
    },
    {
      name: "doesn't hear that it is done with",
      strike: async (receive, { run }) => {
        await run();
        return receive.keep;
      },
    },
  ],
};
