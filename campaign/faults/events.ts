import { pass } from "../virtualTime";
import type { Boundary } from "./fault";

/** A system of the user's own sends an event; `run` puts it into the event queue. */
export interface Sending {
  /** Its trigger has another name by now. */
  readonly isRenamed: boolean;
  /** Sends it with another payload than its own, or without one. */
  withPayload(payload: object | undefined): void;
  /** Sends it as one would before the trigger was renamed. */
  underFirstName(): void;
  /** Sends what no sender of events may. */
  forge(form: "scheduled" | "byHand" | "heartbeat" | "failure" | "text"): void;
  /** The queue's messages aren't delivered for so long. */
  stall(ms: number): void;
}

const MINUTE_MS = 60_000;
const OTHER = { cents: 1, other: true };

export const eventIsSent: Boundary<Sending> = {
  name: "event",
  faults: [
    {
      name: "sent twice",
      weight: 2,
      strike: async (_sending, { run, random }) => {
        run();
        await pass(random.between(0, 3_000));
        run();
      },
    },
    {
      name: "sent again hours later",
      strike: async (_sending, { run, random }) => {
        run();
        await pass(random.between(10, 1_000) * MINUTE_MS);
        run();
      },
    },
    {
      name: "sent again days later",
      strike: async (_sending, { run, random }) => {
        run();
        await pass(random.between(1, 5) * 1_440 * MINUTE_MS);
        run();
      },
    },
    {
      name: "sent with two payloads at once",
      strike: (sending, { run, random }) => {
        const other = () => sending.withPayload(OTHER);
        const both = random.chance(0.5) ? [other, run] : [run, other];
        for (const send of both) send();
      },
    },
    {
      name: "sent again with another payload",
      strike: async (sending, { run, random }) => {
        run();
        await pass(random.between(1, 600 * MINUTE_MS));
        sending.withPayload(OTHER);
      },
    },
    {
      name: "sent again without its payload",
      strike: async (sending, { run, random }) => {
        run();
        await pass(random.between(1, 600 * MINUTE_MS));
        sending.withPayload(undefined);
      },
    },
    {
      name: "the queue can't be reached, and it is sent later",
      strike: async (_sending, { run, random }) => {
        await pass(random.between(1, 60) * MINUTE_MS);
        run();
      },
    },
    {
      name: "the queue takes it, the answer gets lost, and it is sent again",
      strike: async (_sending, { run, random }) => {
        run();
        await pass(random.between(100, 5_000));
        run();
      },
    },
    {
      name: "sent under an earlier name of its trigger",
      if: ({ isRenamed }) => isRenamed,
      weight: 2,
      strike: (sending) => sending.underFirstName(),
    },
    {
      name: "sent under its name and an earlier one",
      if: ({ isRenamed }) => isRenamed,
      strike: async (sending, { run, random }) => {
        run();
        await pass(random.between(0, 60 * MINUTE_MS));
        sending.underFirstName();
      },
    },
    {
      name: "a forged message comes with it",
      strike: (sending, { run, random }) => {
        sending.forge(random.pick(["scheduled", "byHand", "heartbeat", "failure", "text"]));
        run();
      },
    },
    {
      name: "the delivery of its queue stands still for a while",
      weight: 0.5,
      strike: (sending, { run, random }) => {
        sending.stall(random.between(1, random.chance(0.7) ? 30 : 900) * MINUTE_MS);
        run();
      },
    },
  ],
};
