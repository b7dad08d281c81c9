import type { Sandbox } from "../../sandbox";
import type { Output } from "./output";

/** What the keys do, for the line that lists them. */
const KEYS = {
  n: "next occurrence",
  f: "fire a trigger",
  d: "a day on",
  m: "a month on",
  p: "pause",
  r: "deploy again",
  q: "quit",
} as const;

/** What keys set off. */
export interface KeyActions {
  quit(): void;
  redeploy(): void;
  /** Runs a task after those before it. */
  run(task: () => Promise<unknown>): void;
}

/** Does what is typed, key by key in a terminal and letter by letter from a pipe. The result ends it. */
export function readKeys(sandbox: Sandbox, output: Output, actions: KeyActions): () => void {
  const { stdin } = process;
  const isTerminal = stdin.isTTY === true;
  /** Triggers of which one is to be chosen by its number. */
  let choices: readonly string[] = [];
  const onKey = (key: string): void => {
    const chosen = choices[Number(key) - 1];
    const names = key === "f" ? sandbox.triggerNames().slice(0, 9) : [];
    choices = names.length > 1 ? names : [];
    if (chosen !== undefined) actions.run(() => sandbox.fire(chosen));
    else if (choices.length > 0) output.say(choices.map((name, index) => `${index + 1} ${name}`).join(" · "));
    else press(key, sandbox, output, actions);
  };
  const onData = (data: Buffer | string) => {
    for (const key of String(data)) onKey(key);
  };
  if (isTerminal) stdin.setRawMode(true);
  stdin.on("data", onData);
  stdin.on("error", () => {});
  stdin.resume();
  return () => {
    stdin.off("data", onData);
    if (isTerminal) stdin.setRawMode(false);
    stdin.pause();
  };
}

function press(key: string, sandbox: Sandbox, output: Output, actions: KeyActions): void {
  const does: Record<string, () => void> = {
    n: () =>
      actions.run(async () => {
        const next = soonestTrigger(sandbox);
        if (next === undefined) output.say("No trigger has an occurrence left.");
        else await sandbox.clock.advanceToNext(next);
      }),
    d: () => actions.run(() => sandbox.clock.advanceBy({ days: 1 })),
    m: () => actions.run(() => sandbox.clock.advanceTo(monthAfter(sandbox.clock.now()))),
    f: () => actions.run(() => fireOnly(sandbox, output)),
    p: () => {
      if (sandbox.clock.isPaused) sandbox.clock.resume();
      else sandbox.clock.pause();
      output.say(sandbox.clock.isPaused ? "Paused: the clock stands still. p goes on." : "The clock goes on.");
    },
    r: () => actions.redeploy(),
    q: () => actions.quit(),
    // A terminal that passes keys on passes Ctrl+C and Ctrl+D as characters.
    "\u0003": () => actions.quit(),
    "\u0004": () => actions.quit(),
  };
  if (does[key]) does[key]();
  else if (key.trim() !== "") output.say(listOfKeys());
}

/** What the keys do, on one line. */
export function listOfKeys(): string {
  return Object.entries(KEYS)
    .map(([key, what]) => `${key} ${what}`)
    .join(" · ");
}

/** The trigger whose occurrence is the next one. The daily check's are passed on the way. */
function soonestTrigger(sandbox: Sandbox): string | undefined {
  const names = sandbox.triggerNames();
  return sandbox
    .schedules()
    .filter(({ name, next }) => next !== undefined && names.includes(name))
    .sort((a, b) => Number(a.next) - Number(b.next))[0]?.name;
}

async function fireOnly(sandbox: Sandbox, output: Output): Promise<void> {
  const [name] = sandbox.triggerNames();
  if (name === undefined) output.say("The program has no trigger.");
  else await sandbox.fire(name);
}

/** The same day of the next month, or its last day. */
function monthAfter(instant: number): number {
  const date = new Date(instant);
  const day = date.getUTCDate();
  date.setUTCMonth(date.getUTCMonth() + 1);
  if (date.getUTCDate() !== day) date.setUTCDate(0);
  return date.getTime();
}
