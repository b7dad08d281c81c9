import { formatCents } from "../../lambda/agreements/dollars";
import type { OccurrenceReport, Sandbox } from "../../sandbox";
import { balanceText, heading, styled, table, timeIn } from "../format";
import type { Output } from "./output";
import { printLogTail } from "./printLog";
import type { Round } from "./round";

/** Prints what came of everything: occurrences, transfers, accounts before and after, outputs, and the verdict. */
export function printStory(output: Output, sandbox: Sandbox, round: Round): void {
  printOccurrences(output, sandbox, round.occurrences);
  printAsked(output, round);
  printTransfers(output, sandbox);
  printAccounts(output, round);
  if (!round.pass) printLogTail(output, sandbox);
  printOutputs(output, sandbox);
  const verdict = round.pass ? styled("green", "PASS") : styled("red", "FAIL");
  output.tell(`\n${verdict}: ${round.verdict}`);
}

/** Every one, in the order in which they fired. */
export function printOccurrences(output: Output, sandbox: Sandbox, occurrences: readonly OccurrenceReport[]): void {
  if (occurrences.length === 0) return;
  output.say(heading("Occurrences"));
  for (const occurrence of occurrences) {
    const print = (line: string) => (isGood(occurrence) ? output.say(line) : output.tell(line));
    print(lineOf(sandbox, occurrence));
    for (const action of occurrence.actions) {
      const { output: path, amountInCents, to } = action;
      if (path !== undefined && amountInCents !== undefined)
        output.say(
          `  asked ${path.split(".").at(-1)}: ${formatCents(amountInCents)}${noteOn(sandbox, action)}  → ${to}`,
        );
    }
    for (const reason of occurrence.reasons) print(`  ${mark(occurrence)} ${reason.replaceAll("\n", "\n    ")}`);
  }
}

/** What the amount function's log notes on an amount of 0. */
function noteOn(sandbox: Sandbox, { output, amountInCents }: OccurrenceReport["actions"][number]): string {
  if (amountInCents !== 0) return "";
  const name = output?.split(".").at(-1);
  for (const { message } of [...sandbox.cloud.logs.lines()].reverse()) {
    if (!message.startsWith("{") || !message.includes('"amount.answered"')) continue;
    const { amount, note } = JSON.parse(message) as { amount?: string; note?: string };
    if (amount === name) return note === undefined ? "" : ` (${note})`;
  }
  return "";
}

function isGood({ result }: OccurrenceReport): boolean {
  return result === "done" || result === "skipped";
}

function mark(occurrence: OccurrenceReport): string {
  if (occurrence.result === "skipped") return styled("dim", "-");
  return isGood(occurrence) ? styled("green", "✓") : styled("red", "✗");
}

function lineOf(sandbox: Sandbox, occurrence: OccurrenceReport): string {
  const { trigger, ruleId, scheduledTime, event, at, requestId, result } = occurrence;
  const when = timeIn(scheduledTime === undefined ? at : Date.parse(scheduledTime), sandbox.timezoneOf(trigger));
  const extra = event !== undefined ? ` (event ${event})` : scheduledTime === undefined ? " (by hand)" : "";
  const word = result === "done" ? "" : ` ${result.replace("-", " ")}`;
  const id = requestId === undefined ? "" : `  requestId ${requestId}`;
  return `${mark(occurrence)} ${when}  ${trigger}${extra} → ${ruleId}${word}${id}`;
}

function printAsked(output: Output, { asked }: Round): void {
  if (asked.length === 0) return;
  output.say(heading("Amounts, asked as Sequence does"));
  for (const answer of asked)
    if ("reason" in answer) output.tell(`  ${styled("red", "✗")} asked ${answer.name}: ${answer.reason}`);
    else output.say(`  ${styled("green", "✓")} asked ${answer.name}: ${formatCents(answer.amountInCents)}`);
}

function printTransfers(output: Output, sandbox: Sandbox): void {
  if (sandbox.transfers.length === 0) return;
  output.say(heading("Transfers"));
  const rows = sandbox.transfers.map(({ from, to, cents }) => [formatCents(cents), from, "→", to]);
  for (const line of table(rows, [0])) output.say(line);
}

function printAccounts(output: Output, round: Round): void {
  if (round.accounts.length === 0) return;
  output.say(heading("Accounts"));
  const rows = round.accounts.map(({ name, before, after }) => [
    name,
    balanceText(before.balance),
    balanceText(after.balance),
  ]);
  for (const line of table([["", "before", "after"], ...rows], [1, 2])) output.say(line);
  if (round.summary.moneyConserved) output.say("The sum over all accounts is what it was.");
  else output.tell(styled("red", "The sum over all accounts has changed."));
}

/** The stack's outputs but the amount URLs, which are above. Secret ones aren't shown. */
function printOutputs(output: Output, { deployment, amountUrls }: Sandbox): void {
  const shown = Object.entries(deployment.outputs).filter(
    ([name]) => !Object.keys(amountUrls).some((path) => path === name || path.startsWith(`${name}.`)),
  );
  if (shown.length === 0) return;
  output.say(heading("Outputs"));
  const rows = shown.map(([name, value]) => [
    name,
    deployment.secretOutputs.has(name) ? "[secret]" : typeof value === "string" ? value : JSON.stringify(value),
  ]);
  for (const line of table(rows)) output.say(line);
}
