import { randomUUID } from "node:crypto";
import type { Journal } from "../aws/types";
import type { Clock } from "../clock";
import type { ActionSettings } from "../settings";
import type { AccountBook } from "./accountBook";
import { type AskedAmount, askAmount, type NoAmount } from "./askAmount";
import type { SimulatorModes } from "./modes";
import type { ActionRecord, AmountAsked, TransferRecord, TriggerRecord } from "./records";

/** What a rule needs to run. */
export interface RuleRunContext {
  readonly clock: Pick<Clock, "now">;
  readonly journal: Journal;
  readonly accounts: AccountBook;
  readonly modes: SimulatorModes;
  readonly resolveAmountUrl: (outputPath: string) => string;
  readonly stopped: AbortSignal;
  readonly amountsAsked: AmountAsked[];
  readonly transfers: TransferRecord[];
}

/** Runs the actions of a triggered rule, one after the other, and notes in `trigger` what became of each. */
export async function runRule(
  context: RuleRunContext,
  trigger: TriggerRecord,
  actions: readonly ActionSettings[],
): Promise<void> {
  for (const action of actions) trigger.actions.push(await runAction(context, trigger, action));
  trigger.done = true;
  const { requestId, ruleId } = trigger;
  const transfers = trigger.actions.filter(({ status }) => status === "transferred").length;
  context.journal.record("sequence.finished", { requestId, ruleId, actions: trigger.actions.length, transfers });
}

async function runAction(
  context: RuleRunContext,
  trigger: TriggerRecord,
  action: ActionSettings,
): Promise<ActionRecord> {
  const { accounts, journal } = context;
  const { requestId, ruleId } = trigger;
  const { amount } = action;
  const route = {
    from: accounts.nameOf(action.from),
    to: accounts.nameOf(action.to),
    ...("output" in amount ? { output: amount.output } : {}),
  };
  const notMade = (status: "skipped" | "refused", why: NoAmount & { amountInCents?: number }): ActionRecord => {
    const details = { ...route, ...why };
    journal.record("sequence.transferRefused", { requestId, ruleId, ...details });
    return { ...details, status };
  };

  const asked: AskedAmount =
    "cents" in amount ? { amountInCents: amount.cents } : await ask(context, trigger, amount.output);
  if ("reason" in asked) return notMade("skipped", { ...asked, reason: `no amount: ${asked.reason}` });
  const { amountInCents } = asked;
  if (amountInCents === 0) return { ...route, ...asked, status: "zero" };
  const refusal = accounts.refusal(action.from, amountInCents);
  if (refusal !== undefined) return notMade("refused", { ...asked, reason: refusal });
  return {
    ...route,
    ...asked,
    status: "transferred",
    transfer: transfer(context, trigger, action, amountInCents),
  };
}

function transfer(
  { accounts, clock, journal, transfers }: RuleRunContext,
  { requestId, ruleId }: TriggerRecord,
  { from, to }: ActionSettings,
  cents: number,
): TransferRecord {
  accounts.transfer(from, to, cents);
  const names = { from: accounts.nameOf(from), to: accounts.nameOf(to) };
  const record: TransferRecord = { id: randomUUID(), requestId, ruleId, at: clock.now(), ...names, cents };
  transfers.push(record);
  journal.record("sequence.transfer", { ...record });
  return record;
}

async function ask(context: RuleRunContext, trigger: TriggerRecord, output: string): Promise<AskedAmount> {
  let answer: AskedAmount = { reason: "it was not asked" };
  for (let time = 0; time < context.modes.amountRequest.times; time++) {
    answer = await askOnce(context, output);
    const { requestId, ruleId } = trigger;
    context.amountsAsked.push({ at: context.clock.now(), requestId, ruleId, output, ...answer });
    context.journal.record("sequence.amountAsked", { requestId, ruleId, output, ...answer });
  }
  return answer;
}

async function askOnce({ resolveAmountUrl, modes, stopped }: RuleRunContext, output: string): Promise<AskedAmount> {
  let url: string;
  try {
    url = resolveAmountUrl(output);
  } catch {
    // The error is not passed on, because it may quote a URL, and the URL is a credential.
    return { reason: `the program has no stack output "${output}" that holds a URL` };
  }
  return askAmount(url, modes.amountRequest, stopped);
}
