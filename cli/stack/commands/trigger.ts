import { randomUUID } from "node:crypto";
import { didYouMean } from "../../../lambda/agreements/didYouMean";
import { utcSeconds } from "../../../lambda/agreements/instant";
import { ruleIdOf } from "../../../lambda/agreements/ruleId";
import { parseWorkMessage } from "../../../lambda/agreements/workMessage";
import { extraOccurrenceKey } from "../../../lambda/triggers/lifecycle/key";
import { mayHaveBeenExecuted } from "../../../lambda/triggers/lifecycle/ledgerItem";
import { sendMessage } from "../aws/queue";
import { type Call, type Result, type StackCommand, withTriggers } from "../command";
import { confirmed } from "../confirm";
import { StackError } from "../exit";
import { optionOf } from "../find";
import type { LiveTriggers } from "../find/live";
import { ledgerOf, readOccurrence } from "../ledger/readLedger";
import { refuseWhilePaused } from "../ledger/stopSwitch";
import { awaitOutcome, outcomeText, waitSeconds } from "../outcome";
import { waiting } from "../tell";
import { type DirectOptions, triggerDirectly } from "../triggerDirectly";

interface Options extends DirectOptions {
  readonly occurrence?: string;
  readonly unchecked: boolean;
  readonly wait: string;
}

/** Triggers a rule once more: an extra occurrence through the stack's queue and ledger, or a call without any stack. */
export const trigger: StackCommand = {
  name: "trigger",
  declare: (command) =>
    command
      .argument("<name>", "a trigger's name or its rule's id; with --no-stack a rule's id or trigger URL")
      .option("--occurrence <text>", "names the extra occurrence: the same text runs once (default: a new one)")
      .option("--unchecked", "whether or not the rule's amounts can be answered", false)
      .option("--wait <seconds>", "how long to wait for what becomes of it", "120")
      .option("--yes", "don't ask before money may move", false)
      .option("--no-stack", "call Sequence from here, without a queue, a ledger or a stack")
      .option("--key <text>", "with --no-stack: the idempotency key (default: a new one)")
      .option("--payload <json>", "with --no-stack: the JSON object that is sent (default: {})")
      .option("--stdin", "with --no-stack: the API secret from standard input (default: SEQUENCE_API_SECRET)", false)
      .option("--base-url <url>", "with --no-stack: Sequence's API")
      .option("--trigger-path <path>", "with --no-stack: path of the trigger call")
      // Otherwise commander sets it to true, because --no-stack is declared before --stack.
      .setOptionValue("stack", undefined),
  examples: [
    ["trigger payday", "an extra payday now, through the stack's queue and ledger"],
    ["trigger payday --occurrence bonus-2026", "once, however often it is typed"],
    ["trigger ru_12345 --no-stack --stdin --yes < secret.txt", "no stack at all"],
  ],
  async run(call: Call<Options>) {
    const { options } = call;
    if ((options.stack as unknown) === false) {
      refuseStacks(options);
      return triggerDirectly(String(call.args[0]), options);
    }
    for (const name of ["key", "payload", "baseUrl", "triggerPath"] as const)
      if (options[name] !== undefined)
        throw new StackError(
          "usage",
          `${optionOf(name)} goes with --no-stack only: with a stack its function calls Sequence`,
        );
    return throughStack(call);
  },
};

/** What would be left out in silence: a sandbox that is not called, a text that does not keep a rule from running twice. */
function refuseStacks(options: Call<Options>["options"]): void {
  const names = [
    "sandbox",
    "export",
    "component",
    "amountFunction",
    "triggerFunction",
    "region",
    "occurrence",
    "unchecked",
  ] as const;
  const name = names.find((each) => options[each] !== undefined && options[each] !== false);
  if (name)
    throw new StackError(
      "usage",
      `${optionOf(name)} goes with a stack: --no-stack calls Sequence itself, and only --key keeps it from running the rule twice`,
    );
}

async function throughStack({ args, options, ...call }: Call<Options>): Promise<Result> {
  const seconds = waitSeconds(options.wait);
  const stack = await call.stack();
  const triggers = withTriggers(stack);
  const name = triggerNamed(triggers, String(args[0]));
  const ruleId = ruleIdOf(String(triggers.config.triggers[name]?.ruleId));
  const occurrence = options.occurrence ?? `by hand ${utcSeconds(stack.now())} ${randomUUID().slice(0, 4)}`;
  const message = JSON.stringify({ trigger: name, occurrence, ...(options.unchecked ? { unchecked: true } : {}) });
  const parsed = parseWorkMessage(message, stack.now());
  if (parsed.kind === "invalid") throw new StackError("usage", parsed.reason.replace('"occurrence"', "--occurrence"));
  const key = extraOccurrenceKey({ ruleId, occurrence });
  const table = ledgerOf(stack, triggers);
  const before = await waiting("Reading the ledger", readOccurrence(table, key));
  if (before?.state === "executed")
    return {
      exit: "fine",
      lines: [
        `${name} of "${occurrence}" was executed at ${before.lastTriedAt}. Nothing was sent: the same text runs once.`,
      ],
      json: { sent: false, occurrence, idempotencyKey: key, outcome: before },
    };
  if (before && mayHaveBeenExecuted(before))
    throw new StackError(
      "problem",
      `it is not known whether ${name} of "${occurrence}" was executed. Nothing was sent: "failures" says what to do, and another --occurrence is another execution`,
    );
  await refuseWhilePaused(table);
  process.stderr.write(`Trigger ${name} (rule ${ruleId}), extra occurrence "${occurrence}", idempotency key ${key}\n`);
  const dry = triggers.config.dryRun ? " (dryRun is on: nothing will be called)" : "";
  await confirmed(`This runs rule ${ruleId} of Sequence now, beside its schedule, and may move money${dry}.`, options);
  const again = `To try again give --occurrence "${occurrence}": the same text runs once, and another one is another execution`;
  await waiting("Sending it", sendMessage(stack.clients, triggers.workQueueUrl, message, again));
  const outcome = await awaitOutcome(table, key, { after: before?.version ?? 0, seconds });
  const { exit, lines } = outcomeText(outcome, { now: stack.now(), seconds });
  const { item, unseen } = outcome;
  return { exit, lines, json: { sent: true, occurrence, idempotencyKey: key, outcome: item, unseen } };
}

/** The trigger of this name or rule. */
function triggerNamed({ config }: LiveTriggers, typed: string): string {
  const names = Object.keys(config.triggers);
  if (Object.hasOwn(config.triggers, typed)) return typed;
  const ofRule = names.filter((name) => ruleIdOf(String(config.triggers[name]?.ruleId)) === ruleIdOf(typed));
  const [only] = ofRule;
  if (only !== undefined && ofRule.length === 1) return only;
  throw new StackError(
    "usage",
    only === undefined
      ? `the stack has no trigger or rule "${typed}"; its triggers are ${names.join(", ")}${didYouMean(typed, names)}`
      : `rule ${typed} has the triggers ${ofRule.join(" and ")}: name one, because their payloads may differ`,
  );
}
