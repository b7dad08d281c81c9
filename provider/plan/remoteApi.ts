import { given } from "../../lambda/agreements/given";
import { trueOrFalse } from "../../lambda/agreements/values";
import type { RemoteApiArgs } from "../args";
import { alarmPlan } from "./alarms";
import { endpointPlan, endpointRules } from "./endpoint";
import { Gate, type Rules } from "./gate";
import { triggersPlan, triggersRules } from "./triggers";

const rules: Rules<RemoteApiArgs> = { ...endpointRules, ...triggersRules, dashboard: { plain: trueOrFalse } };

/** The plan of a RemoteApi with the plans of its parts: all problems are told at once, so that nobody mends them one preview at a time. */
export function planRemoteApi(name: string, args: RemoteApiArgs) {
  const gate = new Gate("RemoteApi", name);
  const checked = gate.checked(args, rules);
  const alarms = alarmPlan(gate, checked);
  const { amounts, triggers, dashboard = true, tags } = checked;
  if (amounts === undefined && triggers === undefined)
    gate.add("amounts", "is missing, and so is triggers: give at least one of them");
  const plan = {
    ...alarms,
    ...given({ tags }),
    dashboard,
    endpoint: amounts && endpointPlan(gate, { ...checked, ...alarms, amounts }),
    triggers: triggers && triggersPlan(gate, { ...checked, ...alarms, triggers }, amounts),
  };
  gate.report();
  return plan;
}
