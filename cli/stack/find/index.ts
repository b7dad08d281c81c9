import { readFileSync } from "node:fs";
import { didYouMean } from "../../../lambda/agreements/didYouMean";
import { given } from "../../../lambda/agreements/given";
import { StackError } from "../exit";
import { type LiveStack, namedStack, stackOf } from "./live";
import { pulumiExport } from "./pulumi";
import { type Component, componentsIn, readExport, type StackRecord } from "./recorded";
import { DEV_PAGE, type SandboxAws, sandboxExport } from "./sandboxDoor";

/** How a person says which stack is meant. */
export interface FindOptions {
  /** Folder of the Pulumi project. */
  readonly cwd: string;
  readonly stack?: string;
  readonly component?: string;
  /** A file with what `pulumi stack export` printed. */
  readonly export?: string;
  /** `true`, or the address of dev's page. */
  readonly sandbox?: string | true;
  readonly amountFunction?: string;
  readonly triggerFunction?: string;
  readonly region?: string;
}

/** Finds the stack that the options mean. Throws `StackError` with what to do if there is none, or more than one. */
export async function findStack(options: FindOptions): Promise<LiveStack> {
  const { amountFunction, triggerFunction, region, sandbox } = options;
  refuseContradictions(options);
  if (amountFunction !== undefined || triggerFunction !== undefined) {
    if (region === undefined)
      throw new StackError(
        "usage",
        "--amount-function and --trigger-function need --region, such as --region us-east-1",
      );
    return namedStack(given({ amountFunction, triggerFunction }), region);
  }
  if (sandbox !== undefined) {
    const { text, aws } = await sandboxExport(sandbox === true ? DEV_PAGE : sandbox);
    return recordedStack(readExport(text, "the sandbox's answer"), options, aws);
  }
  const text = options.export === undefined ? await pulumiExport(options.cwd, options.stack) : fileText(options.export);
  const where = options.export ?? "what the Pulumi CLI printed";
  return recordedStack(readExport(text, where), options, undefined);
}

function recordedStack({ resources, unfinished }: StackRecord, options: FindOptions, aws: SandboxAws | undefined) {
  return stackOf(chosen(componentsIn(resources), options), { unfinished, sandbox: aws });
}

/** Two options that say which stack is meant could mean two, and a command would work on one of them in silence. An empty one means none. */
function refuseContradictions(options: FindOptions): void {
  for (const name of ["stack", "component", "export", "amountFunction", "triggerFunction", "region"] as const)
    if (options[name] === "")
      throw new StackError(
        "usage",
        `${optionOf(name)} is empty; it must have a name: is a variable of your shell not set?`,
      );
  const names = (["amountFunction", "triggerFunction", "region"] as const).filter(
    (name) => options[name] !== undefined,
  );
  const [named] = names;
  const others = (["sandbox", "export", "stack"] as const).filter((name) => options[name] !== undefined);
  const [first, second] = [...others, ...(named ? [named] : [])];
  if (first && second)
    throw new StackError(
      "usage",
      `${optionOf(first)} and ${optionOf(second)} each say which stack is meant: give one of them`,
    );
  if (named === "region")
    throw new StackError(
      "usage",
      "--region goes with --amount-function and --trigger-function: the record of a stack says its region",
    );
  if (named && options.component !== undefined)
    throw new StackError(
      "usage",
      `--component goes with a record of the stack: leave it out beside ${optionOf(named)}`,
    );
}

/** `amountFunction` as it is typed. */
export function optionOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** At most one endpoint for amounts, and one set of triggers. */
function isOneStack(components: readonly Component[]): boolean {
  return ["RemoteAmountEndpoint", "ScheduledRuleTriggers"].every(
    (kind) => components.filter((each) => each.kind === kind || each.kind === "RemoteApi").length <= 1,
  );
}

function fileText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new StackError(
      "usage",
      `--export ${path} can't be read: it must be a file that "pulumi stack export --file" wrote`,
    );
  }
}

/** The components that are meant: all, if they make up one stack of amounts and triggers. */
function chosen(components: readonly Component[], { component: name }: FindOptions): readonly Component[] {
  const names = components.map((each) => each.name);
  if (components.length === 0)
    throw new StackError(
      "unseen",
      'the stack has no component of sequence-remote-api: is it the right one (--stack), and was it deployed ("pulumi up")?',
    );
  if (name !== undefined) {
    const found = components.filter((each) => each.name === name);
    if (isOneStack(found) && found.length > 0) return found;
    if (found.length > 0)
      throw new StackError(
        "usage",
        `the stack has several components "${name}": name the functions of one by --amount-function and --trigger-function`,
      );
    throw new StackError(
      "usage",
      `the stack has no component "${name}"; its components are ${names.join(", ")}${didYouMean(name, names)}`,
    );
  }
  if (isOneStack(components)) return components;
  throw new StackError("usage", `the stack has several components: name one by --component, ${names.join(" or ")}`);
}
