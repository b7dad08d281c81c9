import {
  type FunctionConfiguration,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { ifThere, isMissing } from "../aws/explain";
import type { FunctionFacts } from "../find/functions";
import type { LiveStack } from "../find/live";
import type { Recorded } from "../find/recorded";
import { DEPLOY_AGAIN, differences, type Finding, fine, looked, note, wrong } from "./finding";

/** Each function is what was deployed, and AWS runs it. */
export async function functionFindings(stack: LiveStack): Promise<Finding[]> {
  const parts = [["amount function", stack.amounts] as const, ["trigger function", stack.triggers] as const];
  const looks = parts.flatMap(([about, facts]) =>
    facts
      ? [
          looked(about, () => findings(stack, about, facts)),
          looked(`${about}'s concurrency`, () => concurrencyFindings(stack, `${about}'s concurrency`, facts)),
        ]
      : [],
  );
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
  const changed = changesOf(record, facts, live);
  if (changed.length === 0) return [fine(about, "runs what was deployed")];
  return [wrong(about, `${facts.name} isn't what was deployed: it has ${changed.join(", ")}`, DEPLOY_AGAIN)];
}

function changesOf({ inputs, outputs }: Recorded, facts: FunctionFacts, live: FunctionConfiguration): string[] {
  return differences([
    ["other code", outputs.codeSha256, live.CodeSha256],
    ["another role", inputs.role, live.Role],
    ["another runtime", inputs.runtime, live.Runtime],
    ["another handler", inputs.handler, live.Handler],
    ["another timeout", inputs.timeout, live.Timeout],
    ["another memory size", inputs.memorySize, live.MemorySize],
    ["another log group", facts.logGroup, live.LoggingConfig?.LogGroup],
    ["other environment variables", facts.environment, { ...live.Environment?.Variables }],
  ]);
}

/** A reserved concurrency of 0 is how a function is switched off by hand. */
async function concurrencyFindings(
  { clients }: LiveStack,
  about: string,
  { name: FunctionName }: FunctionFacts,
): Promise<Finding[]> {
  const answer = await ifThere(clients.lambda.send(new GetFunctionConcurrencyCommand({ FunctionName })));
  // That the function is gone is told beside its code.
  const reserved = answer?.ReservedConcurrentExecutions;
  if (reserved === undefined) return [fine(about, "isn't limited")];
  if (reserved > 0) return [fine(about, `is limited to ${reserved} at a time`)];
  return [
    wrong(
      about,
      `is 0, so AWS never runs ${FunctionName}: somebody switched it off`,
      `find out why; this switches it on: aws lambda delete-function-concurrency --function-name ${FunctionName}`,
    ),
  ];
}
