import type { Sandbox } from "../../sandbox";
import { balanceText, heading, money, styled, table, timeIn } from "./format";
import { amountName, type Round } from "./round";

/** Prints what came of the occurrence: triggers, amounts asked, transfers, and the accounts before and after. */
export function printRound(sandbox: Sandbox, round: Round): void {
  if (!round.occurrence) {
    printNothing(sandbox);
    return;
  }
  const { schedule, at } = round.occurrence;
  const timezone = sandbox.cloud.scheduler.schedules().find(({ name }) => name === schedule)?.timezone ?? "UTC";
  console.log(heading(`The clock moved to ${timeIn(at, timezone)}: ${schedule} fired`));
  if (round.triggers.length === 0)
    console.log(`No rule accepted the trigger. Sequence answered ${callStatus(sandbox)}.`);
  for (const trigger of round.triggers) {
    const mode = trigger.testMode ? " (test mode: nothing moves)" : "";
    console.log(
      `${styled("green", "✓")} ${trigger.name} triggered ${trigger.ruleId}${mode}  requestId ${trigger.requestId}`,
    );
    for (const line of askedLines(round, trigger.requestId)) console.log(`  ${line}`);
  }
  printTransfers(round);
  printAccounts(round);
  if (!round.complete) printLog(sandbox);
}

/** Nothing was triggered: the mails and the log may say why. */
function printNothing(sandbox: Sandbox): void {
  if (sandbox.cloud.scheduler.schedules().length === 0) {
    console.log(heading("No rule was triggered: the program declares no schedule"));
    return;
  }
  console.log(heading("No rule was triggered: no schedule called Sequence within 62 days of the sandbox's time"));
  for (const { subject } of sandbox.cloud.topics.mails) console.log(`Mail: ${subject}`);
  printLog(sandbox);
}

function askedLines(round: Round, requestId: string): string[] {
  return round.asked
    .filter((asked) => asked.requestId === requestId)
    .map(({ output, amountInCents, reason }) =>
      amountInCents === undefined
        ? `${styled("red", "✗")} asked ${amountName(output)}: ${reason}`
        : `asked ${amountName(output)}: ${money(amountInCents)}`,
    );
}

function printTransfers(round: Round): void {
  console.log(heading("Transfers"));
  if (round.transfers.length === 0) console.log("none");
  const rows = round.transfers.map(({ from, to, cents, requestId }) => [
    money(cents),
    from,
    "→",
    to,
    `requestId ${requestId}`,
  ]);
  for (const line of table(rows, [0])) console.log(line);
  for (const { from, to, status, reason } of round.failed)
    console.log(`${styled("red", "✗")} ${from} → ${to} ${status}: ${reason}`);
}

function printAccounts(round: Round): void {
  console.log(heading("Accounts"));
  const rows = round.accounts.map(({ name, before, after }) => [
    name,
    balanceText(before.balance),
    balanceText(after.balance),
  ]);
  for (const line of table([["", "before", "after"], ...rows], [1, 2])) console.log(line);
  const kept = round.summary.moneyConserved;
  console.log(
    kept ? "The sum over all accounts is what it was." : styled("red", "The sum over all accounts has changed."),
  );
}

function callStatus(sandbox: Sandbox): string {
  const last = sandbox.sequence.calls.filter(({ endpoint }) => endpoint === "trigger").at(-1);
  return last ? `${last.status}` : "nothing, because it was not called";
}

/** The functions' log says what went wrong. */
function printLog(sandbox: Sandbox): void {
  console.log(heading("Log of the functions"));
  for (const { group, message } of sandbox.cloud.logs.lines().slice(-40))
    console.log(`${styled("dim", group)} ${message}`);
}
