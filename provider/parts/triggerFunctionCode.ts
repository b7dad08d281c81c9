import * as pulumi from "@pulumi/pulumi";
import { given } from "../../lambda/agreements/given";
import {
  type TriggerFunctionConfig,
  type TriggerFunctionSettings,
  type TriggerSchedule,
  type TriggerSpec,
  triggerFunctionSettings,
} from "../../lambda/agreements/triggerConfig";
import { HEARTBEAT_NAME } from "../plan/names";
import { isScheduledPlan, type ScheduledTriggerPlan, type TriggerPlan } from "../plan/trigger";
import type { TriggersPlan } from "../plan/triggers";
import { functionArchive } from "./archive";

/** The archive of the trigger function. Its `config.json` is the allow-list of triggers; it holds no credential. */
export function triggerFunctionCode(
  plan: TriggersPlan,
  apiSecretArns: Record<string, pulumi.Output<string>>,
): pulumi.Output<pulumi.asset.Archive> {
  const triggers = Object.fromEntries(
    Object.entries(plan.triggers).map(([name, trigger]) => [
      name,
      specOf(name, trigger, apiSecretArns[name] as pulumi.Output<string>),
    ]),
  );
  const names = Object.keys(triggerFunctionSettings) as (keyof TriggerFunctionSettings)[];
  const settings = Object.fromEntries(names.map((name) => [name, plan[name]]));
  const config = pulumi.all([pulumi.output(triggers), pulumi.output(settings)]).apply(
    ([known, knownSettings]): TriggerFunctionConfig => ({
      version: 1,
      triggers: known as Record<string, TriggerSpec>,
      ...(knownSettings as unknown as TriggerFunctionSettings),
      heartbeatScheduleName: HEARTBEAT_NAME,
    }),
  );
  return functionArchive("trigger", config);
}

function specOf(name: string, trigger: TriggerPlan, apiSecretArn: pulumi.Output<string>): pulumi.Output<TriggerSpec> {
  return pulumi.all([apiSecretArn, trigger.payload, trigger.triggerPath]).apply(
    ([arn, payload, triggerPath]): TriggerSpec => ({
      ruleId: trigger.ruleId,
      apiSecretArn: arn,
      ...given({ triggerPath, payload: payload as TriggerSpec["payload"] }),
      ...given({ asks: trigger.asks, holdUntilKnown: trigger.holdUntilKnown, expectAsked: trigger.expectAsked }),
      ...(isScheduledPlan(trigger) ? { schedule: scheduleOf(name, trigger) } : {}),
    }),
  );
}

function scheduleOf(name: string, trigger: ScheduledTriggerPlan): TriggerSchedule {
  return {
    name,
    expression: trigger.schedule,
    timezone: trigger.timezone,
    ...given({ startDate: trigger.startDate, endDate: trigger.endDate }),
    ...given({ everyWeeks: trigger.everyWeeks, from: trigger.from, skipDates: trigger.skipDates }),
    enabled: trigger.enabled,
  };
}
