import { createHash } from "node:crypto";
import { readCredential } from "./credentials";
import { readCents, readDollars } from "./money";
import { list, type Place } from "./place";
import { didYouMean } from "./problems";
import type { AccountSettings, ActionSettings, AmountSetting, RuleSettings, SequenceSettings } from "./types";

/** The types that Sequence's page names (contract section 3). Others pass. */
const ACCOUNT_TYPES = ["Pod", "Income Source", "Account"];

/** Reads the `sequence` part of the file. */
export function readSequence(place: Place): SequenceSettings {
  const fields = place.fields(["accessToken", "accounts", "rules"]) ?? {};
  const accounts = fields.accounts ? readAccounts(fields.accounts) : [];
  const rules = (fields.rules?.entries() ?? []).map(([id, rule]) => readRule(id, rule, accounts));
  const accessToken = fields.accessToken && readCredential(fields.accessToken);
  return {
    ...(accessToken === undefined ? {} : { accessToken }),
    accounts,
    rules: rules.filter((rule) => rule !== undefined),
  };
}

function readAccounts(place: Place): AccountSettings[] {
  const accounts: AccountSettings[] = [];
  /** Every name and id taken so far, so that naming one in a rule can mean only one account. */
  const taken = new Map<string, string>();
  for (const item of place.items()) {
    const account = readAccount(item, taken);
    if (!account) continue;
    for (const handle of new Set([account.name, account.id])) {
      const owner = taken.get(handle);
      if (owner) item.problem(`"${handle}" is the name or id of the account "${owner}" already.`);
      taken.set(handle, account.name);
    }
    accounts.push(account);
  }
  return accounts;
}

function readAccount(place: Place, taken: ReadonlyMap<string, string>): AccountSettings | undefined {
  const fields = place.fields(["name", "id", "type", "dollars", "unknown"]);
  if (!fields) return undefined;
  const name = place.required(fields, "name")?.text();
  const type = readType(place.required(fields, "type"));
  const id = fields.id ? fields.id.textOrNumber() : madeUpId(name ?? "", taken);
  const balance = readBalance(place, fields.dollars, fields.unknown);
  // A named account is kept though something else is wrong with it: rules that name it are not wrong for that.
  if (name === undefined) return undefined;
  return { id: id ?? name, name, type: type ?? "", balance: balance ?? { cents: 0 } };
}

function readType(place: Place | undefined): string | undefined {
  const type = place?.text();
  const meant = ACCOUNT_TYPES.find((known) => known.toLowerCase() === type?.toLowerCase());
  if (meant && meant !== type)
    return place?.problem(`"${type}" is not written as Sequence does. Did you mean "${meant}"?`);
  return type;
}

function readBalance(
  place: Place,
  dollars: Place | undefined,
  unknown: Place | undefined,
): AccountSettings["balance"] | undefined {
  if ((dollars === undefined) === (unknown === undefined))
    return place.problem("needs either dollars (the balance) or unknown (why there is no balance).");
  if (unknown) {
    const reason = unknown.text();
    return reason === undefined ? undefined : { unknown: reason };
  }
  const cents = dollars && readDollars(dollars);
  return cents === undefined ? undefined : { cents };
}

/** Seven digits, as on Sequence's page, the same at every start. */
function madeUpId(name: string, taken: ReadonlyMap<string, string>): string {
  let number = createHash("sha256").update(name).digest().readUInt32BE() % 9_000_000;
  while (taken.has(String(number + 1_000_000))) number = (number + 1) % 9_000_000;
  return String(number + 1_000_000);
}

function readRule(id: string, place: Place, accounts: readonly AccountSettings[]): RuleSettings | undefined {
  const fields = place.fields(["name", "apiSecret", "testMode", "actions"]);
  if (!fields) return undefined;
  const name = fields.name ? fields.name.text() : id;
  const secret = place.required(fields, "apiSecret");
  const apiSecret = secret && readCredential(secret);
  const testMode = fields.testMode ? fields.testMode.boolean() : false;
  const actions = place.required(fields, "actions")?.items() ?? [];
  const read = actions.map((action) => readAction(action, accounts)).filter((action) => action !== undefined);
  if (name === undefined || apiSecret === undefined || testMode === undefined) return undefined;
  return { id, name, apiSecret, testMode, actions: read };
}

function readAction(place: Place, accounts: readonly AccountSettings[]): ActionSettings | undefined {
  const fields = place.fields(["from", "to", "amount"]);
  if (!fields) return undefined;
  const from = readAccountName(place.required(fields, "from"), accounts);
  const to = readAccountName(place.required(fields, "to"), accounts);
  const amountPlace = place.required(fields, "amount");
  const amount = amountPlace && readAmount(amountPlace);
  if (from !== undefined && from === to) return place.problem("from and to are the same account.");
  if (from === undefined || to === undefined || !amount) return undefined;
  return { from, to, amount };
}

/** The id of the account that a rule names by id or name. */
function readAccountName(place: Place | undefined, accounts: readonly AccountSettings[]): string | undefined {
  const given = place?.textOrNumber();
  if (given === undefined) return undefined;
  const account = accounts.find(({ id, name }) => id === given || name === given);
  if (account) return account.id;
  const names = accounts.map(({ name }) => name);
  const known = names.length === 0 ? "There are no accounts." : `Known: ${list(names)}.`;
  return place?.problem(`there is no account "${given}". ${known}${didYouMean(given, names)}`);
}

function readAmount(place: Place): AmountSetting | undefined {
  const fields = place.fields(["output", "cents"]);
  if (!fields) return undefined;
  if ((fields.output === undefined) === (fields.cents === undefined))
    return place.problem(
      "needs either output (the stack output that holds the amount's URL) or cents (always the same).",
    );
  if (fields.output) {
    const output = fields.output.text();
    return output === undefined ? undefined : { output };
  }
  const cents = fields.cents && readCents(fields.cents);
  return cents === undefined ? undefined : { cents };
}
