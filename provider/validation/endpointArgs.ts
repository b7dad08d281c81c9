import * as pulumi from "@pulumi/pulumi";
import type { AmountSpec } from "../../lambda/amounts/config";
import {
  type AmountProblem,
  amountProblems,
  amountSetProblems,
  amountSetWarnings,
} from "../../lambda/amounts/problems";
import type { AmountArgs, EndpointSettings } from "../amountArgs";
import type { FunctionArgs } from "../commonArgs";
import { type AmountsModule, bundleAmountsModule } from "../parts/amountsModule";
import type { RemoteAmountEndpointArgs } from "../remoteAmountEndpoint";
import { checkAlarmArgs, checkCredential, checkFunctionArgs } from "./commonArgs";
import { throttlingBurstLimitProblem, throttlingRateLimitProblem } from "./limits";
import { propertyPath } from "./propertyPath";
import { Gate, holdsOutput, type Problem } from "./report";
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
  const gate = new Gate("RemoteAmountEndpoint", name);
  const settings: FunctionArgs = checkFunctionArgs(gate, args);
  const alarms = checkAlarmArgs(gate, args);
  const endpoint = checkEndpoint(gate, args.amounts, args);
  gate.report();
  return { ...endpoint, settings, alarms };
}

/** Checks the amounts and how they are answered. */
export function checkEndpoint(
  gate: Gate,
  amounts: Record<string, AmountArgs>,
  settings: EndpointSettings,
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
    module: plain ? checkAmountsModule(gate, amounts, settings.amountsModule) : undefined,
    amountNames: Object.keys(amounts ?? {}),
    readsBalances: Object.values(amounts ?? {}).some((amount) => amount?.kind !== "Fixed"),
    urlKeys,
    accountsPath: gate.check("accountsPath", settings.accountsPath, accountsPathProblem) ?? "/accounts",
    throttling: {
      rateLimit: gate.check("throttlingRateLimit", settings.throttlingRateLimit, throttlingRateLimitProblem) ?? 10,
      burstLimit: gate.check("throttlingBurstLimit", settings.throttlingBurstLimit, throttlingBurstLimitProblem) ?? 20,
    },
    accessToken: credential.value,
    accessTokenSecretArn: credential.arn,
  };
}

function kindsArePlain(gate: Gate, amounts: Record<string, AmountArgs>): boolean {
  const checks = Object.entries(amounts ?? {}).map(([name, amount]) =>
    gate.plain(propertyPath("amounts", name, "kind"), amount?.kind),
  );
  return checks.every((plain) => plain);
}

/** What is known of the amounts is checked at once; one with an output in it when it is known. */
function knownAmountProblems(amounts: Record<string, AmountArgs>, ceilingCents: unknown): Problem[] {
  if (!holdsOutput(amounts) && !holdsOutput(ceilingCents))
    return amountSetProblems(amounts, ceilingCents).map(toProblem);
  return Object.entries(amounts)
    .filter(([, spec]) => !holdsOutput(spec))
    .flatMap(([name, spec]) =>
      amountProblems(name, spec).map(({ path, reason }) => ({ path: ["amounts", name, ...path], reason })),
    )
    .map(toProblem);
}

function gatedAmounts(gate: Gate, amounts: Record<string, AmountArgs>, ceilingCents: pulumi.Input<number> | undefined) {
  return gate
    .whenKnown({ amounts, ceilingCents }, (known) =>
      amountSetProblems(known.amounts, known.ceilingCents).map(toProblem),
    )
    .apply((known) => known.amounts as unknown as Record<string, AmountSpec>);
}

/** What the module lacks is found here, and not by the first payday. */
function checkAmountsModule(
  gate: Gate,
  amounts: Record<string, AmountArgs>,
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
  try {
    const module = bundleAmountsModule(path);
    for (const [name, { export: exportName = name }] of custom)
      if (!module.exports.includes(exportName))
        gate.add(
          propertyPath("amounts", name, "export"),
          `is "${exportName}", which ${path} doesn't export; it exports ${module.exports.join(", ") || "nothing"}`,
        );
    return module;
  } catch (error) {
    gate.add("amountsModule", (error as Error).message);
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
