import type * as pulumi from "@pulumi/pulumi";

/** The outputs of a component: every property that its class declares. */
export type OutputsOf<Component extends pulumi.ComponentResource> = Omit<Component, keyof pulumi.ComponentResource>;
