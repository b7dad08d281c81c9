import { pass } from "../virtualTime";
import { sdkError } from "../world/cloud";
import type { Boundary } from "./fault";

const DAY_MS = 86_400_000;

/** A rule that was executed asks for an amount; `run` asks. */
export interface Questioning {
  /** Until then no rule asks for the sweep: somebody has taken its URL out. */
  silence(untilMs: number): void;
}

export const rulesAsk: Boundary<Questioning> = {
  name: "questions of rules",
  share: 0.3,
  faults: [
    {
      name: "come a minute late",
      strike: async (_questioning, { run }) => {
        await pass(60_000);
        return run();
      },
    },
    {
      name: "leave an amount out for days",
      weight: 0.05,
      strike: ({ silence }, { run, random }) => {
        silence(Date.now() + random.between(2.5 * DAY_MS, 4 * DAY_MS));
        return run();
      },
    },
  ],
};

interface LogPage {
  readonly lines: readonly object[];
  readonly token: string | undefined;
}

/** The daily check reads a page of the amount function's log; `run` resolves with it. */
export interface LogRead {
  readonly isFirst: boolean;
  /** All of the log from a time on. */
  since(instant: number): readonly object[];
}

export const amountLogIsRead: Boundary<LogRead> = {
  name: "amount function's log",
  share: 0.5,
  faults: [
    {
      name: "can't be read",
      strike: async () => {
        await pass(50);
        throw sdkError("ThrottlingException");
      },
    },
    {
      name: "isn't answered",
      strike: async () => {
        await pass(8_000);
        throw sdkError("NoAnswer");
      },
    },
    {
      name: "is gone",
      if: ({ isFirst }) => isFirst,
      strike: async () => ({ lines: [], token: undefined }) satisfies LogPage,
    },
    {
      name: "is kept for an hour only",
      if: ({ isFirst }) => isFirst,
      strike: async ({ since }) => ({ lines: since(Date.now() - 3_600_000), token: undefined }) satisfies LogPage,
    },
    {
      name: "begins with an empty page",
      if: ({ isFirst }) => isFirst,
      strike: async () => ({ lines: [], token: "0" }) satisfies LogPage,
    },
  ],
};
