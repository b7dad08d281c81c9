import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { given } from "../lambda/agreements/given";
import type { Fronts } from "./aws/httpApi/fronts";
import { LocalCloud } from "./aws/localCloud";
import type { Journal } from "./aws/types";
import type { SandboxClock } from "./clock";
import {
  type Deployment,
  deploy,
  type KeptInventions,
  type Project,
  programConfig,
  readProject,
  UserError,
} from "./engine";
import { fillSecrets } from "./fillSecrets";
import { amountUrlAt } from "./port/amountUrls";
import {
  parseSettings,
  readSettings,
  resolveCredentials,
  type SandboxSettings,
  type SequenceSettings,
} from "./settings";
import { Turns } from "./turns";

/** The environment variable that names Sequence's API to the functions; the sandbox points it at its simulator. */
const BASE_URL_VARIABLE = "SEQUENCE_BASE_URL";

/** A project with its settings, as they are on disk now. */
export interface Source {
  readonly project: Project;
  readonly settings: SandboxSettings;
  /** Where its settings are, or would be. */
  readonly settingsFile: string;
}

/** What outlives a deployment: the next one has the same URLs and secrets, and the same time. */
export interface Surroundings {
  readonly clock: SandboxClock;
  readonly journal: Journal;
  readonly fronts: Fronts;
  readonly passwords: Map<string, string>;
  /** What the sandbox made up, by full config key. */
  readonly invented: KeptInventions;
  readonly strict: boolean;
  /** Called at each resource that a deployment has made, with how many it has made by then. */
  readonly onResource?: (made: number) => void;
  readonly sequenceUrl: () => string;
}

/** A program that was deployed; its cloud hasn't started. */
export interface Deployed extends Source {
  readonly cloud: LocalCloud;
  readonly deployment: Deployment;
  /** The configuration's values by full key; among them secrets. */
  readonly config: ReadonlyMap<string, string>;
  /** The simulated Sequence's settings, with their credentials looked up. */
  readonly sequence: SequenceSettings<string>;
}

/** Throws `UserError` or `SettingsError`. */
export function readSource(directory: string): Source {
  const project = readProject(directory);
  const settingsFile = join(project.programDirectory, "sandbox.yaml");
  const other = existsSync(settingsFile) ? undefined : misspelt(project.programDirectory);
  if (other !== undefined)
    throw new UserError(
      `${join(project.programDirectory, other)} isn't read; it must be called sandbox.yaml: rename it.`,
    );
  const settings = existsSync(settingsFile) ? readSettings(settingsFile) : parseSettings("", settingsFile);
  const missing = saysNothing(settings) ? whatIsMissing(settingsFile) : undefined;
  return { project, settings: { ...settings, ...given({ missing }) }, settingsFile };
}

function saysNothing({ config, secrets, sequence }: SandboxSettings): boolean {
  const entries = [...Object.keys(config), ...Object.keys(secrets), ...sequence.accounts, ...sequence.rules];
  return entries.length === 0 && sequence.accessToken === undefined;
}

function whatIsMissing(settingsFile: string): string {
  const isThere = existsSync(settingsFile);
  const what = isThere ? `${settingsFile} says nothing` : `there is no ${settingsFile}`;
  const how = isThere ? 'delete it, and "npx sequence-remote-api init"' : '"npx sequence-remote-api init"';
  return `${what}, so the simulated Sequence has no account and no rule: ${how} drafts one from the program`;
}

/** A file that is probably meant to be sandbox.yaml. */
function misspelt(folder: string): string | undefined {
  return readdirSync(folder).find((name) => name !== "sandbox.yaml" && /^\.?sandbox\.?(ya?ml|json)$/i.test(name));
}

/** Pulumi's runtime has one engine, one stack and one working directory for the whole process. */
const programs = new Turns();

/** Runs the program, once no other one is being run, and makes all that it declares. On an error, nothing of it is left. */
export async function deployOnce(
  { project, settings, settingsFile }: Source,
  surroundings: Surroundings,
  signal?: AbortSignal,
): Promise<Deployed> {
  const { clock, journal, fronts, passwords, strict, invented, sequenceUrl, onResource } = surroundings;
  const cloud = new LocalCloud({
    ...given({ clock, journal, fronts, passwords, strict }),
    overrideEnvironment: (declared) =>
      BASE_URL_VARIABLE in declared ? { ...declared, [BASE_URL_VARIABLE]: sequenceUrl() } : declared,
  });
  try {
    await cloud.open();
    const config = programConfig(project.name, settings.config, invented);
    const run = () => deploy({ project, cloud, config, settingsFile, ...given({ onResource }) });
    // A program can take long, or for ever. Then whoever waits behind it gets the turn when it is given up.
    const turn = programs.take(async () => {
      signal?.throwIfAborted();
      return unlessAborted(signal, run());
    });
    const deployment = await unlessAborted(signal, turn);
    const configured = (key: string) => config.values.get(key.includes(":") ? key : `${project.name}:${key}`);
    const { secrets, sequence } = resolveCredentials(settings, configured);
    fillSecrets(cloud, deployment, secrets);
    for (const rule of settings.sequence.rules)
      for (const { amount } of rule.actions) if ("output" in amount) amountUrlAt(deployment, amount.output);
    signal?.throwIfAborted();
    return { project, settings, settingsFile, cloud, deployment, config: config.values, sequence };
  } catch (error) {
    await cloud.stop();
    throw error;
  }
}

/** The result of the work, unless the signal comes first: then the work goes on, and nobody waits for it. */
async function unlessAborted<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  if (!signal) return work;
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
  return Promise.race([work, aborted]).finally(() => signal.removeEventListener("abort", onAbort));
}
