import * as pulumi from "@pulumi/pulumi";
import type { AmountFunctionConfig } from "../../lambda/agreements/amountConfig";
import { given } from "../../lambda/agreements/given";
import type { EndpointPlan } from "../plan/endpoint";
import { functionArchive } from "./archive";

/**
 * The archive of the amount function: the one that can read accounts, or, where every amount is Fixed, the smaller one that can't
 * and starts sooner. Its `config.json` holds the amounts and the digests of the tokens, and no credential.
 */
export function amountFunctionCode(
  { specs, ceilingCents, module, readsBalances }: EndpointPlan,
  digests: pulumi.Output<AmountFunctionConfig["urlTokens"]>,
): pulumi.Output<pulumi.asset.Archive> {
  const config = pulumi.all([specs, ceilingCents, digests]).apply(
    ([amounts, ceiling, urlTokens]): AmountFunctionConfig => ({
      version: 1,
      amounts,
      ...given({ ceilingCents: ceiling }),
      urlTokens,
    }),
  );
  const { code, sourceMap } = module ?? {};
  return functionArchive(readsBalances ? "amount" : "fixedAmount", config, {
    ...(code === undefined ? {} : { "amounts.js": code }),
    ...(sourceMap === undefined ? {} : { "amounts.js.map": sourceMap }),
  });
}
