import {
  type AmountFunctionConfig,
  amountEnvironment,
  checkAmountConfig,
} from "../../../lambda/agreements/amountConfig";
import { given } from "../../../lambda/agreements/given";
import {
  parseTriggerConfig,
  type TriggerFunctionConfig,
  triggerEnvironment,
} from "../../../lambda/agreements/triggerConfig";
import { type Clients, clientsFor } from "../aws/clients";
import { StackError } from "../exit";
import { deployedFunction, type FunctionFacts, recordedFunction } from "./functions";
import type { Component, Recorded } from "./recorded";
import type { SandboxAws } from "./sandboxDoor";

/** What a command works on: the parts of one stack, and how to reach them. */
export interface LiveStack {
  /** What a person calls it: the component, or the functions that were named. */
  readonly name: string;
  readonly region: string;
  /** Pulumi's stack and project, in words; absent if there is no record. */
  readonly stack?: string;
  readonly clients: Clients;
  /** The endpoint for amounts; absent if the program has none. */
  readonly amounts?: LiveAmounts;
  /** The triggers; absent if the program has none. */
  readonly triggers?: LiveTriggers;
  readonly isSandbox: boolean;
  /** Whether there is a record of what the program declared; without one, nothing can be compared with it. */
  readonly hasRecord: boolean;
  /** Names of the resources on which an update was at work when the record was written. */
  readonly unfinished: readonly string[];
  /** The recorded resources of a type, of all parts. */
  declared(type: string): readonly Recorded[];
  /** The stack's time, milliseconds since the epoch: the machine's, or that of the sandbox's clock. */
  now(): number;
}

export interface LiveAmounts extends FunctionFacts {
  readonly config: AmountFunctionConfig;
  /** Sequence's API. */
  readonly baseUrl: string;
  readonly accountsPath: string;
  /** Absent if no amount needs the access token. */
  readonly accessTokenSecretArn?: string;
}

export interface LiveTriggers extends FunctionFacts {
  readonly config: TriggerFunctionConfig;
  readonly baseUrl: string;
  /** With `{ruleId}` in it. */
  readonly triggerPath: string;
  readonly workQueueUrl: string;
  readonly failureQueueUrl: string;
  /** Absent if every trigger has a schedule. */
  readonly eventQueueUrl?: string;
  readonly ledgerTable: string;
  readonly scheduleGroup: string;
  /** Absent if there is nobody to write to. */
  readonly topicArn?: string;
  /** Name of the function that answers amounts; absent if no trigger says what its rule asks for. */
  readonly amountFunction?: string;
}

const FUNCTION = "aws:lambda/function:Function";

/** The stack that these components are: at most one with amounts, and one with triggers. */
export async function stackOf(
  components: readonly Component[],
  { sandbox, unfinished }: { readonly sandbox: SandboxAws | undefined; readonly unfinished: readonly string[] },
): Promise<LiveStack> {
  const children = components.flatMap((component) => component.children);
  const functions = children.filter(({ type }) => type === FUNCTION);
  const region = sandbox?.region ?? regionOf(functions);
  const clients = clientsFor(region, sandbox);
  const facts = await Promise.all(functions.map((each) => recordedFunction(each, clients)));
  const ahead = sandbox ? sandbox.now - Date.now() : 0;
  return {
    name: components.map(({ name }) => name).join(" and "),
    ...given({ stack: children.map(stackText).find(Boolean) }),
    ...{ region, clients, isSandbox: sandbox !== undefined, hasRecord: true, unfinished },
    ...given({ amounts: facts.map(amountsOf).find(Boolean), triggers: facts.map(triggersOf).find(Boolean) }),
    declared: (type) => children.filter((each) => each.type === type),
    now: () => Date.now() + ahead,
  };
}

/** The stack of functions that are named, from what they are deployed with. */
export async function namedStack(
  names: { readonly amountFunction?: string; readonly triggerFunction?: string },
  region: string,
): Promise<LiveStack> {
  const clients = clientsFor(region);
  const [amounts, triggers] = await Promise.all(
    [names.amountFunction, names.triggerFunction].map((name) =>
      name === undefined ? undefined : deployedFunction(name, clients, region),
    ),
  );
  return {
    name: [names.amountFunction, names.triggerFunction].filter(Boolean).join(" and "),
    ...{ region, clients, isSandbox: false, hasRecord: false, unfinished: [] },
    ...given({
      amounts: amounts && must(amountsOf(amounts), amounts, "answers no amounts", "--amount-function"),
      triggers: triggers && must(triggersOf(triggers), triggers, "triggers no rules", "--trigger-function"),
    }),
    declared: () => [],
    now: Date.now,
  };
}

function stackText({ urn }: Recorded): string | undefined {
  const [, stack, project] = /^urn:pulumi:(.+?)::(.+?)::/.exec(urn) ?? [];
  return project === undefined ? undefined : `stack ${stack} of ${project}`;
}

function amountsOf(facts: FunctionFacts): LiveAmounts | undefined {
  const at = (name: keyof typeof amountEnvironment) => facts.environment[amountEnvironment[name]];
  if (at("accountsPath") === undefined) return undefined;
  return {
    ...facts,
    config: checked(facts, () => {
      const config: unknown = JSON.parse(facts.configText);
      checkAmountConfig(config);
      return config;
    }),
    baseUrl: at("baseUrl") ?? "",
    accountsPath: at("accountsPath") ?? "",
    ...given({ accessTokenSecretArn: at("accessTokenSecretArn") }),
  };
}

function triggersOf(facts: FunctionFacts): LiveTriggers | undefined {
  const at = (name: keyof typeof triggerEnvironment) => facts.environment[triggerEnvironment[name]];
  if (at("ledgerTable") === undefined) return undefined;
  const text = (name: keyof typeof triggerEnvironment) => at(name) ?? "";
  return {
    ...facts,
    config: checked(facts, () => parseTriggerConfig(facts.configText)),
    ...{ baseUrl: text("baseUrl"), triggerPath: text("triggerPath") },
    ...{ workQueueUrl: text("workQueueUrl"), failureQueueUrl: text("failureQueueUrl") },
    ...{ ledgerTable: text("ledgerTable"), scheduleGroup: text("scheduleGroup") },
    ...given({ eventQueueUrl: at("eventQueueUrl"), topicArn: at("topicArn"), amountFunction: at("amountFunction") }),
  };
}

function checked<T>({ name }: FunctionFacts, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new StackError(
      "unseen",
      `the configuration of the function ${name} can't be read: ${(error as Error).message}`,
    );
  }
}

function must<T>(part: T | undefined, { name }: FunctionFacts, lacks: string, option: string): T {
  if (part !== undefined) return part;
  throw new StackError("usage", `the function ${name} ${lacks}: look at ${option}`);
}

/** Functions have their region in their ARN, so that nobody has to name it. */
function regionOf(functions: readonly Recorded[]): string {
  const places = new Set(functions.map(({ outputs }) => String(outputs.arn).split(":").slice(3, 5).join(":")));
  const [place, other] = places;
  if (place === undefined)
    throw new StackError("unseen", 'the stack has no function that was deployed: look at the end of "pulumi up"');
  if (other !== undefined)
    throw new StackError(
      "usage",
      `the stack has components in ${[...places].join(" and ")} (region and account): name one of them by --component`,
    );
  return place.split(":")[0] as string;
}
