import { join } from "node:path";
import { stringify } from "yaml";
import type { AmountSpec } from "../../lambda/agreements/amountKinds";
import { type Project, programConfig, readProject } from "../engine";
import { type CredentialSource, type Observed, observeProgram } from "./observe";

/** A `sandbox.yaml` for a program. */
export interface Draft {
  /** Where it belongs: beside the program. */
  readonly file: string;
  readonly text: string;
  /** What a person has to do before it works. */
  readonly todo: readonly string[];
}

/** The first line of every such file: editors check and complete the rest by it. */
const SCHEMA_LINE = "# yaml-language-server: $schema=node_modules/sequence-remote-api/dist/sandbox.schema.json";

/** Where the program's own accounts say nothing, money comes from here and goes there. */
const MAIN = "Main Operating Pod";
const OTHER = "Savings Pod";
/** Enough for a first payday. */
const USUAL_DOLLARS = 5000;

/**
 * Drafts the `sandbox.yaml` of the program in `directory` from what the program declares: its rules, the accounts that its amounts name,
 * and its amounts as what the rules move. `config` is what `pulumi config set` would hold.
 *
 * @throws UserError if the program can't be run.
 */
export async function draftSettings(directory: string, config: Readonly<Record<string, string>>): Promise<Draft> {
  const project = readProject(directory);
  const file = join(project.programDirectory, "sandbox.yaml");
  const observed = await observeProgram(project, programConfig(project.name, config), file);
  return { file, ...written(project, config, observed) };
}

function written(project: Project, config: Readonly<Record<string, string>>, observed: Observed): Omit<Draft, "file"> {
  const mails = observed.invented.filter(({ what }) => what === "mail address");
  const madeUp = observed.invented.filter(({ what }) => what === "secret").map(({ key }) => key);
  const given = Object.fromEntries([...Object.entries(config), ...mails.map(({ key }) => [key, "you@example.com"])]);
  const { accounts, actions } = moneyOf(observed);
  // Only Sequence knows which rule asks for an amount that no trigger names: the first rule gets it.
  const asked = new Map(observed.rules.flatMap(({ id, asks }) => asks.map((amount) => [amount, id])));
  const lines = [
    SCHEMA_LINE,
    `# What the sandbox needs to know beyond the program ${project.name}: the accounts at Sequence, and what the rules do with the amounts.`,
    "# Drafted from the program: the balances and the accounts that money comes from and goes to are guesses. The money is simulated.",
    "",
    ...(Object.keys(given).length > 0 ? ["config:", ...entries(given, 2)] : []),
    ...(madeUp.length > 0 ? [`# The sandbox makes up: ${madeUp.join(", ")}.`] : []),
    ...secretLines(observed),
    "",
    "sequence:",
    ...(observed.accessToken ? [`  accessToken: ${flow(credential(observed.accessToken, MADE_UP_TOKEN))}`] : []),
    "  accounts:",
    ...accounts.map((account) => `    - ${flow(account)}`),
    ...(observed.rules.length > 0 ? ["  rules:"] : []),
    ...observed.rules.flatMap(({ id, name, apiSecret }, index) => [
      `    ${flow(id)}:`,
      `      name: ${flow(name)}`,
      `      apiSecret: ${flow(credential(apiSecret, MADE_UP_SECRET))}`,
      ...actionLines(actions.filter(({ amount }) => asked.get(amount) === id || (!asked.has(amount) && index === 0))),
    ]),
  ];
  return { text: `${lines.join("\n")}\n`, todo: todoOf(observed) };
}

function actionLines(actions: readonly Action[]): string[] {
  if (actions.length === 0) return ["      actions: []   # what this rule moves, written as in the other rules"];
  return ["      actions:", ...actions.map(({ action }) => `        - ${flow(action)}`)];
}

function secretLines({ accessToken, rules }: Observed): string[] {
  const byName = new Map<string, Record<string, string> | string>();
  if (accessToken && typeof accessToken === "object" && "secret" in accessToken)
    byName.set(accessToken.secret, MADE_UP_TOKEN);
  for (const { id, apiSecret } of rules)
    if (typeof apiSecret === "object" && "secret" in apiSecret)
      byName.set(apiSecret.secret, { ...(byName.get(apiSecret.secret) as object), [id]: MADE_UP_SECRET });
  if (byName.size === 0) return [];
  return ["", "# What you fill in yourself on AWS.", "secrets:", ...entries(Object.fromEntries(byName), 2)];
}

const MADE_UP_TOKEN = "a-made-up-access-token";
const MADE_UP_SECRET = "a-made-up-api-secret";
const FROM_PROGRAM = "the text that the program gives";

function credential(source: CredentialSource, madeUp: string): unknown {
  if (source === "program") return FROM_PROGRAM;
  return "config" in source ? source : madeUp;
}

function entries(map: Readonly<Record<string, unknown>>, indent: number): string[] {
  return Object.entries(map).map(([key, value]) => `${" ".repeat(indent)}${flow(key)}: ${flow(value)}`);
}

/** On one line. */
function flow(value: unknown): string {
  return stringify(value, { collectionStyle: "flow", lineWidth: 0 }).trimEnd();
}

interface Action {
  /** The amount's name. */
  readonly amount: string;
  readonly action: object;
}

interface Money {
  readonly accounts: readonly object[];
  readonly actions: readonly Action[];
}

function moneyOf({ amounts }: Observed): Money {
  const accounts = new Map<string, Record<string, unknown>>();
  const account = (idOrName: string, type = "Pod", dollars = USUAL_DOLLARS) => {
    const isId = /^\d+$/.test(idOrName);
    const name = isId ? `Account ${idOrName}` : idOrName;
    if (!accounts.has(name)) accounts.set(name, { name, ...(isId ? { id: idOrName } : {}), type, dollars });
    return name;
  };
  // Sources first, so that the money comes from where an amount looks for it.
  for (const { spec } of amounts) if (takesFrom(spec)) account(spec.account, typeOf(spec), dollarsIn(spec));
  const source = [...accounts.keys()][0] ?? account(MAIN);
  const actions = amounts.map(({ name, spec, output }) => {
    const from = takesFrom(spec) ? account(spec.account) : source;
    const to = spec.kind === "TopUp" ? account(spec.account, typeOf(spec), 0) : account(OTHER, "Pod", 0);
    const action = { from, to: to === from ? account(MAIN) : to };
    return { amount: name, action: { ...action, amount: output === undefined ? { cents: 0 } : { output } } };
  });
  return { accounts: [...accounts.values()], actions };
}

function takesFrom(spec: AmountSpec): spec is Extract<AmountSpec, { kind: "Sweep" | "Percent" }> {
  return spec.kind === "Sweep" || spec.kind === "Percent";
}

function typeOf(spec: { readonly allowExternalBalance?: boolean }): string {
  return spec.allowExternalBalance === true ? "Account" : "Pod";
}

function dollarsIn(spec: AmountSpec): number {
  return USUAL_DOLLARS + (spec.kind === "Sweep" ? Math.ceil(spec.floorCents / 100) : 0);
}

function todoOf({ amounts, rules, accessToken }: Observed): string[] {
  const unexported = amounts.filter(({ output }) => output === undefined).map(({ name }) => name);
  const fromProgram = [accessToken, ...rules.map(({ apiSecret }) => apiSecret)].includes("program");
  return [
    ...(unexported.length > 0
      ? [
          `The program exports no URL of ${unexported.join(", ")}, so that nothing can ask for it: add the line "export const amountUrls = <component>.amountUrls;", then write { output: amountUrls.${unexported[0]} } in the place of { cents: 0 }.`,
        ]
      : []),
    ...(fromProgram
      ? [`A credential stands in the program itself: write the same text in the place of "${FROM_PROGRAM}".`]
      : []),
    ...(amounts.some(({ spec }) => spec.kind === "Custom")
      ? ["Add the accounts that your Custom amounts look for; their names stand in your own code."]
      : []),
  ];
}
