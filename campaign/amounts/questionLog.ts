import { AMOUNT_EVENTS, askedAmount } from "../../lambda/triggers/aws/amountLog";
import type { AmountLog } from "../../lambda/triggers/ports";

type Page = Awaited<ReturnType<AmountLog["page"]>>;

const LINES_A_PAGE = 20;
/** The check looks back two days, the digest a month. */
const KEPT_MS = 35 * 86_400_000;

/** What the amount function's log tells of questions, as CloudWatch gives it, and which amounts rules don't ask for at present. */
export class QuestionLog {
  private lines: Page["lines"][number][] = [];
  private readonly silentUntil = new Map<string, number>();

  /** A line of the function's log. */
  note(line: string): void {
    const fields = JSON.parse(line) as Record<string, unknown>;
    if (!AMOUNT_EVENTS.includes(String(fields.event))) return;
    const now = Date.now();
    this.lines.push({ at: now, amount: askedAmount(fields), failed: fields.event === "amount.failed" });
    const old = this.lines.findIndex(({ at }) => at > now - KEPT_MS);
    if (old > 1_000) this.lines = this.lines.slice(old);
  }

  silence(amount: string, until: number): void {
    this.silentUntil.set(amount, until);
  }

  isAskedFor(amount: string): boolean {
    return (this.silentUntil.get(amount) ?? 0) <= Date.now();
  }

  /** Whether the log has a question for the amount between the two times. */
  wasAskedFor(amount: string, after: number, until: number): boolean {
    return this.lines.some((line) => line.amount === amount && line.at > after && line.at <= until);
  }

  since(instant: number): Page["lines"] {
    return this.lines.filter(({ at }) => at >= instant);
  }

  page({ from, to, token }: Parameters<AmountLog["page"]>[0]): Page {
    const first = Number(token ?? 0);
    const within = this.lines.filter(({ at }) => at >= from && at <= to);
    const next = first + LINES_A_PAGE;
    return { lines: within.slice(first, next), token: next < within.length ? String(next) : undefined };
  }
}
