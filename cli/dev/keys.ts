import type { Sandbox } from "../../sandbox";
import type { Output } from "./output";

/** What the keys do, for the line that lists them. */
const KEYS = {
  n: "next occurrence",
  f: "fire a trigger",
  e: "send an event",
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
  /** Triggers of which one is to be chosen by its number, and what is then done with it. */
  let choice: Choice | undefined;
  const onKey = (key: string): void => {
    const { names = [], run } = choice ?? {};
    const chosen = names[Number(key) - 1];
    choice = chosen === undefined ? choiceOf(key, sandbox, output) : undefined;
    if (chosen !== undefined && run) actions.run(() => run(chosen));
    else if (choice) output.say(choice.names.map((name, index) => `${index + 1} ${name}`).join(" · "));
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

interface Choice {
  readonly names: readonly string[];
  run(name: string): Promise<void>;
}

/** What is to be chosen after this key, if there is more than one. */
function choiceOf(key: string, sandbox: Sandbox, output: Output): Choice | undefined {
  const of = (names: readonly string[], run: Choice["run"]) =>
    names.length > 1 ? { names: names.slice(0, 9), run } : undefined;
  if (key === "f") return of(sandbox.triggerNames(), (name) => sandbox.fire(name));
  if (key === "e") return of(sandbox.eventTriggerNames(), (name) => sendNextEvent(sandbox, output, name));
  return undefined;
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
    e: () =>
      actions.run(async () => {
        const [name] = sandbox.eventTriggerNames();
        if (name === undefined) output.say("Events set off no trigger of the program.");
        else await sendNextEvent(sandbox, output, name);
      }),
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

/** Each time another event. */
async function sendNextEvent(sandbox: Sandbox, output: Output, trigger: string): Promise<void> {
  const text = `dev-${sandbox.ledger().filter(({ event }) => event !== undefined).length + 1}`;
  output.say(`Sending the event ${text} to ${trigger}.`);
  await sandbox.sendEvent(trigger, text);
}

/** The same day of the next month, or its last day. */
function monthAfter(instant: number): number {
  const date = new Date(instant);
  const day = date.getUTCDate();
  date.setUTCMonth(date.getUTCMonth() + 1);
  if (date.getUTCDate() !== day) date.setUTCDate(0);
  return date.getTime();
}
