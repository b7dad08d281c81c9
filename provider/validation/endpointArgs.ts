import * as pulumi from "@pulumi/pulumi";
import type { AmountSpec } from "../../lambda/amounts/config";
import { type AmountProblem, amountProblems, amountSetProblems } from "../../lambda/amounts/problems";
import { type AmountsModule, bundleAmountsModule } from "../parts/amountsModule";
import { DEFAULT_BASE_URL } from "../parts/defaults";
import type { RemoteAmountEndpointArgs } from "../remoteAmountEndpoint";
import { Gate, holdsOutput, type Problem, report } from "./report";

const COMPONENT = "RemoteAmountEndpoint";

/** The amounts as they are deployed. */
export interface DeclaredAmounts {
  /** Fails before it is used if what was an output turns out to be wrong. */
  readonly amounts: pulumi.Output<Record<string, AmountSpec>>;
  readonly ceilingCents: pulumi.Input<number> | undefined;
  /** The bundled amounts module, if there is one. */
  readonly module: AmountsModule | undefined;
}

/** The checked arguments of an endpoint. */
export interface DeclaredEndpoint extends DeclaredAmounts {
  readonly urlKeys: readonly string[];
  readonly baseUrl: pulumi.Input<string>;
}

/** Checks the arguments of an endpoint and fills in what is left out. */
export function validateEndpointArgs(name: string, args: RemoteAmountEndpointArgs): DeclaredEndpoint {
  const gate = new Gate(COMPONENT, name);
  gate.problems.push(...knownAmountProblems(args));
  report(COMPONENT, name, gate.problems);
  const module = args.amountsModule === undefined ? undefined : bundleAmountsModule(args.amountsModule);
  const amounts = pulumi.all([pulumi.output(args.amounts), args.ceilingCents]).apply(([known, ceilingCents]) => {
    report(COMPONENT, name, amountSetProblems(known, ceilingCents).map(toProblem));
    return known as unknown as Record<string, AmountSpec>;
  });
  return {
    amounts,
    ceilingCents: args.ceilingCents,
    module,
    urlKeys: args.urlKeys ?? ["v1"],
    baseUrl: args.baseUrl ?? DEFAULT_BASE_URL,
  };
}

function knownAmountProblems(args: RemoteAmountEndpointArgs): Problem[] {
  const { amounts, ceilingCents } = args;
  if (!holdsOutput(amounts) && !holdsOutput(ceilingCents))
    return amountSetProblems(amounts, ceilingCents).map(toProblem);
  return Object.entries(amounts).flatMap(([amount, spec]) =>
    holdsOutput(spec)
      ? []
      : amountProblems(amount, spec).map(({ path, reason }) =>
          toProblem({ path: ["amounts", amount, ...path], reason }),
        ),
  );
}

function toProblem({ path, reason }: AmountProblem): Problem {
  return { path: path.join("."), reason };
}
