import * as pulumi from "@pulumi/pulumi";
import { type AmountSpec, amountKinds } from "../../lambda/agreements/amountKinds";
import {
  type AmountProblem,
  amountProblems,
  amountSetProblems,
  amountSetWarnings,
} from "../../lambda/agreements/amountProblems";
import { DEFAULT_ACCOUNTS_PATH } from "../../lambda/agreements/sequenceUrls";
import type { Amount, EndpointSettings, FunctionArgs, RemoteAmountEndpointArgs } from "../args";
import { type AmountsModule, bundleAmountsModule, MissingExports } from "./amountsModule";
import { checkAlarmArgs, checkCredential, checkFunctionArgs } from "./function";
import { Gate, holdsOutput, type Problem } from "./gate";
import { throttlingBurstLimitProblem, throttlingRateLimitProblem } from "./limits";
import { propertyPath } from "./propertyPath";
import { urlKeysProblem } from "./urlKeys";
import { accountsPathProblem } from "./urls";

/** The amounts as they are deployed. */
export interface DeclaredAmounts {
  /** Fails before it is used if what was an output turns out to be wrong. */
  readonly amounts: pulumi.Output<Record<string, AmountSpec>>;
  readonly ceilingCents: pulumi.Input<number> | undefined;
  /** The bundled amounts module, if there is one. */
  readonly module: AmountsModule | undefined;
}

/** The checked settings of an endpoint, with what was left out filled in. */
export interface DeclaredEndpoint extends DeclaredAmounts {
  readonly amountNames: readonly string[];
  /** Whether an amount reads balances, and so needs the access token. */
  readonly readsBalances: boolean;
  readonly urlKeys: readonly string[];
  readonly accountsPath: pulumi.Input<string>;
  readonly throttling: { readonly rateLimit: pulumi.Input<number>; readonly burstLimit: pulumi.Input<number> };
  readonly accessToken: pulumi.Input<string> | undefined;
  readonly accessTokenSecretArn: pulumi.Input<string> | undefined;
}

/** Checks all arguments of an endpoint at once. */
export function validateEndpointArgs(name: string, args: RemoteAmountEndpointArgs) {
  const gate = Gate.of("RemoteAmountEndpoint", name);
  const settings: FunctionArgs = checkFunctionArgs(gate, args);
  const alarms = checkAlarmArgs(gate, args);
  const endpoint = checkEndpoint(gate, args.amounts, args, takeModule(args.amounts));
  gate.report();
  return { ...endpoint, settings, alarms };
}

/**
 * The modules that RemoteApi's check has bundled, each until the endpoint that RemoteApi makes next takes it: bundling is most of a
 * check's time. By the amounts, because both are given the same object.
 */
const handedOn = new WeakMap<object, AmountsModule>();

export function handOnModule(amounts: object, module: AmountsModule): void {
  handedOn.set(amounts, module);
}

function takeModule(amounts: object | undefined): AmountsModule | undefined {
  const module = amounts && handedOn.get(amounts);
  // Once: the file may be another one at the next deployment in this process.
  if (module) handedOn.delete(amounts);
  return module;
}

/** Checks the amounts and how they are answered; bundles the amounts module, unless it is given. */
export function checkEndpoint(
  gate: Gate,
  amounts: Record<string, Amount>,
  settings: EndpointSettings,
  module?: AmountsModule,
): DeclaredEndpoint {
  const { ceilingCents, urlKeys = ["v1"] } = settings;
  const plain = gate.plain("amounts", pulumi.Output.isInstance(amounts) && amounts) && kindsArePlain(gate, amounts);
  if (plain) gate.problems.push(...knownAmountProblems(amounts, ceilingCents));
  if (gate.plain("urlKeys", urlKeys)) gate.check("urlKeys", urlKeys, urlKeysProblem);
  const credential = checkCredential(
    gate,
    { path: "accessToken", given: settings.accessToken },
    { path: "accessTokenSecretArn", given: settings.accessTokenSecretArn },
  );
  return {
    amounts: gatedAmounts(gate, amounts, ceilingCents),
    ceilingCents,
    module: module ?? (plain ? checkAmountsModule(gate, amounts, settings.amountsModule) : undefined),
    amountNames: Object.keys(amounts ?? {}),
    readsBalances: Object.values(amounts ?? {}).some((amount) => amount?.kind !== "Fixed"),
    urlKeys,
    accountsPath: gate.check("accountsPath", settings.accountsPath, accountsPathProblem) ?? DEFAULT_ACCOUNTS_PATH,
    throttling: {
      rateLimit: gate.check("throttlingRateLimit", settings.throttlingRateLimit, throttlingRateLimitProblem) ?? 10,
      burstLimit: gate.check("throttlingBurstLimit", settings.throttlingBurstLimit, throttlingBurstLimitProblem) ?? 20,
    },
    accessToken: credential.value,
    accessTokenSecretArn: credential.arn,
  };
}

function kindsArePlain(gate: Gate, amounts: Record<string, Amount>): boolean {
  const checks = Object.entries(amounts ?? {}).map(([name, amount]) =>
    gate.plain(propertyPath("amounts", name, "kind"), amount?.kind),
  );
  return checks.every((plain) => plain);
}

/** What is known of the amounts is checked at once; one with an output in it when it is known. */
function knownAmountProblems(amounts: Record<string, Amount>, ceilingCents: unknown): Problem[] {
  if (!holdsOutput(amounts) && !holdsOutput(ceilingCents))
    return amountSetProblems(amounts, ceilingCents).map(toProblem);
  return Object.entries(amounts)
    .filter(([, spec]) => !holdsOutput(spec))
    .flatMap(([name, spec]) =>
      amountProblems(name, spec).map(({ path, reason }) => ({ path: ["amounts", name, ...path], reason })),
    )
    .map(toProblem);
}

function gatedAmounts(gate: Gate, amounts: Record<string, Amount>, ceilingCents: pulumi.Input<number> | undefined) {
  return gate
    .whenKnown({ amounts, ceilingCents }, (known) =>
      amountSetProblems(known.amounts, known.ceilingCents).map(toProblem),
    )
    .apply((known) => known.amounts as unknown as Record<string, AmountSpec>);
}

/** What the module lacks is found here, and not by the first payday. */
function checkAmountsModule(
  gate: Gate,
  amounts: Record<string, Amount>,
  path: string | undefined,
): AmountsModule | undefined {
  const custom = Object.entries(amounts ?? {}).filter(([, { kind }]) => kind === "Custom");
  if (path === undefined) {
    for (const [name] of custom)
      gate.add(
        propertyPath("amounts", name, "kind"),
        "is Custom, but there is no amountsModule that could export it: give its path",
      );
    return undefined;
  }
  if (!gate.plain("amountsModule", path)) return undefined;
  if (custom.length === 0) {
    gate.add("amountsModule", "is given, but no amount is Custom: take it out, or use one of its exports");
    return undefined;
  }
  const exportNames = custom.map(([name, { export: exportName = name }]) => exportName);
  try {
    // A name that can't be an export's has been refused above.
    return bundleAmountsModule(
      path,
      exportNames.filter((name) => amountKinds.Custom.options.export.problem(name) === undefined),
    );
  } catch (error) {
    if (!(error instanceof MissingExports)) gate.add("amountsModule", (error as Error).message);
    else
      for (const [name, { export: exportName = name }] of custom)
        if (!error.exports.includes(exportName))
          gate.add(
            propertyPath("amounts", name, "export"),
            `is "${exportName}", which ${path} doesn't export; ${error.message}`,
          );
    return undefined;
  }
}

/** What works, and may still not be what was meant. */
export function endpointWarnings(args: RemoteAmountEndpointArgs): string[] {
  const { amounts, accessToken, accessTokenSecretArn } = args;
  const unused = accessToken !== undefined || accessTokenSecretArn !== undefined;
  const fixed = Object.values(amounts).every(({ kind }) => kind === "Fixed");
  const known = Object.entries(amounts).filter(([, amount]) => !holdsOutput(amount));
  const warnings = amountSetWarnings(Object.fromEntries(known) as unknown as Record<string, AmountSpec>);
  return [
    ...warnings.map(toProblem).map(({ path, reason }) => `${path} ${reason}`),
    ...(fixed && unused ? ["the access token is not used, because every amount is Fixed"] : []),
  ];
}

function toProblem({ path, reason }: AmountProblem): Problem {
  return { path: propertyPath(...path), reason };
}
