import { pass } from "../virtualTime";
import type { Doom, Point } from "../world/process";
import type { Boundary, Fault } from "./fault";

/** An invocation of the function; `run` makes it. */
export interface Invocation {
  readonly throttled: unknown;
  /** Its process will die or hang. */
  doom(doom: Doom): void;
  /** Its process's clock is wrong by this much from now on. */
  skew(ms: number): void;
  /** Its process stands still until it is invoked. */
  freeze(): void;
  /** Its process gets no other invocation for so long. It stands still, and what nobody awaited with it. */
  hold(ms: number): void;
}

const dies = (point: Point): Fault<Invocation> => ({
  name: `crashes ${point === "any step" ? "at any step" : point}`,
  waits: true,
  weight: point === "any step" ? 2 : 1,
  strike: (invocation, { run, random, struck }) => {
    invocation.doom({ point, step: random.between(1, 12), how: "dies", happened: struck });
    return run();
  },
});

export const lambdaRuns: Boundary<Invocation> = {
  name: "Lambda",
  faults: [
    { name: "throttled", strike: (invocation) => invocation.throttled },
    dies("before the call"),
    dies("during the call"),
    dies("after the call"),
    dies("after the answer"),
    dies("any step"),
    {
      name: "runs out of time",
      waits: true,
      strike: (invocation, { run, random, struck }) => {
        invocation.doom({ point: "any step", step: random.between(1, 12), how: "hangs", happened: struck });
        return run();
      },
    },
    {
      name: "frozen before it begins",
      // The process stands still between its init phase and the handler. What it had begun to read goes on then, and is as old as that.
      strike: async (invocation, { run, random }) => {
        invocation.freeze();
        await pass(random.between(1, 200) * 1_000);
        return run();
      },
    },
    {
      name: "frozen for hours between two invocations",
      strike: (invocation, { run, random }) => {
        invocation.hold(random.between(1, 600) * 60_000);
        return run();
      },
    },
    {
      name: "frozen after it answered, and never thawed",
      strike: (invocation, { run }) => {
        invocation.hold(Number.POSITIVE_INFINITY);
        return run();
      },
    },
    {
      name: "its clock is wrong",
      strike: (invocation, { run, random }) => {
        invocation.skew(random.between(-5_000, 5_000));
        return run();
      },
    },
  ],
};
