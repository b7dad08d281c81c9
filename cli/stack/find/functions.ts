import { GetFunctionCommand, GetFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import { strFromU8, unzipSync } from "fflate";
import type { Clients } from "../aws/clients";
import { isMissing } from "../aws/explain";
import { StackError } from "../exit";
import { isHidden, type Recorded, textAt } from "./recorded";

/** What a function is deployed with, as the program declared it or as Lambda has it. */
export interface FunctionFacts {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly logGroup: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Its `config.json`. */
  readonly configText: string;
}

/** A recorded function. What Pulumi's state hides, because a part of it is a secret, is asked of Lambda. */
export async function recordedFunction({ inputs, outputs }: Recorded, clients: Clients): Promise<FunctionFacts> {
  const name = String(outputs.name);
  const variables = Object(Object(inputs.environment).variables) as Record<string, unknown>;
  const isPlain = !isHidden(inputs.environment) && !Object.values(variables).some(isHidden) && !isHidden(variables);
  return {
    name,
    arn: String(outputs.arn),
    roleArn: textAt(inputs, "role") ?? "",
    logGroup: textAt(inputs, "loggingConfig", "logGroup") ?? `/aws/lambda/${name}`,
    environment: isPlain ? (variables as Record<string, string>) : await environmentOf(name, clients),
    configText: textAt(inputs, "code", "assets", "config.json", "text") ?? (await configOf(name, clients)),
  };
}

/** A function that was named, as Lambda has it. Throws `StackError` if there is none of that name. */
export async function deployedFunction(name: string, clients: Clients, region: string): Promise<FunctionFacts> {
  try {
    const found = await clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
    return {
      name: String(found.FunctionName),
      arn: String(found.FunctionArn),
      roleArn: String(found.Role),
      logGroup: found.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`,
      environment: { ...found.Environment?.Variables },
      configText: await configOf(name, clients),
    };
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new StackError(
      "unseen",
      `the region ${region} of your AWS account has no function ${name}: look at --region, at the name, and at the account ("aws sts get-caller-identity")`,
    );
  }
}

async function environmentOf(FunctionName: string, { lambda }: Clients): Promise<Record<string, string>> {
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  return { ...Environment?.Variables };
}

const PATIENCE_MS = 60_000;

/** The `config.json` in the archive that Lambda runs. */
async function configOf(FunctionName: string, { lambda }: Clients): Promise<string> {
  const { Code } = await lambda.send(new GetFunctionCommand({ FunctionName }));
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const answer = await fetch(String(Code?.Location), { signal }).catch((error: Error) => error);
  const zip = answer instanceof Error ? answer : await answer.arrayBuffer().catch((error: Error) => error);
  if (answer instanceof Error || zip instanceof Error || !answer.ok) {
    const failed = [answer, zip].find((each) => each instanceof Error);
    const why = failed?.message ?? `AWS answered ${(answer as Response).status}`;
    throw new StackError("unseen", `the code of ${FunctionName} can't be downloaded (${why}): try again`);
  }
  const archive = unzipSync(new Uint8Array(zip), { filter: ({ name }) => name === "config.json" });
  const config = archive["config.json"];
  if (config === undefined)
    throw new StackError("usage", `${FunctionName} isn't one of this package's functions: it has no config.json`);
  return strFromU8(config);
}
