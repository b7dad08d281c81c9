import { pass } from "../virtualTime";
import { sdkError } from "../world/cloud";
import type { Boundary } from "./fault";

/** The item that holds every trigger of a stack. */
export interface StopSwitch {
  set(): void;
  clear(): void;
}

const MINUTE_MS = 60_000;

/** What people do with it around an occurrence. */
export const switchIsUsed: Boundary<StopSwitch> = {
  name: "stop switch",
  share: 0.15,
  faults: [
    {
      name: "set before the first delivery, and cleared later",
      strike: async (stop, { random }) => {
        stop.set();
        await pass(random.between(1, 90) * MINUTE_MS);
        stop.clear();
      },
    },
    {
      name: "set in the middle of the tries",
      strike: async (stop, { random }) => {
        await pass(random.between(1, 60 * MINUTE_MS));
        stop.set();
        await pass(random.between(1, 90) * MINUTE_MS);
        stop.clear();
      },
    },
    {
      name: "set until the time for tries is over",
      strike: async (stop, { random }) => {
        stop.set();
        await pass(random.between(60, 900) * MINUTE_MS);
        stop.clear();
      },
    },
  ],
};

/** A delivery reads the switch once or more often. */
export const switchIsRead: Boundary<StopSwitch> = {
  name: "item of the stop switch",
  share: 0.15,
  faults: [
    {
      name: "set between the read and the claim",
      strike: async (stop, { run, random }) => {
        const item = await run();
        stop.set();
        void pass(random.between(1, 60) * MINUTE_MS).then(() => stop.clear());
        return item;
      },
    },
    {
      name: "cleared after it was read",
      strike: async (stop, { run }) => {
        const item = await run();
        stop.clear();
        return item;
      },
    },
    {
      name: "can't be read",
      strike: () => {
        throw sdkError("InternalServerError");
      },
    },
  ],
};
