import type { CheckedAmount } from "../../../lambda/agreements/amountCheck";
import { ACCESS_TOKEN_FIELD } from "../../../lambda/agreements/amountConfig";
import { type AmountSpec, rulesOf } from "../../../lambda/agreements/amountKinds";
import { sentenceOf, type WorkingStep, workingOf } from "../../../lambda/agreements/amountWorking";
import { didYouMean } from "../../../lambda/agreements/didYouMean";
import { formatCents } from "../../../lambda/agreements/dollars";
import { accountsOf } from "../../../lambda/amounts/accounts";
import { evaluate } from "../../../lambda/amounts/evaluate";
import type { AmountScope } from "../../../lambda/amounts/kinds/kind";
import { SequenceClient } from "../../../lambda/client";
import { styled } from "../../format";
import { checkAmounts } from "../aws/checkAmounts";
import { reasonOf } from "../aws/explain";
import { type Call, type Result, type StackCommand, withAmounts } from "../command";
import { storedCredential } from "../credential";
import { StackError } from "../exit";
import type { LiveAmounts, LiveStack } from "../find/live";
import { waiting } from "../tell";

/** An amount as its function would answer it now, and how it comes about. */
interface Told {
  readonly name: string;
  readonly answer: CheckedAmount;
  /** What it is, in one sentence. */
  readonly sentence: string;
  readonly working: readonly WorkingStep[];
  /** Why the working can't be had. The answer is the function's own, and holds all the same. */
  readonly unseen?: string;
}

/** Says what the deployed function would answer now. It is asked directly, which counts as nobody's question. */
export const amount: StackCommand = {
  name: "amount",
  declare: (command) => command.argument("[name...]", "the amounts; all of them by default"),
  examples: [
    ["amount", "all amounts of this folder's stack"],
    ["amount buffer --stack prod", "one amount of another stack"],
    ["amount buffer --sandbox --json", "as a running dev has it, for a program"],
  ],
  async run({ args, stack }: Call) {
    const found = await stack();
    const amounts = withAmounts(found);
    const names = args.length > 0 ? args : Object.keys(amounts.config.amounts);
    for (const name of names) checkName(name, amounts);
    return resultOf(await waiting("Computing", tell(found, amounts, names)));
  },
};

function checkName(name: string, { config }: LiveAmounts): void {
  const known = Object.keys(config.amounts);
  if (known.includes(name)) return;
  const all = known.join(", ");
  throw new StackError("usage", `there is no amount "${name}"; the amounts are ${all}${didYouMean(name, known)}`);
}

async function tell(stack: LiveStack, amounts: LiveAmounts, names: readonly string[]): Promise<Told[]> {
  const answers = await checkAmounts(stack.clients, amounts.name, names);
  const accounts = accountsOf(() => readAccounts(stack, amounts));
  return Promise.all(
    names.map(async (name) => {
      const spec = amounts.config.amounts[name] as AmountSpec;
      const answer = answers[name] as CheckedAmount;
      const told = { name, answer, sentence: sentenceOf(spec), working: [] };
      if (!("cents" in answer)) return told;
      try {
        const working = await workingNow(spec, accounts);
        // A balance that changed between the two reads would make a working of another amount.
        return working.at(-1)?.cents === answer.cents ? { ...told, working } : told;
      } catch (error) {
        return { ...told, unseen: reasonOf(error) };
      }
    }),
  );
}

/** The working by the accounts as they are now, with the function's own code. Empty for a custom amount: only its function knows. */
async function workingNow(spec: AmountSpec, accounts: ReturnType<typeof accountsOf>): Promise<WorkingStep[]> {
  if (spec.kind === "Custom") return [];
  const computed = await evaluate(spec, { accounts } as AmountScope, undefined);
  const readsBalance = rulesOf(spec).readsAccounts && "account" in spec;
  const balanceCents = readsBalance ? await accounts.balanceCents(spec.account, spec) : undefined;
  return workingOf(spec, { ...computed, balanceCents });
}

async function readAccounts({ clients }: LiveStack, amounts: LiveAmounts) {
  const { accessTokenSecretArn: arn = "", baseUrl, accountsPath } = amounts;
  const accessToken = await storedCredential({ clients, arn, field: ACCESS_TOKEN_FIELD });
  return new SequenceClient({ accessToken, baseUrl, accountsPath }).getAccounts();
}

function resultOf(all: readonly Told[]): Result {
  const isAnswered = all.every(({ answer }) => "cents" in answer);
  return {
    exit: isAnswered ? "fine" : "problem",
    lines: all.flatMap(({ name, answer, sentence, working, unseen }) => [
      "cents" in answer
        ? `${styled("bold", name)}: ${formatCents(answer.cents)}`
        : `${styled("bold", name)}: ${styled("red", "can't be answered")} (${answer.code}): ${answer.reason}`,
      ...(working.length > 0
        ? working.map(({ text, cents }) => `  ${text}: ${formatCents(cents)}`)
        : [`  ${sentence}`]),
      ...(unseen === undefined ? [] : [`  its working can't be shown: ${unseen}`]),
    ]),
    json: Object.fromEntries(
      all.map(({ name, answer, sentence, working, unseen }) => [name, { ...answer, sentence, working, unseen }]),
    ),
  };
}
