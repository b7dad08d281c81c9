import { formatCents } from "../../lambda/agreements/dollars";
import type { Account } from "../../lambda/client/types";
import type { AmountAnswer, OccurrenceReport, Sandbox } from "../../sandbox";
import { timeIn } from "../format";

/** What came of everything since the start. */
export interface Round {
  readonly occurrences: readonly OccurrenceReport[];
  /** The amounts that were asked because the program has no trigger. */
  readonly asked: readonly AmountAnswer[];
  readonly accounts: readonly { readonly name: string; readonly before: Account; readonly after: Account }[];
  readonly pass: boolean;
  /** The last line, without PASS or FAIL. */
  readonly verdict: string;
  readonly summary: RoundSummary;
}

/** What `--json` prints. */
interface RoundSummary {
  readonly pass: boolean;
  readonly message: string;
  /** How many resources the program declared, components included. */
  readonly resources: number;
  /** Cents by amount. */
  readonly amounts: Record<string, number>;
  /** Sequence's request id by trigger. */
  readonly triggers: Record<string, string>;
  readonly transfers: readonly { from: string; to: string; cents: number }[];
  readonly occurrences: readonly Pick<OccurrenceReport, "trigger" | "scheduledTime" | "result" | "reasons">[];
  /** The sum over all accounts is what it was. */
  readonly moneyConserved: boolean;
  /** Types of resources that were declared and aren't run here. */
  readonly notRun: readonly string[];
}

/** Reads from the sandbox what happened since it started. */
export function readRound(sandbox: Sandbox, before: readonly Account[], asked: readonly AmountAnswer[]): Round {
  const occurrences = sandbox.occurrences();
  const after = new Map(sandbox.accounts().map((account) => [account.id, account]));
  const { pass, verdict } = withMissing(judge(sandbox, occurrences, asked), sandbox.settings.missing);
  const triggered = occurrences.filter(({ requestId }) => requestId !== undefined);
  return {
    ...{ occurrences, asked, pass, verdict },
    accounts: before.map((account) => ({
      name: account.name,
      before: account,
      after: after.get(account.id) ?? account,
    })),
    summary: {
      pass,
      message: verdict,
      resources: sandbox.deployment.resources.filter(({ type }) => type !== "pulumi:pulumi:Stack").length,
      amounts: amountsOf(sandbox, asked),
      triggers: Object.fromEntries(triggered.map(({ trigger, requestId }) => [trigger, requestId as string])),
      transfers: sandbox.transfers.map(({ from, to, cents }) => ({ from, to, cents })),
      occurrences: occurrences.map(({ trigger, scheduledTime, result, reasons }) => ({
        ...{ trigger, result, reasons },
        scheduledTime: scheduledTime as string,
      })),
      moneyConserved: sumOf(before) === sumOf([...after.values()]),
      notRun: [...new Set(sandbox.cloud.notRun.map(({ type }) => type))].sort(),
    },
  };
}

function amountsOf(sandbox: Sandbox, asked: readonly AmountAnswer[]): Record<string, number> {
  const byRules = sandbox.sequence.amountsAsked.map(({ output, amountInCents }) => ({
    name: output.split(".").at(-1) as string,
    amountInCents,
  }));
  const answers = [...byRules, ...asked.map((each) => ({ amountInCents: undefined, ...each }))];
  return Object.fromEntries(
    answers.flatMap(({ name, amountInCents }) => (amountInCents === undefined ? [] : [[name, amountInCents]])),
  );
}

type Judgement = Pick<Round, "pass" | "verdict">;

/** Without sandbox.yaml most goes wrong, and each reason would only be a consequence. */
function withMissing({ pass, verdict }: Judgement, missing: string | undefined): Judgement {
  if (pass || missing === undefined || verdict.includes(missing)) return { pass, verdict };
  return { pass, verdict: `${verdict}\n${missing[0]?.toUpperCase()}${missing.slice(1)}.` };
}

function judge(sandbox: Sandbox, occurrences: readonly OccurrenceReport[], asked: readonly AmountAnswer[]): Judgement {
  const ran = occurrences.filter(({ result }) => result !== "skipped");
  if (ran.length > 0) {
    const wrong = ran.filter(({ result }) => result !== "done");
    const [first] = wrong;
    if (first)
      return {
        pass: false,
        verdict: `${countOf(wrong.length, ran.length)} went wrong: ${first.trigger}: ${firstLine(first.reasons[0])}`,
      };
    const { length } = sandbox.transfers;
    const cents = sandbox.transfers.reduce((sum, transfer) => sum + transfer.cents, 0);
    const names = [...new Set(ran.map(({ trigger }) => trigger))].join(", ");
    return {
      pass: true,
      verdict: `${names} ran, and moved ${formatCents(cents)} in ${length} transfer${length === 1 ? "" : "s"}.`,
    };
  }
  if (sandbox.triggerNames().length + sandbox.eventTriggerNames().length > 0)
    return { pass: false, verdict: nothingFired(sandbox) };
  if (asked.length === 0)
    return {
      pass: false,
      verdict: `the program has no trigger and no amount URL among its outputs.${sandbox.notExported()}`,
    };
  const unanswered = asked.filter((each) => "reason" in each);
  const [first] = unanswered;
  if (first && "reason" in first)
    return {
      pass: false,
      verdict: `${countOf(unanswered.length, asked.length, "amount")} went wrong: ${first.name}: ${first.reason}`,
    };
  return {
    pass: true,
    verdict: `${asked.length === 1 ? "the amount was" : `all ${asked.length} amounts were`} answered.`,
  };
}

function nothingFired(sandbox: Sandbox): string {
  const now = timeIn(sandbox.clock.now(), "UTC");
  const next = sandbox.schedules().flatMap((each) => (each.next === undefined ? [] : [{ ...each, next: each.next }]));
  const [soonest] = next.filter(({ name }) => sandbox.triggerNames().includes(name)).sort((a, b) => a.next - b.next);
  const when = soonest
    ? `the next is ${soonest.name} on ${timeIn(soonest.next, soonest.timezone)}`
    : "none is left: look at enabled, endDate and the schedule's year";
  return `no trigger came due until ${now}; ${when}. Move there with --until, or run one with --trigger.`;
}

/** The rest stands above, beside the occurrence. */
function firstLine(reason = ""): string {
  return reason.includes("\n") ? `${reason.split("\n")[0]} (above)` : reason;
}

function countOf(some: number, all: number, what = "occurrence"): string {
  return all === 1 ? `the ${what}` : `${some} of ${all} ${what}s`;
}

function sumOf(accounts: readonly Account[]): number {
  return accounts.reduce((sum, { balance }) => sum + (balance.known ? balance.cents : 0), 0);
}
