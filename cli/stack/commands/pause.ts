import { given } from "../../../lambda/agreements/given";
import { styled } from "../../format";
import { reasonOf } from "../aws/explain";
import { type QueueCounts, queueCounts } from "../aws/queue";
import { type Call, type StackCommand, withTriggers } from "../command";
import { StackError } from "../exit";
import type { LiveStack, LiveTriggers } from "../find/live";
import { ledgerOf } from "../ledger/readLedger";
import { type Pause, readPause, readSkippedTitles, switchOff, switchOn } from "../ledger/stopSwitch";
import { waiting } from "../tell";

interface Options {
  readonly reason?: string;
}

const LONGEST_REASON = 500;

/** Switches the stop switch on. */
export const pause: StackCommand = {
  name: "pause",
  declare: (command) => command.option("--reason <text>", "why, for whoever finds it paused"),
  examples: [
    ["pause --reason 'the bank is down'", "from now on no rule of the component is triggered"],
    ["resume", "they go on"],
  ],
  async run({ options: { reason }, ...call }: Call<Options>) {
    if (reason !== undefined && (reason.trim() === "" || reason.length > LONGEST_REASON))
      throw new StackError("usage", `--reason has ${reason.length} characters; it must have 1 to ${LONGEST_REASON}`);
    const stack = await call.stack();
    const triggers = withTriggers(stack);
    const table = ledgerOf(stack, triggers);
    const since = new Date(stack.now()).toISOString();
    const own = { since, ...given({ reason }) };
    const isNew = await waiting("Switching it on", switchOn(table, own));
    // From here on it is paused, whatever else can't be seen.
    const [before, queues] = await waiting(
      "Looking at the queues",
      Promise.all([isNew ? own : seen(readPause(table)), seen(waitingIn(stack, triggers))]),
    );
    const switched: Pause = before && !isUnseen(before) ? before : {};
    const already = isNew ? "" : `Nothing was changed: it was paused already. ${switchedText(switched)}`;
    return {
      exit: isUnseen(queues) ? "unseen" : "fine",
      lines: [
        `${styled("bold", "Paused")}: no rule of ${stack.name} is triggered until you run resume. ${already}`.trimEnd(),
        "A request that was sent before may still be executed, up to a minute from now.",
        ...queueLines(queues),
        `What waits is kept, and comes back within 15 minutes after resume. What is older than ${triggers.config.maxAgeMinutes} minutes by then is skipped: it isn't run by itself, and the next daily check mails it with its command.`,
        "Amounts are answered as ever, so a rule that Sequence runs by itself still moves money. To stop an amount, set paused: true on it and deploy.",
      ],
      json: { paused: true, ...switched, wasPaused: !isNew, queues },
    };
  },
};

/** Switches it off. */
export const resume: StackCommand = {
  name: "resume",
  examples: [["resume", "the triggers go on"]],
  async run(call: Call) {
    const stack = await call.stack();
    const triggers = withTriggers(stack);
    const table = ledgerOf(stack, triggers);
    const before = await waiting("Reading the ledger", readPause(table));
    await waiting("Switching it off", switchOff(table));
    // From here on it is switched off, whatever else can't be seen.
    const [queues, skipped] = await waiting(
      "Looking at the queues",
      Promise.all([seen(waitingIn(stack, triggers)), seen(readSkippedTitles(table))]),
    );
    return {
      exit: isUnseen(queues) || isUnseen(skipped) ? "unseen" : "fine",
      lines: [
        before
          ? `${styled("bold", "Resumed")}: the triggers of ${stack.name} go on. ${switchedText(before)}`.trimEnd()
          : `${stack.name} was not paused: nothing was changed.`,
        ...queueLines(queues),
        ...(before && isWaiting(queues) ? ["What waits comes back within 15 minutes."] : []),
        ...skippedLines(skipped),
      ],
      json: { paused: false, ...before, wasPaused: before !== undefined, queues, skipped },
    };
  },
};

function switchedText({ since, reason }: Pause): string {
  return `It was switched on${since === undefined ? "" : ` at ${since}`}${reason === undefined ? "" : `: ${reason}`}.`;
}

type Queues = Readonly<Record<string, QueueCounts>>;

/** What couldn't be looked at, and why. */
interface Unseen {
  readonly unseen: string;
}

function seen<T>(look: Promise<T>): Promise<T | Unseen> {
  return look.catch((error) => ({ unseen: reasonOf(error) }));
}

function isUnseen(look: object): look is Unseen {
  return "unseen" in look;
}

async function waitingIn({ clients }: LiveStack, triggers: LiveTriggers): Promise<Queues> {
  const { workQueueUrl, eventQueueUrl } = triggers;
  const urls = { "work queue": workQueueUrl, ...given({ "event queue": eventQueueUrl }) };
  const counts = Object.entries(urls).map(async ([name, url]) => [name, await queueCounts(clients, url)] as const);
  return Object.fromEntries(await Promise.all(counts));
}

function isWaiting(queues: Queues | Unseen): boolean {
  return !isUnseen(queues) && Object.values(queues).some(({ visible, later }) => visible + later > 0);
}

function queueLines(queues: Queues | Unseen): string[] {
  if (isUnseen(queues)) return [`What waits in the queues can't be seen: ${queues.unseen}.`];
  return Object.entries(queues).map(([name, { visible, later }]) => {
    if (visible + later === 0) return `The ${name} is empty.`;
    return `The ${name} has ${visible} to be taken, and ${later} with the function or put back for a later try.`;
  });
}

const MOST_LISTED = 20;

interface Skipped {
  readonly titles: readonly string[];
  readonly more: number;
}

function skippedLines(skipped: Skipped | Unseen): string[] {
  if (isUnseen(skipped)) return [`What was skipped meanwhile can't be seen: ${skipped.unseen}.`];
  const { titles, more } = skipped;
  if (titles.length + more === 0) return [];
  const hidden = more + Math.max(0, titles.length - MOST_LISTED);
  return [
    "Skipped meanwhile, and not run by itself; the next daily check mails each with its command:",
    ...titles.slice(0, MOST_LISTED).map((title) => `  ${title}`),
    ...(hidden > 0 ? [`  and ${hidden} more`] : []),
  ];
}
