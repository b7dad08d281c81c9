import { paceNote } from "../agreements/ledgerNotes";
import { TOO_MANY_REQUESTS, type TryResult } from "./lifecycle/afterTry";
import { msOf } from "./lifecycle/ledgerItem";
import type { Occurrence } from "./lifecycle/request";
import { available } from "./occurrenceLedger";
import type { Ledger, Note, TriggerDeps } from "./ports";

/** Until when the calls of one rule wait, because Sequence has answered 429 to one of them. Milliseconds since the epoch, 0 if they don't. */
interface Pace {
  readonly notBefore: number;
  /** Events wait for longer, so that a scheduled occurrence that waits is called before them. */
  readonly eventsNotBefore: number;
}

/** How long a rule is left alone if Sequence doesn't say. */
const USUAL_PAUSE_MS = 60_000;
/** How much later than its wait a message may come back. */
const HEAD_START_MS = 60_000;
const MAX_RACES = 5;
const DAY_SECONDS = 86_400;

/** How long a rule is left alone after a 429, with a random part so that what waits doesn't come back together. */
export function pauseMs(retryAfterMs: number | undefined, random: () => number): number {
  return retryAfterMs ?? Math.round(USUAL_PAUSE_MS * (1 + random() / 4));
}

/** The pace of an occurrence's rule. */
export class RulePace {
  constructor(
    private readonly deps: Pick<TriggerDeps, "ledger" | "logger" | "now">,
    private readonly occurrence: Occurrence,
  ) {}

  /** Until when this occurrence waits. Rejects with `LedgerUnavailable`. */
  async notBefore(): Promise<number> {
    const pace = await available(() => readPace(this.deps.ledger, this.occurrence.ruleId));
    return this.isEvent ? Math.max(pace.notBefore, pace.eventsNotBefore) : pace.notBefore;
  }

  /** The occurrence comes back in `retryInMs`, which it returns. */
  async waits(retryInMs: number): Promise<number> {
    this.deps.logger.info("occurrence.paced", { retryInMs });
    if (!this.isEvent) await this.slowDown({ eventsNotBefore: this.deps.now() + retryInMs + HEAD_START_MS });
    return retryInMs;
  }

  /** After a 429 all calls of the rule wait, and its events until this occurrence has come back. */
  async after(result: TryResult, now: number, retryInMs: number | undefined): Promise<void> {
    if (result.accepted || result.failure.code !== TOO_MANY_REQUESTS) return;
    const notBefore = now + (result.failure.retryAfterMs ?? 0);
    const comesBack = retryInMs !== undefined && !this.isEvent;
    await this.slowDown({ notBefore, eventsNotBefore: comesBack ? now + retryInMs + HEAD_START_MS : 0 });
  }

  private get isEvent(): boolean {
    return this.occurrence.event !== undefined;
  }

  /** Never rejects: if it can't be noted, Sequence says 429 once more. */
  private async slowDown(until: Partial<Pace>): Promise<void> {
    try {
      await slowDown(this.deps.ledger, this.occurrence.ruleId, until);
    } catch (error) {
      this.deps.logger.warn("ledger.unavailable", { error });
    }
  }
}

async function readPace(ledger: Ledger, ruleId: string): Promise<Pace & { readonly version: number }> {
  const note = await ledger.readNote(paceNote(ruleId));
  return {
    version: note?.version ?? 0,
    notBefore: msOf(textOf(note, "notBefore")),
    eventsNotBefore: msOf(textOf(note, "eventsNotBefore")),
  };
}

/** Makes the calls of a rule wait. A later time that is noted already stays. */
async function slowDown(ledger: Ledger, ruleId: string, until: Partial<Pace>): Promise<void> {
  for (let race = 0; race < MAX_RACES; race += 1) {
    const stored = await readPace(ledger, ruleId);
    const notBefore = Math.max(stored.notBefore, until.notBefore ?? 0);
    const eventsNotBefore = Math.max(stored.eventsNotBefore, until.eventsNotBefore ?? 0);
    if (notBefore === stored.notBefore && eventsNotBefore === stored.eventsNotBefore) return;
    const note = {
      version: stored.version + 1,
      notBefore: new Date(notBefore).toISOString(),
      eventsNotBefore: new Date(eventsNotBefore).toISOString(),
      expiresAt: Math.ceil(Math.max(notBefore, eventsNotBefore) / 1000) + DAY_SECONDS,
    };
    if (await ledger.writeNote(paceNote(ruleId), note)) return;
  }
}

function textOf(note: Note | undefined, name: string): string | undefined {
  const value = note?.[name];
  return typeof value === "string" ? value : undefined;
}
