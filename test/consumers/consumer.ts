// A user's module, type-checked against what the package ships. Every name must be there, and none may be `any`.
import * as pulumi from "@pulumi/pulumi";
import {
  type Amount,
  type AmountArgs,
  AmountKind,
  RemoteAmountEndpoint,
  RemoteApi,
  type RemoteApiArgs,
  ScheduledRuleTriggers,
  type Trigger,
  type TriggerArgs,
} from "sequence-remote-api";
import { type Account, AmountError, amount, testAmount } from "sequence-remote-api/amounts";
import { dollarsToCents, type SequenceClient, SequenceError, type TriggerReceipt } from "sequence-remote-api/client";
import { type OccurrenceReport, pulumiMocks, startSandbox } from "sequence-remote-api/testing";

const rent: Amount = { kind: AmountKind.Fixed, cents: 150_000 };
const payday: Trigger = { ruleId: "ru_12345", schedule: "cron(0 9 1,15 * ? *)", timezone: "America/New_York" };
export const underFirstNames: [AmountArgs, TriggerArgs] = [rent, payday];

const args: RemoteApiArgs = {
  ceilingCents: 500_000,
  amounts: {
    rent,
    buffer: { kind: AmountKind.TopUp, account: "Bills Pod", targetCents: 50_000, maxCents: 20_000 },
  },
  triggers: { payday },
  alarmEmail: "you@example.com",
};

export function declare(): pulumi.Output<Record<string, string>> {
  new RemoteAmountEndpoint("endpoint", { amounts: { rent: { kind: "Fixed", cents: 100 } }, alarms: false });
  new ScheduledRuleTriggers("triggers", { triggers: args.triggers ?? {}, alarmTopicArn: pulumi.output("arn") });
  return new RemoteApi("sequence", args).amountUrls;
}

export async function trigger(client: SequenceClient): Promise<TriggerReceipt | undefined> {
  try {
    return await client.triggerRule("ru_12345", { apiSecret: "an-api-secret", idempotencyKey: "2026-12-01" });
  } catch (error) {
    if (error instanceof SequenceError && error.status === 429) return undefined;
    throw error;
  }
}

export const payroll = amount(async ({ accounts }) => {
  const account: Account = await accounts.find("Payroll Pod");
  if (!account.balance.known) throw new AmountError("AMOUNT_UNKNOWN", account.balance.reason);
  const most = dollarsToCents(100);
  return most.known ? Math.min(account.balance.cents, most.cents) : 0;
});

export const tested: Promise<number> = testAmount(payroll, { accounts: [{ name: "Payroll Pod", cents: 5_000 }] });

export async function tomorrow(): Promise<readonly OccurrenceReport[]> {
  const sandbox = await startSandbox({ directory: ".", startAt: "2026-12-01T08:00:00-05:00" });
  await sandbox.clock.advanceBy({ days: 1 });
  await sandbox.stop();
  await pulumi.runtime.setMocks(pulumiMocks());
  return sandbox.occurrences();
}

// @ts-expect-error an unknown option is an error
export const wrongOption = startSandbox({ directory: ".", startsAt: 0 });
// @ts-expect-error an amount has one of five kinds
export const wrongKind: RemoteApiArgs = { amounts: { rent: { kind: "Guess" } } };
// @ts-expect-error cents is a number
export const wrongType: RemoteApiArgs = { amounts: { rent: { kind: AmountKind.Fixed, cents: "100" } } };
// @ts-expect-error a balance is known before its cents are there
export const cents = (account: Account): number => account.balance.cents;
// @ts-expect-error a trigger needs the rule's API secret
export const noSecret = (client: SequenceClient) => client.triggerRule("ru_12345", {});
