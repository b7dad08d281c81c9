import * as pulumi from "@pulumi/pulumi";
import type { AmountFunctionConfig } from "../../lambda/agreements/amountConfig";
import type { DeclaredAmounts } from "../plan/endpoint";
import { functionArchive } from "./archive";

/** The archive of the amount function. Its `config.json` holds the amounts and the digests of the tokens, and no credential. */
export function amountFunctionCode(
  declared: DeclaredAmounts,
  digests: pulumi.Output<AmountFunctionConfig["urlTokens"]>,
): pulumi.Output<pulumi.asset.Archive> {
  const config = pulumi
    .all([declared.amounts, declared.ceilingCents, digests])
    .apply(
      ([amounts, ceilingCents, urlTokens]): AmountFunctionConfig => ({ version: 1, amounts, ceilingCents, urlTokens }),
    );
  const { code, sourceMap } = declared.module ?? {};
  return functionArchive("amount", config, {
    ...(code === undefined ? {} : { "amounts.js": code }),
    ...(sourceMap === undefined ? {} : { "amounts.js.map": sourceMap }),
  });
}
