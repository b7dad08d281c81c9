export { type AmountArgs, AmountKind } from "./amountArgs";
export { RemoteAmountEndpoint, type RemoteAmountEndpointArgs } from "./remoteAmountEndpoint";
export { RemoteApi, type RemoteApiArgs } from "./remoteApi";
export { ScheduledRuleTriggers, type ScheduledRuleTriggersArgs } from "./scheduledRuleTriggers";
export type { TriggerArgs } from "./triggerArgs";
