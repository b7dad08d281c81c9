import { didYouMean } from "../agreements/didYouMean";
import { being, shown } from "../agreements/shown";
import { asObject, requestIdOf, WrongAnswer } from "./call";
import { SequenceError } from "./errors";
import { dollarsToCents, unknown } from "./money";
import type { Account, AccountList, Balance } from "./types";

/** Takes the accounts out of an answer (contract section 3). One malformed entry doesn't hide the good ones. */
export function readAccounts(json: unknown, redact: Redact): Omit<AccountList, "attempts"> {
  const { accounts: entries, errors } = asObject(asObject(json).data);
  if (!Array.isArray(entries)) throw new WrongAnswer("it has no list data.accounts");
  const accounts: Account[] = [];
  const malformed: { index: number; reason: string }[] = [];
  entries.forEach((entry: unknown, index) => {
    const reason = whatIsWrongWith(entry, redact);
    if (reason === undefined) accounts.push(accountOf(entry as Entry, redact));
    else malformed.push({ index, reason });
  });
  const requestId = requestIdOf(json);
  return {
    accounts,
    errors: textsOf(errors, redact),
    malformed,
    requestId: requestId && redact(requestId),
  };
}

interface Entry {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly balance?: unknown;
}

/** Redacts before a message cuts a text short: half a credential could not be found any more. */
type Redact = (text: string) => string;

function redacted(value: unknown, redact: Redact): unknown {
  return typeof value === "string" ? redact(value) : value;
}

function whatIsWrongWith(entry: unknown, redact: Redact): string | undefined {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry))
    return `it is ${shown(redacted(entry, redact))}, not an object`;
  for (const field of ["id", "name", "type"] as const) {
    const value = asObject(entry)[field];
    if (typeof value !== "string" || value === "") return `its ${field} ${being(value)}, not text`;
  }
  return undefined;
}

function accountOf({ id, name, type, balance }: Entry, redact: Redact): Account {
  return { id, name, type, balance: balanceOf(balance, redact) };
}

/** A balance that is null, or has an error beside it, is unknown, never 0. */
function balanceOf(balance: unknown, redact: Redact): Balance {
  if (balance === undefined || balance === null) return unknown("Sequence gave no balance");
  if (typeof balance !== "object" || Array.isArray(balance))
    return unknown(`the balance is ${shown(redacted(balance, redact))}`);
  const { amountInDollars, error } = asObject(balance);
  if (error !== undefined && error !== null) return unknown(`Sequence reports ${textOf(error, redact)}`);
  if (amountInDollars === null) return unknown("Sequence gave no amount");
  return dollarsToCents(redacted(amountInDollars, redact));
}

function textsOf(errors: unknown, redact: Redact): string[] {
  if (errors === undefined || errors === null) return [];
  return (Array.isArray(errors) ? errors : [errors]).map((error) =>
    typeof error === "string" ? redact(error).slice(0, 1000) : textOf(error, redact),
  );
}

function textOf(value: unknown, redact: Redact): string {
  return redact(JSON.stringify(value) ?? "nothing").slice(0, 200);
}

/** How many accounts an error lists. */
const LONGEST_LISTING = 50;

/**
 * The account with that id, else the one with exactly that name. None or several: an error with code `NO_SUCH_ACCOUNT` or
 * `AMBIGUOUS_ACCOUNT` that lists what there is.
 */
export function findAccount(list: AccountList, idOrName: string): Account {
  const byId = list.accounts.filter((account) => account.id === idOrName);
  const found = byId.length > 0 ? byId : list.accounts.filter((account) => account.name === idOrName);
  const [account] = found;
  if (account && found.length === 1) return account;
  const details = { status: 200, requestId: list.requestId, attempts: list.attempts, outcome: "not-executed" } as const;
  if (account)
    throw new SequenceError(
      `${found.length} accounts have the ${byId.length > 0 ? "id" : "name"} ${shown(idOrName)}: ${listing(found)}. Name the one you mean by its id.`,
      { code: "AMBIGUOUS_ACCOUNT", ...details },
    );
  throw new SequenceError(
    `no account has the id or the exact name ${shown(idOrName)}${didYouMean(idOrName, nearNames(list)) || "."} There are: ${listing(list.accounts)}.${problemsOf(list)}`,
    { code: "NO_SUCH_ACCOUNT", ...details },
  );
}

/** Names only: an id that is mistyped is like many others. */
function nearNames({ accounts }: AccountList): string[] {
  return accounts.slice(0, LONGEST_LISTING).map(({ name }) => name);
}

function listing(accounts: readonly Account[]): string {
  if (accounts.length === 0) return "none";
  const names = accounts
    .slice(0, LONGEST_LISTING)
    .map(({ name, id, type }) => `${shown(name)} (id ${shown(id)}, ${type.slice(0, 40)})`);
  const more = accounts.length - names.length;
  return names.join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** Why the account may be missing from the list although it exists. */
function problemsOf({ errors, malformed }: AccountList): string {
  const problems = [
    ...errors.slice(0, 5).map((error) => `Sequence reports ${shown(error)}`),
    ...malformed.slice(0, 5).map(({ index, reason }) => `entry ${index} of the answer can't be read: ${reason}`),
  ];
  return problems.length === 0 ? "" : ` It may be missing because ${problems.join("; ")}.`;
}
