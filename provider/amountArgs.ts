import type * as pulumi from "@pulumi/pulumi";

/** How an amount comes about. */
export const AmountKind = {
  /** Always `cents`. */
  Fixed: "Fixed",
  /** `percent` of the balance of `account`, rounded down to a cent. */
  Percent: "Percent",
  /** What `account` lacks to `targetCents`. */
  TopUp: "TopUp",
  /** What `account` holds above `floorCents`. */
  Sweep: "Sweep",
  /** What an export of `amountsModule` returns. */
  Custom: "Custom",
} as const;

/** How an amount comes about. */
export type AmountKind = (typeof AmountKind)[keyof typeof AmountKind];

/** One amount that Sequence can ask for. Which options belong to which kind is said at each. */
export interface Amount {
  /** How the amount comes about. */
  kind: AmountKind;
  /** Fixed: the amount in cents, 0 or at least 100. */
  cents?: pulumi.Input<number>;
  /** Percent, TopUp, Sweep: the account whose balance counts, by its id or its exact name in Sequence. */
  account?: pulumi.Input<string>;
  /** Percent: above 0 up to 100, at most two decimals. */
  percent?: pulumi.Input<number>;
  /** TopUp: the balance to reach, in cents. */
  targetCents?: pulumi.Input<number>;
  /** Sweep: what stays in the account, in cents. */
  floorCents?: pulumi.Input<number>;
  /** Custom: the name of the export of `amountsModule`. Defaults to the amount's name. */
  export?: string;
  /** Every kind but Fixed: a larger amount becomes this, in cents. Defaults to no maximum. */
  maxCents?: pulumi.Input<number>;
  /** Every kind but Fixed: the amount is rounded down to a multiple of this, in cents. Defaults to 1. */
  roundToCents?: pulumi.Input<number>;
  /** Every kind but Fixed: a smaller amount becomes 0, in cents. Defaults to 100, the smallest transfer that Sequence makes. */
  minCents?: pulumi.Input<number>;
  /** Percent, TopUp, Sweep: must be true for an account outside Sequence (type `Account`), whose balance can be a day old and leaves out pending transfers. Defaults to false. */
  allowExternalBalance?: boolean;
}

/** How amounts are answered, apart from what they are. */
export interface EndpointSettings {
  /** No answer is above this, in cents; a larger one is an error and never cut down. Required as soon as there is an amount that isn't Fixed. */
  ceilingCents?: pulumi.Input<number>;
  /** Path of a TypeScript or JavaScript file with an export for every Custom amount, from the program's folder. It is bundled at deployment; none of it runs then. */
  amountsModule?: string;
  /** Sequence's access token, with which balances are read. Pulumi stores it in Secrets Manager, and encrypted in its state. Leave it out to fill it in yourself after the deployment, or give `accessTokenSecretArn`. */
  accessToken?: pulumi.Input<string>;
  /** The complete ARN of an existing secret with the access token, as plain text or as JSON under `accessToken`. Not together with `accessToken`. */
  accessTokenSecretArn?: pulumi.Input<string>;
  /** Labels of the URL keys. The URLs of the first are handed out, those of all are accepted; taking a label out revokes its URLs. Defaults to `["v1"]`. */
  urlKeys?: string[];
  /** Path of Sequence's accounts call. Defaults to `/accounts`. */
  accountsPath?: pulumi.Input<string>;
  /** Requests a second that the endpoint takes. Defaults to 10. */
  throttlingRateLimit?: pulumi.Input<number>;
  /** Requests that may come at once. Defaults to 20. */
  throttlingBurstLimit?: pulumi.Input<number>;
}
