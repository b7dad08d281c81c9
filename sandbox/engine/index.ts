import { setTimeout as pause } from "node:timers/promises";
import { given } from "../../lambda/agreements/given";
import type { Cloud } from "../aws/types";
import { type InventedValue, inventMissing, type ProgramConfig } from "./config";
import { runProgram } from "./loadProgram";
import { createMonitor, type DeclaredResource, type Registrations } from "./monitor";
import { explainedLate } from "./programError";
import type { Project } from "./project";
import { loadSdk, type Sdk } from "./pulumiInternals";
import { UserError } from "./userError";
import { enter } from "./workingDirectory";

export { type KeptInventions, type ProgramConfig, programConfig } from "./config";
export type { DeclaredResource } from "./monitor";
export { type Project, readProject } from "./project";
export { isPulumiError, loadSdk, type Sdk } from "./pulumiInternals";
export { UserError } from "./userError";

/** How long after the first failure others are waited for, so that they are shown together. */
const LATE_FAILURES_MS = 100;

/** What a cloud says once it has stopped. */
const STOPPED = "the sandbox has stopped";

/** A program that ran to its end, with every resource made. */
export interface Deployment {
  readonly resources: readonly DeclaredResource[];
  /** The stack's outputs. Some are secret: see `secretOutputs`. */
  readonly outputs: Record<string, unknown>;
  readonly secretOutputs: ReadonlySet<string>;
  /** The outputs of components by URN, secrets included: never print them. */
  readonly componentOutputs: ReadonlyMap<string, Record<string, unknown>>;
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
  /** Called at each resource that was made, with how many there are by then. */
  readonly onResource?: (made: number) => void;
}

/**
 * Runs an unmodified Pulumi program in this process, with Pulumi's own runtime, against a cloud.
 *
 * @throws UserError that names every resource that failed, or what is wrong with the program.
 */
export async function deploy(options: DeployOptions): Promise<Deployment> {
  const { project, config } = options;
  const sdk = loadSdk(project.programDirectory);
  const stopInventing = inventMissing(sdk.pulumi, config, options.settingsFile);
  let leave = () => {};
  try {
    leave = enter(project.programDirectory);
    return await run({
      ...{ ...options, sdk, projectName: project.name, program: () => runProgram(project) },
      explain: (error) => explainedLate(error, project),
    });
  } finally {
    leave();
    stopInventing();
  }
}

export interface RunOptions {
  readonly sdk: Sdk;
  readonly cloud: Cloud;
  readonly config: ProgramConfig;
  readonly projectName: string;
  /** Declares the resources; returns the stack's outputs. */
  readonly program: () => unknown;
  /** Says more of what fails in the program while nobody waits for it. Defaults to the error as it is. */
  readonly explain?: (error: Error) => Error;
  /** Name of the stack. Defaults to `sandbox`. */
  readonly stack?: string;
  readonly onResource?: DeployOptions["onResource"];
  /** Nothing is made, and what only the cloud can tell is unknown. Defaults to false. */
  readonly preview?: boolean;
}

/** Runs a program that is a function. Throws as `deploy` does. */
export async function run(options: RunOptions): Promise<Deployment> {
  const { sdk, cloud, config, projectName, preview = false, stack = "sandbox", onResource } = options;
  const registrations: Registrations = {
    ...{ resources: [], componentOutputs: new Map(), failures: [] },
    ...given({ onResource }),
  };
  await sdk.setMonitor(createMonitor(sdk, cloud, registrations, preview), { project: projectName, stack, preview });
  sdk.pulumi.runtime.setAllConfig(Object.fromEntries(config.values));
  const rejections = catchRejections(registrations, options.explain);
  try {
    const outcome = await Promise.race([runStack(sdk, options.program, registrations), rejections.firstSettled]);
    throwFailures(registrations);
    const { resources, componentOutputs } = registrations;
    return { resources, componentOutputs, invented: config.invented, ...(outcome as Outputs) };
  } catch (error) {
    ignoreLateFailures(registrations, error);
    // What failed at the cloud explains the rest better than the rest does.
    throwFailures(registrations);
    throw error;
  } finally {
    // A registration that is still under way would reach the monitor of the next run.
    await Promise.race([sdk.waitForRPCs().catch(() => {}), pause(LATE_FAILURES_MS)]);
    rejections.stop();
  }
}

type Outputs = Pick<Deployment, "outputs" | "secretOutputs">;

async function runStack(sdk: Sdk, program: () => unknown, registrations: Registrations): Promise<Outputs> {
  await sdk.pulumi.runtime.runInPulumiStack(async () => (await program()) as never);
  await settled(sdk);
  const { values = {}, secretKeys = [] } = registrations.outputs ?? {};
  return { outputs: values, secretOutputs: new Set(secretKeys) };
}

/** `runInPulumiStack` resolves before everything is registered, and resources may be declared late. */
async function settled(sdk: Sdk): Promise<void> {
  for (let round = 0; round < 3; round++) {
    await sdk.waitForRPCs();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/**
 * What fails late, a resource or a check of a value that has become known, shows as an unhandled rejection, which would end the
 * process; and what waits for it waits for ever. So rejections are collected with the other failures, and the first one ends
 * the run, once those that come with it are in too.
 */
function catchRejections(
  registrations: Registrations,
  explain: (error: Error) => Error = (error) => error,
): { firstSettled: Promise<void>; stop(): void } {
  let onFirst: () => void = () => {};
  const firstSettled = new Promise<void>((resolve) => {
    onFirst = () => void pause(LATE_FAILURES_MS).then(resolve);
  });
  const collect = (reason: unknown) => {
    // What an earlier run that failed had still under way: its cloud has stopped, and the one of this run hasn't.
    if (asError(reason).message.includes(STOPPED)) return;
    registrations.failures.push({ type: "program", name: "", error: explain(asError(reason)) });
    onFirst();
  };
  process.on("unhandledRejection", collect);
  return { firstSettled, stop: () => void process.off("unhandledRejection", collect) };
}

const failedRuns: { readonly registrations: Registrations; readonly error: Error }[] = [];

/**
 * What was under way when a run failed fails after it, each time as an unhandled rejection that says the same once more. It would
 * end the process with a stack trace instead of our words. Any other rejection ends the process, as it does without a listener.
 */
function ignoreLateFailures(registrations: Registrations, error: unknown): void {
  if (failedRuns.push({ registrations, error: asError(error) }) > 1) return;
  process.on("unhandledRejection", (reason) => {
    const { message } = asError(reason);
    const told = failedRuns.flatMap((run) => [
      run.error,
      ...run.registrations.failures.map((failure) => failure.error),
    ]);
    const isKnown = told.some((known) => known.message !== "" && message.includes(known.message));
    if (!isKnown && process.listenerCount("unhandledRejection") === 1) throw reason;
  });
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

function throwFailures({ failures }: Registrations): void {
  const causes = failures.filter(
    (failure, index) => !failures.some((other, at) => explains(other, at, failure, index)),
  );
  if (causes.length === 0) return;
  const lines = causes.map(({ type, name, error }) => (name ? `${type} "${name}": ${error.message}` : error.message));
  throw new UserError(
    lines.length === 1
      ? (lines[0] as string)
      : `${lines.length} things failed:\n${lines.map((line) => `- ${line}`).join("\n")}`,
  );
}

type Failure = Registrations["failures"][number];

/** What fails because something else did quotes that in its message; of two that say the same, the first counts. */
function explains(other: Failure, otherIndex: number, failure: Failure, index: number): boolean {
  if (other.error.message === failure.error.message) return otherIndex < index;
  return failure.error.message.includes(other.error.message);
}
