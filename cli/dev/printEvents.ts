import type { JournalEntry, Sandbox } from "../../sandbox";
import { heading, money, styled } from "./format";

/** The line to print for each kind of journal entry. Other kinds are not printed. */
const lines: Record<string, (entry: JournalEntry) => string> = {
  "http.request": ({ routeKey, status }) => `${routeKey} answered ${status}`,
  "sequence.triggered": ({ ruleId, requestId }) => `${ruleId} triggered  requestId ${requestId}`,
  "sequence.transfer": ({ from, to, cents }) => `${money(cents as number)}  ${from} → ${to}`,
  "sequence.transferRefused": ({ from, to, reason }) => `no transfer ${from} → ${to}: ${reason}`,
  "mail.sent": ({ to, subject }) => `mail to ${to}: ${subject}`,
};

/** Prints what happens from now on, as it happens; the result ends it. */
export function printEvents(sandbox: Sandbox): () => void {
  console.log(heading("Serving the amount URLs until Ctrl+C"));
  return sandbox.cloud.context.journal.subscribe((entry) => {
    const line = lines[entry.kind]?.(entry);
    if (line) console.log(`${styled("dim", new Date(entry.at).toISOString())}  ${line}`);
  });
}
