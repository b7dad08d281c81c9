import { isDeepStrictEqual } from "node:util";
import { type FunctionConfiguration, GetFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import { isMissing } from "../aws/explain";
import type { FunctionFacts } from "../find/functions";
import type { LiveStack } from "../find/live";
import { isHidden, type Recorded } from "../find/recorded";
import { DEPLOY_AGAIN, type Finding, fine, looked, note, wrong } from "./finding";

/** Each function is what was deployed. */
export async function functionFindings(stack: LiveStack): Promise<Finding[]> {
  const parts = [["amount function", stack.amounts] as const, ["trigger function", stack.triggers] as const];
  const looks = parts.map(([about, facts]) => (facts ? looked(about, () => findings(stack, about, facts)) : []));
  return (await Promise.all(looks)).flat();
}

async function findings(stack: LiveStack, about: string, facts: FunctionFacts): Promise<Finding[]> {
  let live: FunctionConfiguration;
  try {
    live = await stack.clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: facts.name }));
  } catch (error) {
    if (!isMissing(error)) throw error;
    return [wrong(about, `${facts.name} is gone`, 'deploy again with "pulumi up --refresh"')];
  }
  const record = stack.declared("aws:lambda/function:Function").find(({ outputs }) => outputs.name === facts.name);
  const state = `${facts.name} is ${live.State}: ${live.StateReason ?? "Lambda doesn't say why"}`;
  // It was made a moment ago.
  if (live.State === "Pending") return [note(about, state, "look again in a minute")];
  if (live.State !== undefined && live.State !== "Active") return [wrong(about, state, DEPLOY_AGAIN)];
  if (!record) return [fine(about, `${facts.name} is there; without a record of the stack it can't be compared`)];
  const changed = differences(record, facts, live);
  if (changed.length === 0) return [fine(about, "runs what was deployed")];
  return [wrong(about, `${facts.name} isn't what was deployed: it has ${changed.join(", ")}`, DEPLOY_AGAIN)];
}

function differences({ inputs, outputs }: Recorded, facts: FunctionFacts, live: FunctionConfiguration): string[] {
  const compared: readonly (readonly [what: string, declared: unknown, live: unknown])[] = [
    ["other code", outputs.codeSha256, live.CodeSha256],
    ["another role", inputs.role, live.Role],
    ["another runtime", inputs.runtime, live.Runtime],
    ["another handler", inputs.handler, live.Handler],
    ["another timeout", inputs.timeout, live.Timeout],
    ["another memory size", inputs.memorySize, live.MemorySize],
    ["other environment variables", facts.environment, { ...live.Environment?.Variables }],
  ];
  return compared.flatMap(([what, declared, is]) =>
    declared === undefined || isHidden(declared) || isDeepStrictEqual({ ...Object(declared) }, { ...Object(is) })
      ? []
      : [what],
  );
}
