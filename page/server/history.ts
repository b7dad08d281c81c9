import type { JournalEntry, RunningSandbox } from "../../sandbox";
import type { BalancesView } from "../shared/types";

/** More points than a plot has pixels help nobody. */
const MOST_POINTS = 600;
const MOST_KEPT = 20_000;

interface Point {
  readonly at: number;
  readonly cents: Readonly<Record<string, number | null>>;
}

/** The balances over the sandbox's time, from when the page began to watch. */
export class BalanceHistory {
  readonly start: Readonly<Record<string, number | null>>;
  private readonly points: Point[] = [];

  constructor(private readonly sandbox: Pick<RunningSandbox, "accounts" | "clock" | "journal">) {
    this.start = this.balances();
    this.note();
  }

  /** Looks again after an entry of the journal that may have changed a balance. */
  onEntry({ kind }: JournalEntry): void {
    if (["sequence.transfer", "sandbox.balanceSet", "sandbox.deployed"].includes(kind)) this.note();
  }

  view(): BalancesView {
    const now: Point = { at: this.sandbox.clock.now(), cents: this.balances() };
    const all = [...this.points, now];
    const step = Math.ceil(all.length / MOST_POINTS);
    // The last of each group: a balance counts until it changes. And where it began.
    const points = all.filter((_, index) => index === 0 || (all.length - 1 - index) % step === 0);
    const names = this.sandbox.accounts().map(({ name }) => name);
    return {
      times: points.map(({ at }) => at),
      series: names.map((name) => ({ name, cents: points.map(({ cents }) => cents[name] ?? null) })),
    };
  }

  private note(): void {
    const at = this.sandbox.clock.now();
    // Of what happens in one moment, the end is kept; the start stays, with what was there before anything happened.
    if (this.points.length > 1 && this.points.at(-1)?.at === at) this.points.pop();
    this.points.push({ at, cents: this.balances() });
    if (this.points.length > MOST_KEPT) this.points.splice(1, MOST_KEPT / 10);
  }

  private balances(): Record<string, number | null> {
    return Object.fromEntries(
      this.sandbox.accounts().map(({ name, balance }) => [name, balance.known ? balance.cents : null]),
    );
  }
}
