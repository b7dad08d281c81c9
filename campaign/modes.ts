import type { SimulatorModes } from "../sandbox/sequence/modes";
import { FORBIDDEN } from "./count/counts";

const MINUTE_MS = 60_000;

/** What Sequence is like, as far as nobody has published it (contract section 1). */
export interface Mode {
  readonly name: string;
  readonly modes: Partial<SimulatorModes>;
  /** The longest that Sequence works on at a request after its caller has gone, in seconds. */
  readonly worksOnSeconds: number;
  /** Whether docs/triggers.md promises one execution with the default `keyMemoryMinutes`. */
  readonly promised: boolean;
}

/** Under the 60 seconds for which an occurrence is left alone after an unknown outcome. */
const SHORT_S = 50;

export const MODES: readonly Mode[] = [
  { name: "remembers keys", modes: {}, worksOnSeconds: SHORT_S, promised: true },
  {
    name: "doesn't tell concurrent requests apart",
    modes: { concurrentDuplicatesToldApart: false },
    worksOnSeconds: SHORT_S,
    promised: true,
  },
  {
    name: "remembers keys for little longer than 12 hours",
    modes: { memoryMs: 730 * MINUTE_MS, concurrentDuplicatesToldApart: false },
    worksOnSeconds: SHORT_S,
    promised: true,
  },
  {
    name: "remembers a 500 for its key",
    modes: { serverErrorsRemembered: true, concurrentDuplicatesToldApart: false },
    worksOnSeconds: SHORT_S,
    promised: true,
  },
  {
    name: "forgets keys at once",
    modes: { memoryMs: 0, concurrentDuplicatesToldApart: false },
    worksOnSeconds: SHORT_S,
    promised: false,
  },
  {
    name: "works on for up to ten minutes, concurrent requests not told apart",
    modes: { concurrentDuplicatesToldApart: false },
    worksOnSeconds: 600,
    promised: false,
  },
];

/** A mode of Sequence, and how much of its memory the deployed stack relies on. */
export interface Setting {
  readonly mode: Mode;
  readonly keyMemoryMinutes: number;
  readonly promised: boolean;
  /** A second stack with the same rules and schedules is live, too. */
  readonly secondStack?: true;
}

type Forbidden = (typeof FORBIDDEN)[number];

/**
 * What two stacks can't promise: each tells only what it knows, its payload may be another one, and its rule may have asked when the other
 * stack's request was executed.
 */
const OF_ONE_STACK: readonly Forbidden[] = ["toldNoYetExecuted", "changedBodies", "untrueMails"];

/** The counts that must be 0. */
export function promisesOf({ promised, secondStack }: Setting): readonly Forbidden[] {
  if (!promised) return [];
  return secondStack ? FORBIDDEN.filter((name) => !OF_ONE_STACK.includes(name)) : FORBIDDEN;
}

const DEFAULT_KEY_MEMORY = 720;

/**
 * Every mode, with the default and with no trust in Sequence's memory; and every mode with two stacks. These have no ledger in common, so
 * that one execution is only promised where Sequence remembers keys and tells concurrent requests apart.
 */
export const SETTINGS: readonly Setting[] = [
  ...MODES.map((mode) => ({ mode, keyMemoryMinutes: DEFAULT_KEY_MEMORY, promised: mode.promised })),
  ...MODES.map((mode) => ({ mode, keyMemoryMinutes: 0, promised: true })),
  ...MODES.map((mode, index) => ({
    mode,
    keyMemoryMinutes: DEFAULT_KEY_MEMORY,
    promised: index === 0,
    secondStack: true as const,
  })),
];

export function titleOfSetting({ mode, keyMemoryMinutes, secondStack }: Setting): string {
  return `${mode.name}; keyMemoryMinutes ${keyMemoryMinutes}${secondStack ? "; two stacks" : ""}`;
}
