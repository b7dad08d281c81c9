import { given } from "../lambda/agreements/given";
import type { Broken } from "./count/counter";
import type { Counts } from "./count/counts";
import type { StrikerOptions, StruckFault } from "./faults/striker";
import { SETTINGS, type Setting } from "./modes";
import { type Plan, planOf } from "./plan";
import { streamOf } from "./random";
import { Story } from "./story";
import { VirtualTime } from "./virtualTime";
import { stateOf } from "./world/state";
import { World, type WorldOptions } from "./world/world";

export interface WorldRun {
  readonly seed: number;
  readonly setting: Setting;
  readonly plan: Plan;
  readonly faults: Pick<StrikerOptions, "rate" | "only" | "kinds">;
  /** How many faults the seed's worlds before this one had: faults are numbered through. */
  readonly stepsBefore?: number;
  /** Stop when this fault strikes, and tell how everything is then. */
  readonly stopAt?: number;
  /** Keep what happened, for people. */
  readonly kept?: boolean;
  readonly maxAgeMinutes?: number;
  /** Whether the month's digest is mailed. Defaults to what the seed decides. */
  readonly digest?: boolean;
  readonly withoutProtection?: WorldOptions["withoutProtection"];
  readonly delivered?: WorldOptions["delivered"];
  /** Whether people run what the mails ask for. Defaults to true. */
  readonly people?: boolean;
}

/** What a world came to. */
export interface Outcome {
  readonly counts: Counts;
  readonly faults: ReadonlyMap<string, number>;
  readonly broken: readonly Broken[];
  readonly fingerprint: string;
}

/** How everything is at a fault. */
interface Stop {
  readonly fault: StruckFault;
  /** What happened to its occurrence until then. */
  readonly story: readonly string[];
  readonly state: readonly string[];
}

export interface WorldResult extends Outcome {
  /** If the run was to stop, and did. */
  readonly stop: Stop | undefined;
  readonly run: WorldRun;
  readonly story: Story;
}

/** Runs one world from its beginning to its end. The same run gives the same result, to the byte. */
export async function runWorld(run: WorldRun): Promise<WorldResult> {
  const { seed, setting, plan, faults } = run;
  const random = streamOf(seed, "deployment");
  const deployment = {
    maxAgeMinutes: run.maxAgeMinutes ?? random.pick([0, 60, 360, 720]),
    keyMemoryMinutes: setting.keyMemoryMinutes,
    notifyOnSuccess: random.chance(0.2),
    digest: run.digest ?? random.chance(0.5),
  };
  const time = VirtualTime.install(plan.from);
  try {
    const story = new Story(run.kept ?? false);
    const { withoutProtection, delivered } = run;
    let stop: Stop | undefined;
    const world: World = new World({
      seed,
      plan,
      mode: setting.mode,
      deployment,
      faults,
      story,
      stepsBefore: run.stepsBefore ?? 0,
      people: run.people ?? true,
      onStrike: (fault) => {
        if (fault.step !== run.stopAt) return;
        stop = { fault, story: [...story.of(fault.subject)], state: stateOf(world, fault.subject) };
        time.stop();
      },
      stacks: setting.secondStack ? 2 : 1,
      ...given({ withoutProtection, delivered }),
    });
    await world.run((instant) => time.runUntil(instant));
    const { counter, striker } = world;
    const counts = counter.counts();
    const broken = counter.broken();
    return { run, counts, faults: striker.counts, broken, story, fingerprint: story.fingerprint(), stop };
  } finally {
    time.uninstall();
  }
}

/** Where nothing is promised, and with two stacks, this many show what happens. */
const MOST_OF_OTHERS = 200;

/** The runs that make up one seed: every promised setting with its part of the occurrences, and a few of each other. */
export function runsOf(seed: number, occurrences: number, rate: number): WorldRun[] {
  const isMain = ({ promised, secondStack }: Setting) => promised && !secondStack;
  const share = Math.ceil(occurrences / SETTINGS.filter(isMain).length);
  return SETTINGS.map((setting, index) => {
    const own = seed * 100 + index;
    const plan = planOf(own, isMain(setting) ? share : Math.min(share, MOST_OF_OTHERS));
    // With no time for a second try nothing could go wrong there.
    return { seed: own, setting, plan, faults: { rate }, ...(setting.promised ? {} : { maxAgeMinutes: 360 }) };
  });
}
