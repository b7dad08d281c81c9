import type { RemoteApiArgs } from "../remoteApi";
import { checkAlarmArgs, checkFunctionArgs } from "./commonArgs";
import { checkEndpoint, handOnModule } from "./endpointArgs";
import { booleanProblem } from "./knownArguments";
import { Gate } from "./report";
import { checkTriggers } from "./triggersArgs";

/** Checks all arguments at once, those of the parts too, so that nobody mends them one preview at a time. */
export function validateRemoteApiArgs(name: string, args: RemoteApiArgs) {
  const gate = new Gate("RemoteApi", name, true);
  checkFunctionArgs(gate, args);
  const alarms = checkAlarmArgs(gate, args);
  const { amounts, triggers, dashboard = true } = args;
  if (amounts === undefined && triggers === undefined)
    gate.add("amounts", "is missing, and so is triggers: give at least one of them");
  const endpoint = amounts === undefined ? undefined : checkEndpoint(gate, amounts, args);
  if (triggers !== undefined) checkTriggers(gate, triggers, args);
  if (gate.plain("dashboard", dashboard)) gate.check("dashboard", dashboard, booleanProblem);
  gate.report();
  if (amounts && endpoint?.module) handOnModule(amounts, endpoint.module);
  return { alarms, dashboard };
}
