import * as pulumi from "@pulumi/pulumi";
import type { TriggerFunctionConfig, TriggerSpec } from "../../lambda/agreements/triggerConfig";
import { HEARTBEAT_NAME } from "../plan/triggerName";
import type { DeclaredTrigger, DeclaredTriggers } from "../plan/triggers";
import { functionArchive } from "./archive";

/** The archive of the trigger function. Its `config.json` is the allow-list of triggers; it holds no credential. */
export function triggerFunctionCode(
  declared: DeclaredTriggers,
  apiSecretArns: Record<string, pulumi.Output<string>>,
): pulumi.Output<pulumi.asset.Archive> {
  const triggers = Object.fromEntries(
    Object.entries(declared.triggers).map(([name, trigger]) => [
      name,
      specOf(name, trigger, apiSecretArns[name] as pulumi.Output<string>),
    ]),
  );
  const config = pulumi
    .all([
      pulumi.output(triggers),
      declared.maxAgeMinutes,
      declared.keyMemoryMinutes,
      declared.dryRun,
      declared.notifyOnSuccess,
    ])
    .apply(
      ([known, maxAgeMinutes, keyMemoryMinutes, dryRun, notifyOnSuccess]): TriggerFunctionConfig => ({
        version: 1,
        triggers: known as Record<string, TriggerSpec>,
        maxAgeMinutes,
        keyMemoryMinutes,
        dryRun,
        notifyOnSuccess,
        heartbeatScheduleName: HEARTBEAT_NAME,
      }),
    );
  return functionArchive("trigger", config);
}

function specOf(
  name: string,
  trigger: DeclaredTrigger,
  apiSecretArn: pulumi.Output<string>,
): pulumi.Output<TriggerSpec> {
  return pulumi.all([apiSecretArn, trigger.payload, trigger.triggerPath]).apply(
    ([arn, payload, triggerPath]): TriggerSpec => ({
      ruleId: trigger.ruleId,
      triggerPath,
      apiSecretArn: arn,
      payload: payload as TriggerSpec["payload"],
      schedule: {
        name,
        expression: trigger.schedule,
        timezone: trigger.timezone,
        startDate: trigger.startDate,
        endDate: trigger.endDate,
        enabled: trigger.enabled,
      },
    }),
  );
}
