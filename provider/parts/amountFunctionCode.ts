import * as pulumi from "@pulumi/pulumi";
import type { AmountFunctionConfig } from "../../lambda/agreements/amountConfig";
import type { EndpointPlan } from "../plan/endpoint";
import { functionArchive } from "./archive";

/** The archive of the amount function. Its `config.json` holds the amounts and the digests of the tokens, and no credential. */
export function amountFunctionCode(
  { specs, ceilingCents, module }: EndpointPlan,
  digests: pulumi.Output<AmountFunctionConfig["urlTokens"]>,
): pulumi.Output<pulumi.asset.Archive> {
  const config = pulumi.all([specs, ceilingCents, digests]).apply(
    ([amounts, ceiling, urlTokens]): AmountFunctionConfig => ({
      version: 1,
      amounts,
      ceilingCents: ceiling,
      urlTokens,
    }),
  );
  const { code, sourceMap } = module ?? {};
  return functionArchive("amount", config, {
    ...(code === undefined ? {} : { "amounts.js": code }),
    ...(sourceMap === undefined ? {} : { "amounts.js.map": sourceMap }),
  });
}
