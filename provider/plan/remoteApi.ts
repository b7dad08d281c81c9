import type { RemoteApiArgs } from "../args";
import { checkEndpoint, handOnModule } from "./endpoint";
import { checkAlarmArgs, checkFunctionArgs } from "./function";
import { Gate } from "./gate";
import { booleanProblem } from "./knownArguments";
import { checkTriggers } from "./triggers";

/** Checks all arguments at once, those of the parts too, so that nobody mends them one preview at a time. */
export function validateRemoteApiArgs(name: string, args: RemoteApiArgs) {
  const gate = Gate.of("RemoteApi", name);
  // Both parts get these, and a problem that both find would be told twice.
  const settings = checkFunctionArgs(gate, args);
  const alarms = checkAlarmArgs(gate, args);
  const { amounts, triggers, dashboard = true } = args;
  if (amounts === undefined && triggers === undefined)
    gate.add("amounts", "is missing, and so is triggers: give at least one of them");
  const endpoint = amounts === undefined ? undefined : checkEndpoint(gate.ofPart(), amounts, args);
  if (triggers !== undefined) checkTriggers(gate.ofPart(), triggers, args);
  if (gate.plain("dashboard", dashboard)) gate.check("dashboard", dashboard, booleanProblem);
  gate.report();
  if (amounts && endpoint?.module) handOnModule(amounts, endpoint.module);
  return { settings, alarms, dashboard };
}
