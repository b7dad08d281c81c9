import type { Amount } from "./amountArgs";
import type { Trigger } from "./triggerArgs";

export { type Amount, AmountKind } from "./amountArgs";
export { RemoteAmountEndpoint, type RemoteAmountEndpointArgs } from "./remoteAmountEndpoint";
export { RemoteApi, type RemoteApiArgs } from "./remoteApi";
export { ScheduledRuleTriggers, type ScheduledRuleTriggersArgs } from "./scheduledRuleTriggers";
export type { Trigger } from "./triggerArgs";

// Names that the types had first. Pulumi adds `Args` to them in other languages, which would make `AmountArgsArgs` of these.
/** The same as `Amount`. */
export type AmountArgs = Amount;
/** The same as `Trigger`. */
export type TriggerArgs = Trigger;
