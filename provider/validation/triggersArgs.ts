import type * as pulumi from "@pulumi/pulumi";
import { DEFAULT_BASE_URL } from "../parts/defaults";
import type { ScheduledRuleTriggersArgs } from "../scheduledRuleTriggers";
import type { TriggerArgs } from "../triggerArgs";

/** A checked trigger, with what was left out filled in. */
export interface DeclaredTrigger
  extends Pick<TriggerArgs, "schedule" | "timezone" | "apiSecret" | "apiSecretArn" | "startDate" | "endDate"> {
  /** The bare id, also where a trigger URL was given. */
  readonly ruleId: string;
  readonly payload: pulumi.Input<Record<string, unknown>> | undefined;
  readonly enabled: boolean;
}

/** The checked arguments of scheduled triggers. */
export interface DeclaredTriggers {
  readonly triggers: Record<string, DeclaredTrigger>;
  readonly maxAgeMinutes: pulumi.Input<number>;
  readonly dryRun: pulumi.Input<boolean>;
  readonly notifyOnSuccess: pulumi.Input<boolean>;
  readonly schedulerRetry: {
    readonly maximumEventAgeInSeconds: pulumi.Input<number>;
    readonly maximumRetryAttempts: pulumi.Input<number>;
  };
  readonly baseUrl: pulumi.Input<string>;
  readonly triggerPath: pulumi.Input<string>;
}

/** Checks the arguments of scheduled triggers and fills in what is left out. */
export function validateTriggersArgs(_name: string, args: ScheduledRuleTriggersArgs): DeclaredTriggers {
  return {
    triggers: Object.fromEntries(
      Object.entries(args.triggers).map(([trigger, given]) => [
        trigger,
        { ...given, payload: given.payload, enabled: given.enabled ?? true },
      ]),
    ),
    maxAgeMinutes: args.maxAgeMinutes ?? 360,
    dryRun: args.dryRun ?? false,
    notifyOnSuccess: args.notifyOnSuccess ?? false,
    schedulerRetry: {
      maximumEventAgeInSeconds: args.schedulerMaxAgeSeconds ?? 3600,
      maximumRetryAttempts: args.schedulerMaxRetries ?? 185,
    },
    baseUrl: args.baseUrl ?? DEFAULT_BASE_URL,
    triggerPath: args.triggerPath ?? "/remote-api/rules/{ruleId}/trigger",
  };
}
