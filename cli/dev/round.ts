import type { Account } from "../../lambda/client/types";
import type { ActionRecord, AmountAsked, Occurrence, Sandbox, TransferRecord, TriggerRecord } from "../../sandbox";

/** What came of an occurrence. */
export interface Round {
  readonly occurrence: Occurrence | undefined;
  readonly triggers: readonly NamedTrigger[];
  readonly asked: readonly AmountAsked[];
  readonly transfers: readonly TransferRecord[];
  readonly accounts: readonly { readonly name: string; readonly before: Account; readonly after: Account }[];
  /** Transfers that a rule was to make and didn't, because there was no valid amount or not enough money. */
  readonly failed: readonly ActionRecord[];
  /** A rule was triggered that isn't in test mode, and each did all that it is set to do. */
  readonly complete: boolean;
  readonly summary: RoundSummary;
}

interface NamedTrigger extends TriggerRecord {
  /** The trigger that fired, of those whose schedule names the rule; the rule's id if there is none. */
  readonly name: string;
}

/** The machine-readable last line. */
interface RoundSummary {
  /** How many resources the program declared, components included. */
  readonly resources: number;
  /** Cents by amount. */
  readonly amounts: Record<string, number>;
  /** Sequence's request id by trigger. */
  readonly triggers: Record<string, string>;
  readonly transfers: readonly { from: string; to: string; cents: number }[];
  /** The sum over all accounts is what it was. */
  readonly moneyConserved: boolean;
  /** Types of resources that were declared and aren't run here. */
  readonly notRun: readonly string[];
}

/** Reads from the sandbox what happened since it started. */
export function readRound(sandbox: Sandbox, occurrence: Occurrence | undefined, before: readonly Account[]): Round {
  const { sequence, deployment, cloud } = sandbox;
  const namesOf = triggerNames(sandbox);
  // Of several triggers of one rule, it is the one whose schedule fired.
  const nameOf = (ruleId: string) => {
    const names = namesOf.get(ruleId) ?? [];
    return names.find((name) => name === occurrence?.schedule) ?? names[0] ?? ruleId;
  };
  const triggers = sequence.triggers.map((trigger) => ({
    ...trigger,
    name: nameOf(trigger.ruleId),
  }));
  const asked = sequence.amountsAsked;
  const after = new Map(sequence.accounts().map((account) => [account.id, account]));
  const failed = triggers
    .flatMap(({ actions }) => actions)
    .filter(({ status }) => status === "skipped" || status === "refused");
  const answered = asked.filter(({ amountInCents }) => amountInCents !== undefined);
  return {
    occurrence,
    triggers,
    asked,
    transfers: sequence.transfers,
    accounts: before.map((account) => ({
      name: account.name,
      before: account,
      after: after.get(account.id) ?? account,
    })),
    failed,
    complete: triggers.length > 0 && failed.length === 0 && triggers.every(({ testMode }) => !testMode),
    summary: {
      resources: deployment.resources.filter(({ type }) => type !== "pulumi:pulumi:Stack").length,
      amounts: Object.fromEntries(answered.map((each) => [amountName(each.output), each.amountInCents as number])),
      triggers: Object.fromEntries(triggers.map(({ name, requestId }) => [name, requestId])),
      transfers: sequence.transfers.map(({ from, to, cents }) => ({ from, to, cents })),
      moneyConserved: sumOf(before) === sumOf([...after.values()]),
      notRun: [...new Set(cloud.notRun.map(({ type }) => type))].sort(),
    },
  };
}

/** The last part of the output's path: `rent` of `amountUrls.rent`. */
export function amountName(outputPath: string): string {
  return outputPath.split(".").at(-1) as string;
}

function sumOf(accounts: readonly Account[]): number {
  return accounts.reduce((sum, { balance }) => sum + (balance.known ? balance.cents : 0), 0);
}

function triggerNames(sandbox: Sandbox): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const { type, inputs } of sandbox.deployment.resources) {
    if (type !== "aws:scheduler/schedule:Schedule") continue;
    const message = parseObject((inputs.target as { input?: string }).input);
    if (typeof message.trigger === "string" && typeof message.ruleId === "string")
      names.set(message.ruleId, [...(names.get(message.ruleId) ?? []), message.trigger]);
  }
  return names;
}

function parseObject(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
