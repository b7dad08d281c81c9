import { failureMail } from "../../../lambda/triggers/telling/mails";
import { table } from "../../format";
import { type Call, type Result, type StackCommand, withTriggers } from "../command";
import { confirmed } from "../confirm";
import { StackError } from "../exit";
import { Failures, type Looked, type Sent, whyNot } from "../failures/actions";
import { MOST_MESSAGES } from "../failures/queues";
import type { LiveStack, LiveTriggers } from "../find/live";
import { stateText } from "../ledger/occurrenceText";
import { ledgerOf } from "../ledger/readLedger";
import { awaitOutcome, outcomeText, waitSeconds } from "../outcome";

interface Options {
  readonly yes: boolean;
  readonly wait: string;
  readonly unchecked: boolean;
}

/** A stack with its failures, and what was typed. */
interface Work {
  readonly stack: LiveStack;
  readonly triggers: LiveTriggers;
  readonly failures: Failures;
  readonly id: string;
  readonly yes: boolean;
  readonly unchecked: boolean;
  readonly seconds: number;
}

/** What the failure queues hold, and the safe forms of what the mails about it tell to do. */
export const failures: StackCommand = {
  name: "failures",
  declare: (command) =>
    command
      .argument("[action]", "list, show, run, confirm-not-executed or discard", "list")
      .argument("[id]", "of the failure, as list prints it; its beginning is enough")
      .option("--yes", "don't ask before confirm-not-executed and discard", false)
      .option("--unchecked", "run it whether or not the rule's amounts can be answered", false)
      .option("--wait <seconds>", "how long to wait for what becomes of it", "60"),
  examples: [
    ["failures", "what waits for a person"],
    ["failures show 1b2c3d4e", "what happened and what to do"],
    ["failures run 1b2c3d4e", "run what was certainly not executed"],
    ["failures confirm-not-executed 1b2c3d4e", "run it after a look in Sequence that it was not"],
    ["failures discard 1b2c3d4e", "it is dealt with"],
  ],
  async run({ args, options, ...call }: Call<Options>) {
    const [action = "list", id] = args;
    const doIt = Object.hasOwn(actions, action) ? actions[action] : undefined;
    if (!doIt)
      throw new StackError("usage", `"${action}" is no action; it must be one of ${Object.keys(actions).join(", ")}`);
    if (id === undefined && action !== "list")
      throw new StackError("usage", `${action} needs the id of a failure, as "failures" prints it`);
    const seconds = waitSeconds(options.wait);
    const stack = await call.stack();
    const triggers = withTriggers(stack);
    const { yes, unchecked } = options;
    return doIt({ stack, triggers, failures: new Failures(stack, triggers), id: String(id), yes, unchecked, seconds });
  },
};

const actions: Readonly<Record<string, (work: Work) => Promise<Result>>> = {
  list,
  show,
  run,
  "confirm-not-executed": confirmNotExecuted,
  discard,
};

async function list({ failures: all, stack }: Work): Promise<Result> {
  const found = await all.list();
  if (found.length === 0) return noneToTake(await all.hidden());
  const rows = found.map(({ failed: { id, title, message }, item, course }) => [
    id,
    title,
    new Date(message.sentAt).toISOString().slice(0, 16),
    item ? stateText(item, stack.now()) : "not in the ledger",
    CAN[course.can],
  ]);
  return {
    exit: "problem",
    lines: [
      ...table([["id", "what", "since (UTC)", "the ledger says", "next"], ...rows]),
      "",
      ...(found.length < MOST_MESSAGES
        ? []
        : [`There may be more: ${MOST_MESSAGES} of a queue are looked at. Deal with some, and look again.`]),
      '"failures show ID" says what happened and what to do.',
    ],
    json: { failures: found.map(plain), isWhole: found.length < MOST_MESSAGES },
  };
}

function noneToTake(hidden: number): Result {
  if (hidden === 0)
    return { exit: "fine", lines: ["Nothing waits for you: the failure queue is empty."], json: { failures: [] } };
  return {
    exit: "unseen",
    lines: [
      `Nothing can be seen at the moment, and SQS counts ${hidden}: somebody else looks at it, or it was deleted a moment ago. Look again in a minute.`,
    ],
    json: { failures: [], hidden },
  };
}

const CAN = { run: "run, or discard", confirm: "look in Sequence", nothing: "discard, or wait: see show" } as const;

async function show({ failures: all, id, stack }: Work): Promise<Result> {
  const looked = await all.one(id);
  return { exit: "fine", lines: shownLines(looked, stack.now()), json: plain(looked) };
}

/** The mail's words, and what the ledger says now. */
function shownLines({ failed, item, course }: Looked, now: number): string[] {
  const { failure, message, title } = failed;
  const words = failure
    ? failureMail({ version: 1, executed: "unknown", reason: "", code: "-", attempts: 0, ...failure })
        .text.trimEnd()
        .split("\n")
    : [
        `${title}: AWS put this message here as it was, because ${message.isDeadEvent ? "the function could not even refuse it" : "the work queue or the function could not be reached"}.`,
        ...Object.entries(message.attributes).map(([name, value]) => `${name}: ${value}`),
        `message: ${message.body}`,
      ];
  const known = item ? `The ledger says now: ${stateText(item, now)}.` : "The ledger says nothing of it.";
  const next =
    course.can === "run"
      ? `To run it: failures run ${failed.id}. To leave it: failures discard ${failed.id}.`
      : whyNot(failed, course);
  return [...words, "", known, `What to do now: ${next}${next.endsWith(".") ? "" : "."}`];
}

async function run(work: Work): Promise<Result> {
  const { failures: all, id, unchecked } = work;
  return ended(work, await all.run(id, { unchecked }));
}

async function confirmNotExecuted(work: Work): Promise<Result> {
  const { failures: all, id, stack, yes, unchecked } = work;
  const { failed, course } = await all.one(id);
  if (course.can === "run")
    throw new StackError(
      "problem",
      `${failed.title} was certainly not executed: nothing is to be confirmed. "failures run ${failed.id}" runs it`,
    );
  if (course.can === "nothing") throw new StackError("problem", whyNot(failed, course));
  if (stack.now() < Date.parse(course.until))
    throw new StackError(
      "problem",
      `Sequence may still be at work on ${failed.title}: look there not before ${course.until}, and run this command again after that. Nothing was done`,
    );
  await confirmed(
    `You have looked in Sequence at ${course.until} or later, and ${failed.title} had not been executed. It is run now; if it had been executed, the money moves twice.`,
    { yes },
  );
  return ended(work, await all.run(failed.message.messageId, { confirmedUntil: course.until, unchecked }));
}

async function ended({ stack, triggers, seconds }: Work, { failed, item, undeleted }: Sent): Promise<Result> {
  const key = String(failed.occurrence?.key);
  const after = item?.version ?? 0;
  const outcome = await awaitOutcome(ledgerOf(stack, triggers), key, { after, seconds });
  const { exit, lines } = outcomeText(outcome, { now: stack.now(), seconds });
  const { item: now, unseen } = outcome;
  const json = { sent: true, deleted: undeleted === undefined, undeleted, idempotencyKey: key, outcome: now, unseen };
  if (undeleted === undefined)
    return { exit, lines: [`Sent ${failed.title}, and deleted the failure.`, ...lines], json };
  return {
    exit: "problem",
    lines: [
      `Sent ${failed.title}, and its failure is still in the queue: ${undeleted}.`,
      ...lines,
      `It runs once, whatever is typed again. When it is dealt with: failures discard ${failed.id}`,
    ],
    json,
  };
}

async function discard({ failures: all, id, yes }: Work): Promise<Result> {
  const { failed } = await all.one(id);
  await confirmed(`${failed.title} is dealt with: its failure is deleted, and nothing is run.`, { yes });
  const looked = await all.discard(failed.message.messageId);
  return {
    exit: "fine",
    lines: [`Deleted ${failed.title}. This was its message:`, failed.message.body],
    json: { discarded: true, ...plain(looked) },
  };
}

/** For `--json`. */
function plain({ failed: { id, title, message, failure, occurrence }, item, course }: Looked) {
  return {
    ...{ id, messageId: message.messageId, title },
    ...{ queue: message.isDeadEvent ? "event-dead-letters" : "failures" },
    since: new Date(message.sentAt).toISOString(),
    ...course,
    idempotencyKey: occurrence?.key,
    ledger: item && { state: item.state, outcome: item.outcome, lastTriedAt: item.lastTriedAt },
    ...(failure ? { failure } : { body: message.body, attributes: message.attributes }),
  };
}
