import type * as pulumi from "@pulumi/pulumi";
import type { Cloud } from "../cloud/types";
import { type InventedValue, inventMissing, type ProgramConfig } from "./config";
import { runProgram } from "./loadProgram";
import { createMonitor, type DeclaredResource, type Registrations } from "./monitor";
import type { Project } from "./project";
import { loadSdk, type Sdk } from "./sdk";
import { UserError } from "./userError";

export { type InventedValue, type ProgramConfig, programConfig } from "./config";
export type { DeclaredResource } from "./monitor";
export { type Project, readProject } from "./project";
export { UserError } from "./userError";

/** A program that ran to its end, with every resource made. */
export interface Deployment {
  readonly resources: readonly DeclaredResource[];
  /** The stack's outputs. Some are secret: see `secretOutputs`. */
  readonly outputs: Record<string, unknown>;
  readonly secretOutputs: ReadonlySet<string>;
  /** What the program required and nobody gave. */
  readonly invented: readonly InventedValue[];
}

export interface DeployOptions {
  readonly project: Project;
  readonly cloud: Cloud;
  readonly config: ProgramConfig;
  /** Where missing configuration is to be added, for the error's text. */
  readonly settingsFile: string;
  /** Name of the stack. Defaults to `sandbox`. */
  readonly stack?: string;
}

/**
 * Runs an unmodified Pulumi program in this process, with Pulumi's own runtime, against a cloud.
 *
 * @throws UserError that names every resource that failed, or what is wrong with the program.
 */
export async function deploy(options: DeployOptions): Promise<Deployment> {
  const { project, cloud, config } = options;
  const sdk = loadSdk(project.programDirectory);
  const registrations: Registrations = { resources: [], failures: [] };
  const monitor = createMonitor(sdk, cloud, registrations);
  const stack = options.stack ?? "sandbox";
  await sdk.setMonitor(monitor, project.name, stack);
  sdk.pulumi.runtime.setAllConfig(Object.fromEntries(config.values));

  const stopInventing = inventMissing(sdk.pulumi, config, options.settingsFile);
  const stopCatching = catchRejections(registrations);
  const workingDirectory = process.cwd();
  // Programs name files relative to the folder that they are started in, and Pulumi starts them in their own.
  process.chdir(project.programDirectory);
  try {
    const exported = await sdk.pulumi.runtime.runInPulumiStack(() => runProgram(project) as never);
    await settled(sdk);
    throwFailures(registrations);
    const { outputs, secretOutputs } = await readOutputs(sdk, exported);
    return { resources: registrations.resources, outputs, secretOutputs, invented: config.invented };
  } catch (error) {
    // What failed at the cloud explains the rest better than the rest does.
    throwFailures(registrations);
    throw error;
  } finally {
    process.chdir(workingDirectory);
    stopInventing();
    stopCatching();
  }
}

/** `runInPulumiStack` resolves before everything is registered, and resources may be declared late. */
async function settled(sdk: Sdk): Promise<void> {
  for (let round = 0; round < 3; round++) {
    await sdk.waitForRPCs();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/**
 * A resource that failed and that nothing refers to shows only as an unhandled rejection, which would end the process: it is
 * collected with the other failures instead.
 */
function catchRejections(registrations: Registrations): () => void {
  const collect = (reason: unknown) => {
    const error = reason instanceof Error ? reason : new Error(String(reason));
    const known = registrations.failures.some((failure) => error.message.includes(failure.error.message));
    if (!known) registrations.failures.push({ type: "program", name: "", error });
  };
  process.on("unhandledRejection", collect);
  return () => void process.off("unhandledRejection", collect);
}

function throwFailures({ failures }: Registrations): void {
  if (failures.length === 0) return;
  const lines = failures.map(({ type, name, error }) => (name ? `${type} "${name}": ${error.message}` : error.message));
  throw new UserError(
    failures.length === 1
      ? (lines[0] as string)
      : `${failures.length} things failed:\n${lines.map((line) => `- ${line}`).join("\n")}`,
  );
}

async function readOutputs(sdk: Sdk, exported: unknown) {
  const outputs: Record<string, unknown> = {};
  const secretOutputs = new Set<string>();
  for (const [key, value] of Object.entries((exported as Record<string, unknown> | undefined) ?? {})) {
    const output: pulumi.Output<unknown> = sdk.pulumi.output(value);
    if (await sdk.pulumi.isSecret(output)) secretOutputs.add(key);
    outputs[key] = await new Promise((resolve) => output.apply(resolve));
  }
  return { outputs, secretOutputs };
}
