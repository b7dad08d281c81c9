import type { Protection } from "./protection";

const ASKS = { asks: ["rent", "sweep"] };

/** What keeps the daily check's mails about amounts, and the month's digest, true and coming. */
export const CHECKING: readonly Protection[] = [
  {
    name: "the daily check looks whether amounts were asked for",
    shownBy: "untold",
    faults: ["questions of rules: leave an amount out for days"],
    mode: {},
    maxAgeMinutes: 360,
    triggers: ASKS,
    without: ({ amountLog: _, ...deps }) => deps,
  },
  {
    name: "a log that has lost its beginning tells nothing",
    shownBy: "untrueMails",
    faults: ["amount function's log: is gone", "amount function's log: is kept for an hour only"],
    mode: {},
    maxAgeMinutes: 360,
    triggers: ASKS,
    without: ({ amountLog, ...deps }) => ({
      ...deps,
      amountLog: {
        page: async (of) => {
          const { lines = [], token } = (await amountLog?.page(of)) ?? {};
          return { lines: [{ at: of.from, amount: undefined }, ...lines], token };
        },
      },
    }),
  },
  {
    name: "the digest is sent until its mail is taken",
    shownBy: "untold",
    faults: ["SNS: answers an error", "SNS: doesn't answer"],
    mode: {},
    maxAgeMinutes: 360,
    digest: true,
    without: ({ mail, ...deps }) => ({
      ...deps,
      mail: { send: async (text) => mail?.send(text).catch(() => {}) },
    }),
  },
];
