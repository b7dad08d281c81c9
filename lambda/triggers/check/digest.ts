import { ledgerNotes } from "../../agreements/ledgerNotes";
import { type LedgerItem, msOf } from "../lifecycle/ledgerItem";
import { isPaused } from "../pause";
import type { Delivery, TriggerDeps } from "../ports";
import { type Digest, digestMail } from "../telling/digestMail";
import { sendMail } from "../telling/tell";

/** The first digest looks this far back. */
const FIRST_LOOK_BACK_MS = 31 * 86_400_000;
/** With less time than this, the rest isn't counted any more: the mail has to be sent. */
const LEAST_TIME_MS = 10_000;
const MOST_LOG_PAGES = 40;

/**
 * Mails the digest with the first completed check of a month, in UTC. Never rejects: if it can't be told, the next check tells it. What
 * can't be read to its end is told as "at least".
 */
export async function tellDigest(deps: TriggerDeps, delivery: Delivery): Promise<void> {
  if (!deps.config.digest) return;
  try {
    const note = await deps.ledger.readNote(ledgerNotes.digest);
    const now = deps.now();
    const until = new Date(now).toISOString();
    const month = until.slice(0, 7);
    if (note?.month === month) return;
    const since = note === undefined ? now - FIRST_LOOK_BACK_MS : msOf(String(note.until));
    const digest: Digest = {
      since,
      until: now,
      ...(await countOccurrences(deps, delivery, { since, until: now })),
      asked: await countQuestions(deps, delivery, { from: since, to: now }),
      isPaused: await isPaused(deps.ledger),
    };
    if (!(await sendMail(deps, digestMail(deps.config, digest)))) return;
    await deps.ledger.writeNote(ledgerNotes.digest, { version: (note?.version ?? 0) + 1, month, until });
  } catch (error) {
    deps.logger.warn("digest.notTold", { error });
  }
}

/** By trigger and state, what changed to that state in this time: a failed occurrence that was run since counts as executed only. */
async function countOccurrences(
  { ledgerReader, logger }: TriggerDeps,
  delivery: Delivery,
  { since, until }: { readonly since: number; readonly until: number },
): Promise<Pick<Digest, "counts" | "isWhole">> {
  const counts = new Map<string, Map<LedgerItem["state"], number>>();
  try {
    for await (const { trigger, state, updatedAt } of ledgerReader?.all() ?? []) {
      if (delivery.remainingMs() < LEAST_TIME_MS) return { counts, isWhole: false };
      const changedAt = msOf(updatedAt);
      if (changedAt <= since || changedAt > until) continue;
      const ofTrigger = counts.get(trigger) ?? new Map<LedgerItem["state"], number>();
      ofTrigger.set(state, (ofTrigger.get(state) ?? 0) + 1);
      counts.set(trigger, ofTrigger);
    }
    return { counts, isWhole: true };
  } catch (error) {
    logger.warn("digest.notCounted", { error });
    return { counts, isWhole: false };
  }
}

/** How often Sequence asked for each amount, as far as the amount function's log says; undefined if it may not be read. */
async function countQuestions(
  { amountLog, logger }: TriggerDeps,
  delivery: Delivery,
  between: { readonly from: number; readonly to: number },
): Promise<Digest["asked"]> {
  if (!amountLog) return undefined;
  const counts = new Map<string, { answered: number; failed: number }>();
  try {
    let token: string | undefined;
    for (let page = 0; page < MOST_LOG_PAGES && delivery.remainingMs() >= LEAST_TIME_MS; page += 1) {
      const read = await amountLog.page({ ...between, token });
      for (const { amount, failed } of read.lines) {
        if (amount === undefined) continue;
        const known = counts.get(amount) ?? { answered: 0, failed: 0 };
        known[failed ? "failed" : "answered"] += 1;
        counts.set(amount, known);
      }
      token = read.token;
      if (token === undefined) return { counts, isWhole: true };
    }
  } catch (error) {
    logger.warn("digest.notCounted", { error });
  }
  return { counts, isWhole: false };
}
