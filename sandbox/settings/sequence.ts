import { createHash } from "node:crypto";
import type { Fault } from "../sequence/faults";
import type { ModeOptions } from "../sequence/modes";
import { isPlainMap, type YamlFile } from "./document";
import { didYouMean } from "./problems";
import type { SequenceInFile } from "./schema";
import type { AccountSettings, ActionSettings, RuleSettings, SequenceSettings } from "./types";

export type Report = (path: string, message: string) => void;

/** Of each entry, what could be read: where something is wrong with the file, anything may be missing or of another type. */
type Unchecked<T> = T extends readonly (infer Item)[]
  ? readonly Unchecked<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]?: Unchecked<T[Key]> }
    : T | undefined;

/**
 * Finds the accounts that rules name, and reports those that can't be found. It also gets files in which something else is
 * wrong, so that all problems are listed at once; then its result is of no use.
 */
export function readSequence(file: Unchecked<SequenceInFile>, yaml: YamlFile, report: Report): SequenceSettings {
  const accounts = readAccounts(listOf(file.accounts), report);
  const rules = Object.entries(isPlainMap(file.rules) ? (file.rules as NonNullable<typeof file.rules>) : {});
  const ids = rules.map(([id]) => id);
  for (const [index, fault] of listOf(file.faults).entries()) {
    const ruleId = fault?.ruleId;
    if (typeof ruleId === "string" && !ids.includes(ruleId))
      report(
        `sequence.faults[${index}].ruleId`,
        `there is no rule "${ruleId}", so this would never strike. Known: ${ids.join(", ") || "none"}.${didYouMean(ruleId, ids)}`,
      );
  }
  // An object puts keys that look like numbers first.
  const offsetOf = (id: string) => yaml.offsetOf(`sequence.rules.${id}`);
  rules.sort(([a], [b]) => offsetOf(a) - offsetOf(b));
  return {
    ...(file.accessToken === undefined ? {} : { accessToken: file.accessToken as SequenceInFile["accessToken"] & {} }),
    ...(file.modes === undefined ? {} : { modes: file.modes as ModeOptions }),
    ...(file.faults === undefined ? {} : { faults: file.faults as readonly Fault[] }),
    accounts,
    rules: rules.map(([id, rule]) => ({
      ...({ name: id, testMode: false, ...rule } as Omit<RuleSettings, "id" | "actions">),
      id,
      actions: listOf(rule?.actions).map((action, index) =>
        readAction(action, accounts, `sequence.rules.${id}.actions[${index}]`, report),
      ),
    })),
  };
}

/** Keeps an account that has a name even if something else is wrong with it, so that rules that name it aren't reported too. */
function readAccounts(
  inFile: readonly Unchecked<NonNullable<SequenceInFile["accounts"]>[number]>[],
  report: Report,
): AccountSettings[] {
  const accounts: AccountSettings[] = [];
  /** Every name and id taken so far, so that naming one in a rule can mean only one account. */
  const taken = new Map<string, string>();
  for (const [index, account] of inFile.entries()) {
    const { name, id: givenId, type, dollars, unknown } = account ?? {};
    if (typeof name !== "string") continue;
    const id = typeof givenId === "string" ? givenId : madeUpId(name, taken);
    for (const handle of new Set([name, id])) {
      const owner = taken.get(handle);
      if (owner)
        report(`sequence.accounts[${index}]`, `"${handle}" is the name or id of the account "${owner}" already.`);
      taken.set(handle, name);
    }
    const balance = unknown === undefined ? { cents: dollars as number } : { unknown };
    accounts.push({ id, name, type: type as string, balance });
  }
  return accounts;
}

/** Seven digits, as on Sequence's page, the same at every start. */
function madeUpId(name: string, taken: ReadonlyMap<string, string>): string {
  let number = createHash("sha256").update(name).digest().readUInt32BE() % 9_000_000;
  while (taken.has(String(number + 1_000_000))) number = (number + 1) % 9_000_000;
  return String(number + 1_000_000);
}

type ActionInFile = NonNullable<SequenceInFile["rules"]>[string]["actions"][number];

function readAction(
  action: Unchecked<ActionInFile> | undefined,
  accounts: readonly AccountSettings[],
  path: string,
  report: Report,
): ActionSettings {
  const find = (key: "from" | "to"): string | undefined => {
    const given = action?.[key];
    if (typeof given !== "string" || given.trim() === "") return undefined;
    const account = accounts.find(({ id, name }) => id === given || name === given);
    if (!account) report(`${path}.${key}`, noAccount(given, accounts));
    return account?.id;
  };
  const [from, to] = [find("from"), find("to")];
  if (from !== undefined && from === to) report(path, "from and to are the same account.");
  return { from, to, amount: action?.amount } as ActionSettings;
}

function noAccount(given: string, accounts: readonly AccountSettings[]): string {
  const names = accounts.map(({ name }) => name);
  const known = names.length === 0 ? "There are no accounts." : `Known: ${names.join(", ")}.`;
  return `there is no account "${given}". ${known}${didYouMean(given, names)}`;
}

function listOf<Item>(value: readonly Item[] | undefined): readonly Item[] {
  return Array.isArray(value) ? value : [];
}
