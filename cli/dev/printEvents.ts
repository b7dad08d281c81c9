import { formatCents } from "../../lambda/agreements/dollars";
import type { JournalEntry, Sandbox } from "../../sandbox";
import { styled } from "../format";
import type { Output } from "./output";

type Line = Readonly<Record<string, unknown>>;

/** The line to print for each kind of journal entry. Other kinds are not printed. */
const entries: Record<string, (entry: JournalEntry) => string | undefined> = {
  // What the function answers, its log says with the amount.
  "http.request": ({ routeKey, status }) => {
    if (routeKey === undefined) return `no such path: answered ${status}`;
    return status === 429 ? "too many requests at once: answered 429" : undefined;
  },
  "sequence.triggered": ({ ruleId, requestId, testMode }) =>
    `${ruleId} triggered${testMode ? " in test mode" : ""}  requestId ${requestId}`,
  "sequence.refused": ({ ruleId, status, reason }) =>
    `Sequence answered ${ruleId ?? "a call"} with ${status}: ${reason}`,
  "sequence.transfer": ({ from, to, cents }) => `${formatCents(cents as number)}  ${from} → ${to}`,
  "sequence.transferRefused": ({ from, to, reason }) => `no transfer ${from} → ${to}: ${reason}`,
  "mail.sent": ({ to, subject }) => `mail to ${to}: ${subject}`,
};

/** The same for what the functions log. */
const logged: Record<string, (line: Line) => string | undefined> = {
  "amount.answered": ({ amount, cents }) =>
    Number.isSafeInteger(cents) ? `${amount} asked: ${formatCents(cents as number)} (${cents} cents)` : undefined,
  "amount.failed": ({ amount, code, error }) =>
    `${amount} asked: no amount, ${code}: ${(error as { message?: string } | undefined)?.message}`,
  "amount.refused": ({ amount }) =>
    amount === undefined
      ? "asked with a name that no amount has: answered 404"
      : `${amount} asked with a wrong token: answered 404`,
};

/** Prints what happens from now on, as it happens; the result ends it. */
export function printEvents(output: Output, sandbox: Sandbox): () => void {
  const print = (at: number, line: string | undefined) => {
    if (line !== undefined) output.say(`${styled("dim", new Date(at).toISOString())}  ${line}`);
  };
  const stopEntries = sandbox.journal.subscribe((entry) => print(entry.at, entries[entry.kind]?.(entry)));
  const stopLines = sandbox.cloud.logs.subscribe(({ at, message }) => {
    const line = objectIn(message);
    // A function of one's own may log any event.
    const event = String(line.event);
    if (Object.hasOwn(logged, event)) print(at, logged[event]?.(line));
  });
  return () => {
    stopEntries();
    stopLines();
  };
}

function objectIn(text: string): Line {
  if (!text.startsWith("{")) return {};
  try {
    return JSON.parse(text) as Line;
  } catch {
    return {};
  }
}
