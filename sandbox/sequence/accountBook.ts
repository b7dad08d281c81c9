import { SMALLEST_TRANSFER_CENTS } from "../../lambda/agreements/amountLimits";
import { being } from "../../lambda/agreements/shown";
import type { Account } from "../../lambda/client/types";
import { type AccountSettings, type BalanceSettings, LARGEST_BALANCE_CENTS } from "../settings";

interface Entry {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  /** What is in the account, whether or not Sequence can tell. */
  cents: number;
  unknown: string | undefined;
}

/** The accounts and the money in them. Transfers never change the sum. */
export class AccountBook {
  private entries: Entry[];
  private expectedTotalCents: number;
  /** What the accounts call tells instead of the balances, in cents by the account's id. */
  private supposed: ReadonlyMap<string, number> = new Map();

  constructor(private settings: readonly AccountSettings[]) {
    this.entries = settings.map(newEntry);
    this.expectedTotalCents = this.totalCents();
  }

  /** Takes other settings. An account keeps the balance that it has now, unless its balance in the settings has changed. */
  reconfigure(settings: readonly AccountSettings[]): void {
    const before = new Map(this.settings.map((account) => [account.id, JSON.stringify(account.balance)]));
    const now = new Map(this.entries.map((entry) => [entry.id, entry]));
    this.entries = settings.map((account) => {
      const entry = now.get(account.id);
      if (!entry || before.get(account.id) !== JSON.stringify(account.balance)) return newEntry(account);
      return { ...newEntry(account), cents: entry.cents, unknown: entry.unknown };
    });
    this.settings = settings;
    this.expectedTotalCents = this.totalCents();
  }

  list(): Account[] {
    return this.entries.map(({ id, name, type, cents, unknown }) => ({
      id,
      name,
      type,
      balance: unknown === undefined ? { known: true, cents } : { known: false, reason: unknown },
    }));
  }

  /** The same as the accounts call tells it: with the balances that are supposed. */
  listAsTold(): Account[] {
    return this.list().map((account) => {
      const cents = this.supposed.get(account.id);
      return cents === undefined ? account : { ...account, balance: { known: true, cents } };
    });
  }

  nameOf(idOrName: string): string {
    return this.find(idOrName).name;
  }

  /** The sum over all accounts, what lies in those of unknown balance included. */
  totalCents(): number {
    return this.entries.reduce((sum, { cents }) => sum + cents, 0);
  }

  /** Money from or to the outside world: the sum changes with it. */
  setBalance(idOrName: string, balance: BalanceSettings): void {
    const entry = this.find(idOrName);
    checkBalance(entry.name, balance);
    const { cents, unknown } = entryOf(balance);
    // An account whose balance becomes unknown still holds its money.
    if (unknown === undefined) entry.cents = cents;
    entry.unknown = unknown;
    this.expectedTotalCents = this.totalCents();
  }

  /** Lets the accounts call tell so many cents of these accounts, by id or name, until the result is called. No money comes or goes. */
  suppose(balances: Readonly<Record<string, number>>): () => void {
    const supposed = Object.entries(balances).map(([account, cents]) => {
      const { id, name } = this.find(account);
      checkBalance(name, { cents });
      return [id, cents] as const;
    });
    this.supposed = new Map(supposed);
    return () => {
      this.supposed = new Map();
    };
  }

  /** Why Sequence would not make this transfer, or nothing if it would. */
  refusal(from: string, cents: number): string | undefined {
    const source = this.find(from);
    if (cents < SMALLEST_TRANSFER_CENTS)
      return `below the smallest transfer: ${cents} cents, at least ${SMALLEST_TRANSFER_CENTS} are needed`;
    if (source.unknown !== undefined) return `insufficient funds: the balance of ${source.name} is unknown`;
    if (cents > source.cents)
      return `insufficient funds: ${cents} cents wanted, ${source.cents} cents in ${source.name}`;
    return undefined;
  }

  /** Moves `cents`. Throws if that is no valid transfer, or if the sum of all money changed: a bug in the simulator. */
  transfer(from: string, to: string, cents: number): void {
    if (!Number.isSafeInteger(cents) || cents <= 0)
      throw new Error(`A transfer must be a positive whole number of cents; it is ${cents}.`);
    const source = this.find(from);
    const destination = this.find(to);
    source.cents -= cents;
    destination.cents += cents;
    const total = this.totalCents();
    if (total !== this.expectedTotalCents)
      throw new Error(
        `The simulator lost or made money: ${total} cents in all accounts instead of ${this.expectedTotalCents}.`,
      );
  }

  private find(idOrName: string): Entry {
    const entry = this.entries.find(({ id, name }) => id === idOrName || name === idOrName);
    if (!entry)
      throw new Error(
        `There is no account "${idOrName}". Known: ${this.entries.map(({ name }) => name).join(", ") || "none"}.`,
      );
    return entry;
  }
}

function checkBalance(name: string, balance: BalanceSettings): void {
  if (typeof balance !== "object" || balance === null || !("cents" in balance || typeof balance.unknown === "string"))
    throw new Error(
      `The balance of ${name} ${being(balance)}; it must be a whole number of cents, or { unknown } with the reason.`,
    );
  if (!("cents" in balance)) return;
  if (!Number.isSafeInteger(balance.cents))
    throw new Error(`The balance of ${name} must be a whole number of cents; it is ${balance.cents}.`);
  // As in sandbox.yaml: all sums of them stay exact.
  if (Math.abs(balance.cents) > LARGEST_BALANCE_CENTS)
    throw new Error(`The balance of ${name} must be at most ${LARGEST_BALANCE_CENTS} cents; it is ${balance.cents}.`);
}

function newEntry({ id, name, type, balance }: AccountSettings): Entry {
  return { id, name, type, ...entryOf(balance) };
}

function entryOf(balance: BalanceSettings): Pick<Entry, "cents" | "unknown"> {
  return "cents" in balance ? { cents: balance.cents, unknown: undefined } : { cents: 0, unknown: balance.unknown };
}
