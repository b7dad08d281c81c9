import { fromEnv } from "@aws-sdk/credential-provider-env";

/**
 * Stands in the bundle for @aws-sdk/credential-provider-node (build/bundle.mjs): Lambda puts a function's credentials into its
 * environment. The whole chain also looks into files, at other services and at the machine, and is a tenth of the bundle.
 */
export const defaultProvider = fromEnv;
