import { utcSeconds } from "../../agreements/instant";
import { isScheduled, type TriggerFunctionConfig, type TriggerSpec } from "../../agreements/triggerConfig";
import { nextOccurrence } from "../../schedule";
import type { LedgerItem } from "../lifecycle/ledgerItem";
import type { MailText } from "../ports";
import { mail } from "./mails";

type State = LedgerItem["state"];

/** What happened since the last digest. */
export interface Digest {
  /** Milliseconds since the epoch; what happened at `since` itself was in the last one. */
  readonly since: number;
  readonly until: number;
  /** By trigger and state, how many occurrences came to it. */
  readonly counts: ReadonlyMap<string, ReadonlyMap<State, number>>;
  /** False if the ledger could not be read to its end. */
  readonly isWhole: boolean;
  /** By amount, what Sequence asked for; undefined if the function may not read the amounts' log. */
  readonly asked:
    | {
        readonly counts: ReadonlyMap<string, { readonly answered: number; readonly failed: number }>;
        readonly isWhole: boolean;
      }
    | undefined;
  readonly isPaused: boolean;
}

/** In the order of the mail. Of what is still under way, the next digest tells. */
const WORDS: readonly (readonly [State, string])[] = [
  ["executed", "executed"],
  ["skipped", "skipped"],
  ["failed", "failed"],
  ["test-mode", "seemingly in test mode"],
  ["dry-run", "in a dry run"],
  ["waiting", "under way"],
  ["claimed", "under way"],
];
/** These are told even if there was none. */
const ALWAYS: ReadonlySet<string> = new Set(["executed", "skipped", "failed"]);

export function digestMail(config: TriggerFunctionConfig, digest: Digest): MailText {
  const total = new Map<State, number>();
  for (const counts of digest.counts.values())
    for (const [state, count] of counts) total.set(state, (total.get(state) ?? 0) + count);
  const atLeast = digest.isWhole ? "" : "at least ";
  const byTrigger = [...digest.counts].sort(([a], [b]) => a.localeCompare(b));
  return mail(`the month's digest - ${atLeast}${countsText(total)}`, [
    `From ${utcSeconds(digest.since)} to ${utcSeconds(digest.until)}: ${atLeast}${countsText(total)}.` +
      (digest.isWhole ? "" : " The ledger could not be read to its end."),
    ...(byTrigger.length > 0 ? [byTrigger.map(([name, counts]) => `${name}: ${countsText(counts)}`).join("\n")] : []),
    ...askedTexts(digest.asked),
    ...(digest.isPaused
      ? ["The stop switch is on: nothing is triggered until somebody runs npx sequence-remote-api resume."]
      : []),
    `Next:\n${Object.entries(config.triggers)
      .map(([name, spec]) => `${name}: ${nextText(spec, digest.until)}`)
      .join("\n")}`,
    "Each failure was mailed when it happened. This mail comes with the first completed daily check of a month, so that you know that the checks go on and mails " +
      "reach you. If it stays away, look at the trigger function. digest: false turns it off.",
  ]);
}

function countsText(counts: ReadonlyMap<State, number>): string {
  const sums = new Map<string, number>();
  for (const [state, word] of WORDS) sums.set(word, (sums.get(word) ?? 0) + (counts.get(state) ?? 0));
  return [...sums]
    .filter(([word, count]) => count > 0 || ALWAYS.has(word))
    .map(([word, count]) => `${count} ${word}`)
    .join(", ");
}

function askedTexts(asked: Digest["asked"]): string[] {
  if (asked === undefined) return [];
  const lines = [...asked.counts]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, { answered, failed }]) => `${name}: ${answered} answered${failed > 0 ? `, ${failed} failed` : ""}`);
  const reach = asked.isWhole ? "as far back as its log is kept" : "at least; its log could not be read to its end";
  return [`The amount function was asked (${reach}):\n${lines.join("\n") || "for nothing"}`];
}

/** `2026-12-15 09:00 America/New_York`. */
function nextText(spec: TriggerSpec, now: number): string {
  if (!isScheduled(spec)) return "whenever an event comes";
  const { enabled, timezone } = spec.schedule;
  if (!enabled) return "switched off";
  try {
    const next = nextOccurrence(spec.schedule, now);
    if (next === undefined) return "no date any more";
    // The Swedish form is ISO 8601 without the zone.
    const local = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone: timezone });
    return `${local.format(next)} ${timezone}`;
  } catch (error) {
    return `not known: ${error instanceof Error ? error.message : error}`;
  }
}
