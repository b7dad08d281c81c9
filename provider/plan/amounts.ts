import * as pulumi from "@pulumi/pulumi";
import { type AmountSpec, amountKinds } from "../../lambda/agreements/amountKinds";
import {
  type AmountProblem,
  amountProblems,
  amountSetProblems,
  amountSetWarnings,
} from "../../lambda/agreements/amountProblems";
import type { Amount, RemoteAmountEndpointArgs } from "../args";
import { type AmountsModule, bundleAmountsModule, MissingExports } from "./amountsModule";
import { type Gate, holdsOutput, type Problem, propertyPath } from "./gate";

type AmountsArgs = Pick<RemoteAmountEndpointArgs, "amounts" | "ceilingCents" | "amountsModule">;

/** What a plan says of the amounts. */
export interface AmountsPlan {
  readonly amountNames: readonly string[];
  /** If an amount was an output and turns out to be wrong, this fails before anything uses it. */
  readonly specs: pulumi.Output<Record<string, AmountSpec>>;
  /** The bundled amounts module, if there is one. */
  readonly module: AmountsModule | undefined;
  /** Whether an amount reads balances, and so needs the access token. */
  readonly readsBalances: boolean;
}

/** Checks the amounts, and bundles the amounts module. */
export function amountsPlan(gate: Gate, args: AmountsArgs): AmountsPlan {
  const { amounts, ceilingCents } = args;
  const plain = gate.plain("amounts", pulumi.Output.isInstance(amounts) && amounts) && namesArePlain(gate, amounts);
  if (plain) gate.addAll(knownProblems(amounts, ceilingCents));
  return {
    amountNames: Object.keys(amounts ?? {}),
    specs: gate
      .whenKnown({ amounts, ceilingCents }, (known) =>
        amountSetProblems(known.amounts, known.ceilingCents).map(toProblem),
      )
      .apply((known) => known.amounts as unknown as Record<string, AmountSpec>),
    module: plain ? bundledModule(gate, args) : undefined,
    readsBalances: Object.values(amounts ?? {}).some((amount) => amount?.kind !== "Fixed"),
  };
}

/** The kind says what the amount needs, and the export what is bundled. */
function namesArePlain(gate: Gate, amounts: Record<string, Amount>): boolean {
  const checks = Object.entries(amounts ?? {}).flatMap(([name, amount]) =>
    // An amount that is an output itself is told once.
    (pulumi.Output.isInstance(amount) ? (["kind"] as const) : (["kind", "export"] as const)).map((option) =>
      gate.plain(propertyPath("amounts", name, option), amount?.[option]),
    ),
  );
  return checks.every((plain) => plain);
}

/** What is known of the amounts is checked at once; one with an output in it when it is known. */
function knownProblems(amounts: Record<string, Amount>, ceilingCents: unknown): Problem[] {
  if (!holdsOutput(amounts) && !holdsOutput(ceilingCents))
    return amountSetProblems(amounts, ceilingCents).map(toProblem);
  return Object.entries(amounts)
    .filter(([, spec]) => !holdsOutput(spec))
    .flatMap(([name, spec]) =>
      amountProblems(name, spec).map(({ path, reason }) => ({ path: ["amounts", name, ...path], reason })),
    )
    .map(toProblem);
}

/** Bundles the module at deploy time, so that a missing export is found now and not on the first payday. */
function bundledModule(gate: Gate, { amounts, amountsModule: path }: AmountsArgs): AmountsModule | undefined {
  const custom = Object.entries(amounts ?? {}).filter(([, amount]) => amount?.kind === "Custom");
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

/** Warnings: valid amounts that may not be what was meant. Only for amounts without problems. */
export function amountWarnings(amounts: Record<string, Amount>): string[] {
  const known = Object.entries(amounts).filter(([, amount]) => !holdsOutput(amount));
  const warnings = amountSetWarnings(Object.fromEntries(known) as unknown as Record<string, AmountSpec>);
  return warnings.map(toProblem).map(({ path, reason }) => `${path} ${reason}`);
}

function toProblem({ path, reason }: AmountProblem): Problem {
  return { path: propertyPath(...path), reason };
}
