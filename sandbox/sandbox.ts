import { existsSync } from "node:fs";
import { join } from "node:path";
import { given } from "../lambda/agreements/given";
import { LocalCloud } from "./aws/localCloud";
import type { Occurrence } from "./aws/scheduler";
import { SandboxClock } from "./clock";
import { type Deployment, deploy, type Project, programConfig, readProject, UserError } from "./engine";
import { SequenceSimulator } from "./sequence";
import { parseSettings, readSettings, resolveCredentials, type SandboxSettings } from "./settings";

/** The environment variable that names Sequence's API to the functions; the sandbox points it at its simulator. */
const BASE_URL_VARIABLE = "SEQUENCE_BASE_URL";

export interface SandboxOptions {
  /** The folder of the Pulumi project, or one below it. */
  readonly directory: string;
  /** Port of the first HTTP API. Defaults to a free one. */
  readonly port?: number;
  /** Make resource types that the sandbox doesn't run an error. Defaults to false. */
  readonly strict?: boolean;
  /** Where the sandbox's clock starts, milliseconds since the epoch. Defaults to `clock` of sandbox.yaml, else to now. */
  readonly startAt?: number;
  /** Ends a start that is under way: it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Payday is at most a month away; two, so that a disabled or late one is no surprise. */
const LONGEST_LOOK_AHEAD_MS = 62 * 24 * 3600 * 1000;

/** A Pulumi program, deployed on this machine, with a simulated Sequence beside it. */
export class Sandbox {
  private constructor(
    readonly project: Project,
    readonly settings: SandboxSettings,
    readonly clock: SandboxClock,
    readonly cloud: LocalCloud,
    readonly deployment: Deployment,
    readonly sequence: SequenceSimulator,
    /** The configuration's values by full key; among them secrets. */
    readonly config: ReadonlyMap<string, string>,
  ) {}

  /**
   * Runs the program and brings everything it declares to life.
   *
   * @throws UserError or SettingsError that says what to do; nothing is left running then, and no file.
   */
  static async start(options: SandboxOptions): Promise<Sandbox> {
    const project = readProject(options.directory);
    const { settings, file } = settingsOf(project);
    const clock = new SandboxClock(options.startAt ?? settings.startAt ?? Date.now());
    const standIn: { sequenceUrl?: string } = {};
    const cloud = new LocalCloud({
      clock,
      ...given({ port: options.port, strict: options.strict }),
      overrideEnvironment: (declared) =>
        BASE_URL_VARIABLE in declared ? { ...declared, [BASE_URL_VARIABLE]: standIn.sequenceUrl ?? "" } : declared,
    });
    let sequence: SequenceSimulator | undefined;
    try {
      await cloud.open();
      const config = programConfig(project.name, settings.config);
      // A program can take long, or for ever.
      const deployment = await unlessAborted(options.signal, deploy({ project, cloud, config, settingsFile: file }));
      const configured = (key: string) => config.values.get(key.includes(":") ? key : `${project.name}:${key}`);
      const credentials = resolveCredentials(settings, configured);
      fillSecrets(cloud, deployment, credentials.secrets);
      sequence = new SequenceSimulator({
        clock,
        journal: cloud.context.journal,
        settings: credentials.sequence,
        resolveAmountUrl: (path) => urlIn(deployment.outputs, path),
      });
      checkAmountOutputs(settings, deployment);
      standIn.sequenceUrl = await sequence.start();
      await cloud.start();
      options.signal?.throwIfAborted();
      return new Sandbox(project, settings, clock, cloud, deployment, sequence, config.values);
    } catch (error) {
      await sequence?.stop();
      await cloud.stop();
      clock.stop();
      throw error;
    }
  }

  /**
   * Moves the clock from occurrence to occurrence, whatever schedule it is of, until a rule is triggered and all that it set
   * off is done. The result is that occurrence, or undefined if none of the next 62 days triggers a rule.
   */
  async runUntilTriggered(): Promise<Occurrence | undefined> {
    const end = this.clock.now() + LONGEST_LOOK_AHEAD_MS;
    const before = this.triggerCalls();
    const upcoming = () => this.cloud.scheduler.nextOccurrence();
    for (let next = upcoming(); next && next.at <= end; next = upcoming()) {
      await this.clock.advanceTo(next.at);
      await this.idle();
      if (this.triggerCalls() > before) return next;
    }
    return undefined;
  }

  private triggerCalls(): number {
    return this.sequence.calls.filter(({ endpoint }) => endpoint === "trigger").length;
  }

  /** Resolves once nothing is under way: no invocation, no accepted rule. */
  async idle(): Promise<void> {
    await this.clock.settled();
    await this.sequence.idle();
    await this.clock.settled();
  }

  async stop(): Promise<void> {
    await this.sequence.stop();
    await this.cloud.stop();
    this.clock.stop();
  }
}

/** The result of the work, unless the signal comes first: then the work goes on, and nobody waits for it. */
async function unlessAborted<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  if (!signal) return work;
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  return Promise.race([work, aborted]);
}

function settingsOf(project: Project): { settings: SandboxSettings; file: string } {
  const file = join(project.programDirectory, "sandbox.yaml");
  return { settings: existsSync(file) ? readSettings(file) : parseSettings("", file), file };
}

function fillSecrets(cloud: LocalCloud, deployment: Deployment, values: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(values)) {
    const secrets = deployment.resources.filter(({ type }) => type === "aws:secretsmanager/secret:Secret");
    const secret = secrets.find((candidate) => candidate.name === name);
    if (!secret)
      throw new UserError(
        `sandbox.yaml fills the secret "${name}", which the program doesn't declare. It declares ${secrets.map((each) => each.name).join(", ") || "none"}.`,
      );
    cloud.secrets.put(secret.id, value);
  }
}

/** The URL that a stack output holds, as a person would copy it from `pulumi stack output`. */
function urlIn(outputs: Readonly<Record<string, unknown>>, path: string): string {
  const value = path
    .split(".")
    .reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], outputs);
  if (typeof value === "string") return value;
  const known = Object.entries(outputs).flatMap(([key, output]) =>
    typeof output === "object" && output !== null ? Object.keys(output).map((inner) => `${key}.${inner}`) : [key],
  );
  throw new UserError(
    `sandbox.yaml asks for an amount at the stack output "${path}", which holds no URL. The stack's outputs are ${known.join(", ") || "none"}.`,
  );
}

function checkAmountOutputs(settings: SandboxSettings, deployment: Deployment): void {
  for (const rule of settings.sequence.rules)
    for (const { amount } of rule.actions) if ("output" in amount) urlIn(deployment.outputs, amount.output);
}
