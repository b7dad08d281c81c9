import type { Amount, Trigger } from "./args";

export { amount } from "./amount";
export {
  type Amount,
  AmountKind,
  type RemoteAmountEndpointArgs,
  type RemoteApiArgs,
  type ScheduledRuleTriggersArgs,
  type Trigger,
} from "./args";
export { RemoteAmountEndpoint } from "./remoteAmountEndpoint";
export { RemoteApi } from "./remoteApi";
export { ScheduledRuleTriggers } from "./scheduledRuleTriggers";

// Names that the types had first. Pulumi adds `Args` to them in other languages, which would make `AmountArgsArgs` of these.
/** The same as `Amount`. */
export type AmountArgs = Amount;
/** The same as `Trigger`. */
export type TriggerArgs = Trigger;
